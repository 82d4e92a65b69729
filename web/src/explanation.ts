import type { Connection, Circuit, State } from './connection';
import { courseOf } from './course';
import { RETRY_REASONS, Snap } from './contract.gen';
import { plural } from './plural';

type Doing = 'idle' | 'dialling' | 'waiting' | 'connected' | 'closing' | 'failed';
type Why = (typeof RETRY_REASONS)[number] | 'connect' | 'retry' | 'core' | 'closed' | 'retries' | 'stopped' | null;

/** What explain() returns: see websocket-reconnect.d.ts. */
export interface Explanation {
  sentence: string;
  state: State;
  doing: Doing;
  why: Why;
  until: number | null;
  attempt: number;
  maxRetries: number;
  circuit: { state: Circuit; failures: number; failureThreshold: number; until: number | null };
  lastClose: Connection['stats_']['lastClose'];
  lastError: Connection['stats_']['lastError'];
  online: boolean;
  hidden: boolean;
  queued: number;
}

/** A span as people say it. */
export function span(ms: number): string {
  ms = Math.max(ms, 0);
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const [size, unit] = ms < 59_950 ? [1000, 's'] : ms < 3_597_000 ? [60_000, 'min'] : [3_600_000, 'h'];
  return `${+(ms / size).toFixed(1)} ${unit}`;
}

/** A time of performance.now(), which may stand still while a machine sleeps, as milliseconds since 1970; null for never. */
const since1970 = (at: number): number | null => (at < Infinity ? Date.now() - performance.now() + at : null);

/** What a client does, why, and until when. `ready`: a core is running. */
export function explain(c: Connection, ready: boolean): Explanation {
  const { options_: options, stats_: stats, snapshot_: snapshot } = c;
  const { value_: state } = c.state_;
  const course = courseOf(c);
  const { retry_: retry, lostAt_: lostAt, ending_: ending, failed_: failed } = course;
  const now = performance.now();
  const { maxRetries } = options;
  const attempt = retry ? retry.attempt_ : stats.retryCount;
  const online = globalThis.navigator?.onLine !== false;
  const hidden = !!globalThis.document?.hidden;
  const queued = c.outbox_.size;

  let doing: Doing;
  let why: Why = null;
  let until: number | null = null;
  let sentence: string;
  /** How long still, in milliseconds. */
  const left = () => (until === null ? 'for ever' : span(until - Date.now()));
  /** What is waited for, or under way. Dials while offline are no retries. */
  const dial = attempt && retry?.reason_ !== 'offline' ? `retry ${attempt}${maxRetries < Infinity ? ` of ${maxRetries}` : ''}` : course.gen_ || stats.lastClose ? 'another dial' : 'the first dial';
  if (c.disposed_ || state === 'CLOSED') {
    [doing, why] = ['idle', c.closed_ || c.disposed_ ? 'closed' : null];
    sentence = c.disposed_ ? 'Disposed of' : why ? 'Closed by close()' : 'Not connected: connect() has not been called';
  } else if (state === 'FAILED') {
    [doing, why] = ['failed', failed?.stopped_ ? 'stopped' : 'retries'];
    sentence = `Given up${failed ? ` after ${plural(failed.attempts_, 'dial')}` : ''}: ` + (why === 'stopped' ? 'told to stop' : `maxRetries is ${maxRetries}`);
  } else if (state === 'CLOSING') {
    [doing, why] = ['closing', 'closed'];
    until = since1970((lostAt ?? now) + (options.closeTimeout || Infinity));
    sentence = `Closing by close(); the server may take ${left()} to answer`;
  } else if (state === 'OPEN' && lostAt === undefined) {
    doing = 'connected';
    sentence = `Open for ${span(now - c.openedAt_)}`;
  } else if (!ready && !(c.socket_ ? c.socket_.owner_ : c.dialling_?.signal.aborted === false)) {
    [doing, why] = ['waiting', 'core'];
    sentence = 'Waiting for the core, which is not running yet';
  } else if (retry || state === 'BLOCKED') {
    [doing, why] = ['waiting', retry ? retry.reason_ : 'circuit'];
    until = stats.nextRetry !== null && stats.nextRetry < Infinity ? stats.nextRetry : null;
    sentence = `Waiting ${until === null && why === 'hidden' ? 'until visible' : left()} for ${dial} (${why})`;
  } else {
    [doing, why] = ['dialling', attempt ? 'retry' : 'connect'];
    until = since1970(course.dueAt_);
    sentence = `Dialling for ${span(now - Math.max(c.dialledAt_, course.askedAt_))}, ${dial}; it may take ${left()} more`;
  }

  const resetIn = snapshot ? snapshot[Snap.CircuitResetIn]! : -1;
  const circuit = {
    state: c.circuit_.value_,
    failures: stats.circuitFailures,
    failureThreshold: options['circuitBreaker.failureThreshold'],
    until: resetIn < 0 ? null : since1970(c.snapshotAt_ + resetIn),
  };
  const { lastClose, lastError } = stats;
  if (lastClose) {
    const { opened_: opened = true, after_: after } = ending ?? {};
    sentence += `; the last ${opened ? 'connection' : 'dial'} ended with ${lastClose.code}`;
    if (after !== undefined) sentence += ` after ${span(after)}`;
    if (!opened && lastError) sentence += ` (${lastError.code})`;
  }
  if (queued) sentence += `; ${queued} queued`;
  const { failures, failureThreshold: limit } = circuit;
  sentence += `; circuit ${circuit.state}, ${failures}${limit < Infinity ? ` of ${limit}` : ''} failures; ${online ? 'online' : 'offline'}, ${hidden ? 'hidden' : 'visible'}.`;
  return { sentence, state, doing, why, until, attempt, maxRetries, circuit, lastClose, lastError, online, hidden, queued };
}

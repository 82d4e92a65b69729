import { abandon, emitClose, isPast, settleClose } from './closes';
import { confirm, settle } from './confirm';
import type { Connection } from './connection';
import { asked, moved } from './course';
import { CIRCUITS, CLASSES, DROP_REASONS, RETRY_REASONS, Snap, STATES, ToCore, ToPage } from './contract.gen';
import { seeEnd } from './ends';
import type { ErrorCode, WebSocketReconnectError } from './errors';
import { Handover } from './handover';
import { forgetDiagnosis } from './diagnose';
import { ABNORMAL, giveBack } from './ended';
import { askJitter } from './jitter';
import { afterPending } from './pending';
import { plural } from './plural';

/** Carries out what the core asks for, on one connection. */
export function act(c: Connection, op: ToPage, [first = 0, second = 0, third = 0, fourth = 0]: Float64Array): void {
  const current = c.socket_?.gen_ === first ? c.socket_ : undefined;
  asked(c, op, first, second, third);
  switch (op) {
    case ToPage.OpenSocket:
      settleClose(c);
      erred.delete(c);
      if (first <= c.gen_) break;
      if (c.closed_) c.gen_ = first; // the core learns of that next
      else {
        c.dial_(first);
        seeEnd(c.socket_);
      }
      break;
    case ToPage.OpenSpare:
      if (first <= c.gen_) break;
      if (c.closed_) c.gen_ = first; // the core has counted it
      else c.handover_ = new Handover(c, first);
      break;
    case ToPage.Farewell:
      if (current) c.handover_?.farewell_();
      break;
    case ToPage.TakeOver:
      if (first === c.handover_?.gen_) {
        c.handover_.takeOver_(second !== 0);
        moved(c);
      }
      break;
    case ToPage.CloseSocket:
      current?.close_(c.asked_?.code, c.asked_?.reason ?? '');
      break;
    case ToPage.Abandon:
      if (first === c.handover_?.gen_) c.handover_.callOff_();
      else if (first === (c.socket_ ?? c).gen_) abandon(c);
      break;
    case ToPage.Probe:
      if (current?.open_) c.heartbeat_?.probe_();
      break;
    case ToPage.Ask:
      // Messages that have arrived, but have not been dispatched yet, count.
      afterPending(() => c.post_(ToCore.Heard, first, c.heartbeat_!.silence_()));
      break;
    case ToPage.AskDelay:
      c.post_(ToCore.Delayed, first, askJitter(c, second, third, fourth));
      break;
    case ToPage.Flush:
      for (let id = first; id < first + second; id++) {
        if (!c.flush_(id)) (c.returned_ ??= []).push(id);
      }
      c.straighten_();
      giveBack(c);
      break;
    case ToPage.Drop:
      for (let id = first; id < first + second; id++) c.discard_(id, DROP_REASONS[third]!);
      c.straighten_();
      break;
    case ToPage.EmitStateChange:
      confirm(c.state_, STATES[first]!);
      if (STATES[first] === 'CLOSED' && c.closed_) c.settle_('CLOSED_BY_USER', 'close() was called before the connection opened');
      break;
    case ToPage.EmitCircuitChange:
      confirm(c.circuit_, CIRCUITS[first]!);
      break;
    case ToPage.EmitOpen:
      c.unopened_ = c.askedFor_ = 0;
      forgetDiagnosis(c.url_);
      break;
    case ToPage.EmitError:
      if (isPast(c, first)) break;
      ahead(c);
      if (/^(UNR|HAND|TIM)/.test(CLASSES[second]!)) c.unopened_ = (c.unopened_ ?? 0) + 1;
      emitError(c, CLASSES[second] as ErrorCode);
      break;
    case ToPage.EmitClose:
      if (isPast(c, first)) break;
      ahead(c);
      // As the WHATWG class does: an open connection that fails by what the server sent.
      if (c.dropIn_ && c.socket_?.opened_ && c.socket_.failed_) emitError(c, 'CONNECTION_LOST');
      emitClose(c, first, second ? { code: second, reason: '', wasClean: third !== 0 } : (c.ended_ ?? ABNORMAL));
      break;
    case ToPage.EmitRetry:
      if (c.socket_?.open_) break; // nor of the wait for a retry: see isPast
      c.emit_('retry', { attempt: first, delay: Math.round(second), maxRetries: c.options_.maxRetries, reason: RETRY_REASONS[third] });
      break;
    case ToPage.EmitFailed:
      gaveUp(c, CLASSES[second] as ErrorCode, first);
      break;
  }
}

/** Connections whose newest end was told by an `error` event; a WebSocket has none for the loss of an open connection. */
const erred = new WeakSet<Connection>();

function emitError(c: Connection, code: ErrorCode): void {
  erred.add(c);
  c.emitError_(code, explain(code, c));
}

/** By connection that is about to give up: who waits for connect(). Whoever calls it in a listener of that begins anew. */
const disappointed = new WeakMap<Connection, Connection['connecting_']>();

/** An answer of the core has it that a connection gives up; none of it has been carried out. */
export function givesUp(c: Connection): void {
  disappointed.set(c, c.connecting_);
  c.connecting_ = undefined;
}

/** Tells those who waited for connect() then. */
export function disappoint(c: Connection, code: ErrorCode, message: string): void {
  const { connecting_: begun } = c;
  c.connecting_ = disappointed.get(c);
  disappointed.delete(c);
  c.settle_(code, message);
  c.connecting_ = begun;
}

/** An error of the first script's class, which users know; this file has one of its own. The first script's own stop() makes it, whatever a subclass calls so. */
export function pageError(c: Connection, message: string): WebSocketReconnectError {
  let { constructor: maker } = c.user_ as unknown as { constructor: { stop(why: string): WebSocketReconnectError } };
  for (let base = maker; 'stop' in base; base = Object.getPrototypeOf(base)) maker = base;
  return maker.stop(message);
}

function gaveUp(c: Connection, code: ErrorCode, dials: number): void {
  const error = erred.has(c) ? c.stats_.lastError! : Object.assign(pageError(c, explain(code, c)), { code });
  c.emit_('failed', { reason: code === 'STOPPED' ? 'stopped' : 'retries', attempts: dials, error, lastClose: c.stats_.lastClose });
  disappoint(c, code, `gave up after ${plural(dials, 'dial')} of ${masked(c.url_)}; the last: ${error.message}`);
}

/**
 * Who hears of an end finds the state that follows it, though it is told later:
 * a WebSocket's readyState says CLOSED in its error and close events.
 */
function ahead({ state_: shown, snapshot_: snapshot }: Connection): void {
  if (!shown.ahead_.length) shown.value_ = STATES[snapshot![Snap.State]!]!;
}

/** The core has said what it knows of a client. */
export function noted(c: Connection, snapshot: readonly number[]): void {
  const { stats_: stats } = c;
  const retryIn = snapshot[Snap.RetryIn]!;
  c.snapshot_ = snapshot;
  stats.retryCount = snapshot[Snap.RetryCount]!;
  stats.circuitFailures = snapshot[Snap.CircuitFailures]!;
  const bad = snapshot[Snap.WindowBad]!;
  stats.circuitCounts = { opened: snapshot[Snap.CircuitTrips]!, refused: snapshot[Snap.CircuitRefusals]!, errorRate: bad && bad / (bad + snapshot[Snap.WindowGood]!) };
  stats.roundTrip = snapshot[Snap.RoundTrip] || null;
  stats.smoothedRoundTrip = snapshot[Snap.Smoothed] || null;
  stats.nextRetry = retryIn < 0 ? null : Date.now() + retryIn;
}

/** An answer of the core has been carried out; it had taken all messages up to `taken`. */
export function settled(c: Connection, taken: number): void {
  if (c.handover_?.over_ && !c.snapshot_![Snap.Spare]) c.handover_.callOff_();
  c.snapshotAt_ = performance.now();
  const state = STATES[c.snapshot_![Snap.State]!]!;
  // The socket had gone when the user closed it: the core knew no CLOSING, and what it had to say of that was overtaken.
  if (c.state_.value_ === 'CLOSING' && state === 'BLOCKED') settle(c.state_, 'CLOSED', taken);
  settle(c.state_, state, taken);
  settle(c.circuit_, CIRCUITS[c.snapshot_![Snap.Circuit]!]!, taken);
  if (c.disposed_) c.state_.value_ = 'CLOSED'; // by who was told
}

/** An address without what may be secret: user, password, query. */
export function masked(url: string): string {
  if (!url) return 'the server'; // url() has given nothing yet
  const { protocol, host, pathname, search } = new URL(url);
  return protocol + '//' + host + pathname + (search && '?…');
}

/** Text from the server as logs and terminals can bear it: what controls them, or turns the direction of writing, is escaped. */
export const quoted = (text: string): string => JSON.stringify(text).replace(/[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));

/** An error's text. */
function explain(code: ErrorCode, { url_: address, ended_: ended = ABNORMAL, dialError_: why, options_: options }: Connection): string {
  const url = masked(address);
  const said = `code ${ended.code}${ended.reason && `, ${quoted(ended.reason)}`}`;
  switch (code) {
    case 'UNREACHABLE':
      if (!globalThis.WebSocket) return 'there is no WebSocket here; before version 22, Node needs globalThis.WebSocket = require("ws")';
      return `could not reach ${url}` + (why ? `: ${why.replaceAll(address, url)}` : '');
    case 'HANDSHAKE_REFUSED':
      return `the server refused the WebSocket handshake of ${url} (HTTP 401, 403, 404, 503, …; or a subprotocol)`;
    case 'TIMED_OUT':
      return `${url} did not open within ${options.connectionTimeout} ms`;
    case 'HEARTBEAT_LOST':
      return `${url} did not answer a heartbeat within ${options.heartbeatMinTimeout === false ? '' : 'at most '}${options.heartbeatTimeout} ms`;
    case 'CONNECTION_LOST':
      return `the connection to ${url} was lost (${said})`;
    case 'CLOSED_BY_SERVER':
      return `the server closed the connection (${said})`;
    case 'CLOSED_BY_USER':
      return 'close() was called before the connection opened';
    case 'PROVIDER_FAILED':
      return 'url() or protocols() ' + (why ? `failed: ${why}` : `took longer than ${options.providerTimeout ?? options.connectionTimeout} ms`);
    case 'ON_OPEN_FAILED':
      return 'onOpen ' + (why ? `failed: ${why}` : `took longer than ${options.onOpenTimeout ?? options.connectionTimeout} ms`);
    case 'STOPPED':
      return why ? `stopped: ${why}` : `stopped: the server closed the connection (${said}), and closeCodes says stop`;
    case 'CLOSED_BY_POLICY':
      return `the server closed the connection by policy (${said})`;
  }
  return code;
}

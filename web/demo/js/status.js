// The link drawn out, and the line that says what happens now.
import { byId, setData, setText } from './dom.js';
import { count, countdown, span } from './format.js';
import * as tone from './tone.js';

const REASONS = {
  backoff: 'Waiting as the backoff schedule says.',
  circuit: 'Too many failures: the circuit is open.',
  offline: 'The browser is offline: only a slow trickle of dials.',
  policy: 'The server closed by policy: the wait is maxDelay.',
};

export class Status {
  #parts = Object.fromEntries(['link', 'state', 'circuit', 'uptime', 'failures', 'node-page', 'node-circuit', 'node-server', 'server', 'server-note', 'now-head', 'now-count', 'now-why', 'wait-bar', 'glance-state', 'glance-circuit', 'glance-text'].map((id) => [id, byId(id)]));
  #retry = null;
  #error = null;
  #changedAt = 0;
  #gaveUp = 0;

  note({ source, kind, payload, at }) {
    if (kind === 'create') this.#retry = this.#error = null;
    if (source !== 'page') return;
    if (kind === 'retry') this.#retry = { ...payload, at };
    if (kind === 'error') this.#error = payload;
    if (kind === 'failed') this.#gaveUp = payload.attempts;
    if (kind === 'open') this.#retry = this.#error = null;
    if (kind === 'stateChange' || kind === 'retry') this.#changedAt = at;
  }

  /** Draws what the client's figures say. */
  show(stats) {
    const p = this.#parts;
    const { state, circuitState } = stats;
    setData(p.link, 'state', state);
    setData(p.link, 'circuit', circuitState);
    setText(p.state, state);
    setText(p.circuit, circuitState);
    setText(p['glance-state'], state);
    setText(p['glance-circuit'], 'circuit ' + circuitState);
    for (const id of ['node-page', 'glance-state']) setData(p[id], 'tone', tone.ofState(state));
    for (const id of ['node-circuit', 'glance-circuit']) setData(p[id], 'tone', tone.ofCircuit(circuitState));
    setText(p.uptime, state === 'OPEN' ? `up ${countdown(stats.uptime)}${stats.retryCount ? `, retry ${stats.retryCount}` : ''}` : `retry ${stats.retryCount} of ${stats.maxRetries}`);
    setText(p.failures, Number.isFinite(stats.failureThreshold) ? `failures ${stats.circuitFailures} of ${stats.failureThreshold}` : 'switched off');

    const { head, left, why, share = 0, color } = this.#now(stats);
    const clock = left === undefined ? '' : countdown(left);
    setText(p['now-head'], head);
    setText(p['now-count'], clock);
    setText(p['now-why'], why);
    setText(p['glance-text'], clock || (state === 'OPEN' ? countdown(stats.uptime) : ''));
    p['wait-bar'].style.transform = `scaleX(${Math.min(Math.max(share, 0), 1).toFixed(3)})`;
    setData(p['wait-bar'], 'tone', color ?? tone.ofState(state));
  }

  /** What happens now: a head, milliseconds to count down, why, and the share of the wait that is left. */
  #now(stats) {
    const now = Date.now();
    const trouble = this.#error ? `${this.#error.code}: ${this.#error.message}.` : '';
    switch (stats.state) {
      case 'OPEN':
        return {
          head: 'Connected.',
          why: `${stats.roundTrip === null ? 'The first heartbeat will measure the round trip.' : `Round trip ${span(stats.roundTrip)}, smoothed ${span(stats.smoothedRoundTrip)}.`} ${this.#sturdy(stats)}`,
          share: 1,
        };
      case 'CONNECTING':
      case 'BLOCKED': {
        if (stats.nextRetry === null) return { head: 'Dialling …', left: now - this.#changedAt, why: trouble || 'The browser opens a socket.', share: 1 };
        const left = stats.nextRetry - now;
        const whole = this.#retry?.delay || left;
        const head = stats.state === 'BLOCKED' ? 'Blocked by the circuit; next trial in' : this.#retry ? `Retry ${this.#retry.attempt} of ${this.#retry.maxRetries} in` : 'Next dial in';
        const cause = REASONS[this.#retry?.reason] ?? '';
        return { head, left, why: `${cause} ${trouble}`, share: left / whole };
      }
      case 'CLOSING':
        return { head: 'Closing …', left: now - this.#changedAt, why: 'Waiting for the server’s half of the closing handshake.' };
      case 'FAILED':
        return { head: `Given up after ${count(this.#gaveUp, 'dial')}.`, why: `${trouble} Reconnect starts anew.`, share: 1 };
    }
    return { head: 'Closed.', why: stats.attempts ? 'A close of yours is final: nothing is dialled until Reconnect or Create.' : 'Not connected.' };
  }

  #sturdy({ retryCount }) {
    return retryCount ? `The retry count stays at ${retryCount} until the connection has lasted for minUptime.` : '';
  }

  /** Draws the server's side; null if it cannot be asked. */
  showServer(status, faults) {
    const p = this.#parts;
    const [word, color] = !status ? ['UNKNOWN', 'idle'] : !status.listening ? ['DOWN', 'bad'] : faults ? ['FAULTY', 'busy'] : ['UP', 'good'];
    setText(p.server, word);
    setData(p['node-server'], 'tone', color);
    // Links that the page has abandoned live on in the hole, until the browser gives up on them.
    const swallowed = status ? status.total.live - status.total.open : 0;
    setText(p['server-note'], !status ? 'no answer' : `${count(status.total.open, 'link')}, ${swallowed ? `${swallowed} in a hole` : count(faults, 'fault')}`);
  }
}

// What the charts draw: the last twenty minutes. Times are seconds since 1970.

const KEEP = 1300;

export class History {
  /** {at, value} */
  states = [];
  circuits = [];
  /** {at, ms, smooth}; ms null where the connection ended */
  trips = [];
  /** {at, delay, reason}; delay in ms */
  waits = [];
  /** {at, delay, result}; result 'pending', 'opened' or 'failed' */
  dials = [];
  #attempts = 0;
  #trip = null;
  #waited = 0;

  /** Notes an event of the session; stats are the client's at that moment. */
  note({ source, kind, payload, at }, stats) {
    const t = at / 1000;
    // A dial that fails at once is over before the next sample.
    if (source === 'page') this.sample(stats);
    if (kind === 'create') {
      this.#attempts = 0;
      this.#trip = null;
      this.#waited = 0;
      this.#push(this.trips, { at: t, ms: null, smooth: null });
      this.#push(this.circuits, { at: t, value: 'CLOSED' });
    }
    if (source !== 'page') return;
    if (kind === 'stateChange') {
      if (payload !== 'CONNECTING' && payload !== 'OPEN') this.#settle('failed');
      if (this.states.at(-1)?.value === 'OPEN') this.#push(this.trips, { at: t, ms: null, smooth: null });
      this.#push(this.states, { at: t, value: payload });
    } else if (kind === 'circuitChange') this.#push(this.circuits, { at: t, value: payload });
    else if (kind === 'retry') {
      this.#waited = payload.delay;
      this.#push(this.waits, { at: t, delay: payload.delay, reason: payload.reason });
    } else if (kind === 'open' && this.dials.length) this.dials.at(-1).result = 'opened';
    else if (kind === 'error') this.#settle('failed');
  }

  /** Notes what shows in the figures only: dials, and round trips. */
  sample(stats) {
    const at = Date.now() / 1000;
    if (stats.attempts > this.#attempts) {
      this.#attempts = stats.attempts;
      this.#settle('failed'); // given up for the new one
      this.#push(this.dials, { at, delay: this.#waited, result: stats.state === 'OPEN' ? 'opened' : 'pending' });
      this.#waited = 0;
    }
    const trip = stats.roundTrip === null ? null : stats.roundTrip + '/' + stats.smoothedRoundTrip;
    if (trip !== this.#trip && stats.state === 'OPEN' && trip !== null) {
      this.#push(this.trips, { at, ms: stats.roundTrip, smooth: stats.smoothedRoundTrip });
    }
    this.#trip = trip;
  }

  #settle(result) {
    const dial = this.dials.at(-1);
    if (dial?.result === 'pending') dial.result = result;
  }

  #push(list, entry) {
    list.push(entry);
    while (list.length > 1 && list[1].at < entry.at - KEEP) list.shift();
  }
}

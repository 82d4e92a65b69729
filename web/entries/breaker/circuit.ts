/** When a circuit opens, and for how long. Times are in milliseconds. */
export interface CircuitConfig {
  /** Failures in a row that open it; Infinity: it does not count them. */
  failureThreshold: number;
  /** The share of failures in the window, 0 to 1, that opens it; 0 or more than 1: none does. */
  errorRate: number;
  window: number;
  /** Outcomes in the window below which the share does not count. */
  volumeThreshold: number;
  resetTimeout: number;
  /** Calls under way at once while half-open. */
  trials: number;
}

export type CircuitState = 'closed' | 'open' | 'halfOpen';

/** The leave to make one call: the generation of the circuit that gave it. 0 is none. */
export type Permit = number;

const BUCKETS = 10;

/**
 * A circuit as core/breaker has it, in the page's own language, for calls that
 * cannot wait for WebAssembly. The two are compared on random traces
 * (web/build/webtest): what is decided is written down there.
 */
export class Circuit {
  readonly config_: CircuitConfig;
  #state: CircuitState = 'closed';
  #generation = 1;
  #failures = 0;
  #trials = 0;
  #until = 0;
  #trips = 0;
  #refusals = 0;
  /** Of the newest bucket: time in tenths of the window. */
  #slot = 0;
  #good = new Array<number>(BUCKETS).fill(0);
  #bad = new Array<number>(BUCKETS).fill(0);

  constructor(config: CircuitConfig) {
    this.config_ = config;
  }

  /** Half-open is derived from time, so there is no timer to lose. */
  state_(now: number): CircuitState {
    if (this.#state === 'open' && now >= this.#until) this.#become('halfOpen');
    return this.#state;
  }

  /** When an open circuit becomes half-open; else Infinity. */
  get until_(): number {
    return this.#state === 'open' ? this.#until : Infinity;
  }

  admits_(now: number): boolean {
    const state = this.state_(now);
    return state === 'closed' || (state === 'halfOpen' && this.#trials < Math.max(this.config_.trials, 1));
  }

  /** Asks for a call. */
  permit_(now: number): Permit {
    if (!this.admits_(now)) {
      this.#refusals++;
      return 0;
    }
    if (this.#state === 'halfOpen') this.#trials++;
    return this.#generation;
  }

  /** The outcome of a call that began before the circuit last changed says nothing. */
  success_(permit: Permit, now: number): void {
    if (permit !== this.#generation) return;
    this.#failures = 0;
    this.#add(now, this.#good);
    if (this.state_(now) === 'halfOpen') this.#become('closed');
  }

  failure_(permit: Permit, now: number): void {
    if (permit !== this.#generation) return;
    const { failureThreshold } = this.config_;
    this.#failures++;
    this.#add(now, this.#bad);
    if (this.state_(now) === 'halfOpen' || (failureThreshold > 0 && this.#failures >= failureThreshold) || this.#tooMany(now)) this.trip_(now);
  }

  /** Gives a permit back without a verdict. */
  release_(permit: Permit): void {
    if (permit === this.#generation && this.#state === 'halfOpen' && this.#trials > 0) this.#trials--;
  }

  trip_(now: number): void {
    if (this.state_(now) !== 'open') this.#trips++;
    this.#become('open');
    this.#until = now + this.config_.resetTimeout;
  }

  reset_(): void {
    this.#become('closed');
    this.#failures = 0;
  }

  summary_(now: number) {
    const [good, bad] = this.#count(now);
    return { state: this.#state, failures: this.#failures, until: this.until_, good, bad, trips: this.#trips, refusals: this.#refusals };
  }

  #become(state: CircuitState): void {
    this.#state = state;
    this.#trials = 0;
    this.#generation++;
    if (state !== 'closed') return;
    this.#good.fill(0); // what was before is not held against it
    this.#bad.fill(0);
  }

  #tooMany(now: number): boolean {
    const { errorRate, volumeThreshold } = this.config_;
    const [good, bad] = this.#count(now);
    return errorRate > 0 && good + bad >= volumeThreshold && bad >= errorRate * (good + bad);
  }

  #slotOf(now: number): number {
    return Math.floor(now / Math.max(Math.floor(this.config_.window / BUCKETS), 1));
  }

  #add(now: number, to: number[]): void {
    const slot = this.#slotOf(now);
    for (let n = Math.min(slot - this.#slot, BUCKETS); n > 0; n--) {
      this.#slot++;
      this.#good[this.#slot % BUCKETS] = this.#bad[this.#slot % BUCKETS] = 0;
    }
    this.#slot = Math.max(this.#slot, slot);
    to[this.#slot % BUCKETS]!++;
  }

  #count(now: number): [good: number, bad: number] {
    const sum: [number, number] = [0, 0];
    for (let slot = Math.max(this.#slotOf(now) - BUCKETS + 1, this.#slot - BUCKETS + 1, 0); slot <= this.#slot; slot++) {
      sum[0] += this.#good[slot % BUCKETS]!;
      sum[1] += this.#bad[slot % BUCKETS]!;
    }
    return sum;
  }
}

import type { BreakerErrorCode, BreakerOptions } from '../types/breaker';
import { Circuit, type CircuitState, type Permit } from './breaker/circuit';
import { Emitter, report } from './breaker/emitter';
import { checkOptions, type Checked } from './breaker/options';
import { RollingStats, type Stats } from './breaker/stats';

/** The breaker's own errors; those of the action pass through as they are. */
export class BreakerError extends Error {
  override readonly name = 'BreakerError';
  readonly code: BreakerErrorCode;

  constructor(code: BreakerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

type Action = (...args: any[]) => unknown;

/** Node's timers would keep the process alive. */
const quietly = (timer: any): any => (timer?.unref?.(), timer);

/** A circuit breaker around an async function: see breaker.d.ts for the public documentation. */
export class CircuitBreaker extends Emitter {
  static readonly isOurError = (error: unknown): boolean => error instanceof BreakerError;

  readonly name: string;
  readonly options: Readonly<BreakerOptions>;
  readonly #action: Action;
  readonly #checked: Checked;
  readonly #circuit: Circuit;
  readonly #stats: RollingStats;
  #shown: CircuitState = 'closed';
  #enabled: boolean;
  #shutdown = false;
  #running = 0;
  #fallback: Action | undefined;
  #controller: AbortController | undefined;
  /** Tells of half-open; decides nothing. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #checks: ReturnType<typeof setInterval>[] = [];

  constructor(action: Action, options: BreakerOptions = {}) {
    super();
    if (typeof action !== 'function') throw new TypeError('new CircuitBreaker: the action must be a function');
    const checked = (this.#checked = checkOptions(options));
    this.#action = action;
    this.options = options;
    this.name = checked.name ?? (action.name || 'anonymous');
    this.#enabled = checked.enabled;
    this.#controller = checked.abortController ?? (checked.autoRenewAbortController ? new AbortController() : undefined);
    this.#stats = new RollingStats(checked.rollingCountTimeout, checked.rollingCountBuckets);
    this.#circuit = new Circuit({
      failureThreshold: checked.failureThreshold,
      errorRate: checked.errorThresholdPercentage / 100,
      window: checked.rollingCountTimeout,
      volumeThreshold: checked.volumeThreshold,
      resetTimeout: checked.resetTimeout,
      trials: checked.halfOpenMaxRequests,
    });
  }

  // ---- What it is ----

  get state(): CircuitState {
    return this.#look();
  }
  get closed(): boolean {
    return this.#look() === 'closed';
  }
  get opened(): boolean {
    return this.#look() === 'open';
  }
  get halfOpen(): boolean {
    return this.#look() === 'halfOpen';
  }
  get enabled(): boolean {
    return this.#enabled;
  }
  get isShutdown(): boolean {
    return this.#shutdown;
  }
  get stats(): Stats {
    return this.#stats.sum_(Date.now());
  }
  get status(): { stats: Stats } {
    return { stats: this.stats };
  }

  // ---- Calls ----

  fire(...args: unknown[]): Promise<unknown> {
    return this.call(undefined, ...args);
  }

  async call(self: unknown, ...args: unknown[]): Promise<unknown> {
    if (this.#shutdown) throw new BreakerError('ESHUTDOWN', 'the circuit breaker was shut down');
    this.#count('fires');
    this.tell_('fire', args);
    if (!this.#enabled) return this.#action.apply(self, args);
    const permit = this.#circuit.permit_(Date.now());
    this.#look();
    if (!permit) return this.#refuse('rejects', 'reject', new BreakerError('EOPENBREAKER', `the circuit of ${this.name} is open`), args);
    if (this.#running >= this.#checked.capacity) {
      this.#circuit.release_(permit); // says nothing about the action
      return this.#refuse('semaphoreRejections', 'semaphoreLocked', new BreakerError('ESEMLOCKED', `${this.#running} calls of ${this.name} are under way`), args);
    }
    return this.#run(permit, self, args);
  }

  async #run(permit: Permit, self: unknown, args: unknown[]): Promise<unknown> {
    const { timeout, autoRenewAbortController } = this.#checked;
    if (autoRenewAbortController && this.#controller?.signal.aborted) this.#controller = new AbortController();
    const began = performance.now();
    const took = () => performance.now() - began;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let expired: BreakerError | undefined;
    this.#running++;
    try {
      const late = new Promise<never>((_, reject) => {
        if (timeout !== false) timer = setTimeout(() => reject((expired = new BreakerError('ETIMEDOUT', `${this.name} took longer than ${timeout} ms`))), timeout);
      });
      const result = await Promise.race([this.#action.apply(self, args), late]);
      this.#end(permit, true, took());
      this.#count('successes');
      this.tell_('success', result, took());
      return result;
    } catch (error) {
      if (error === expired && expired) {
        this.#count('timeouts');
        this.#controller?.abort(error);
        this.tell_('timeout', error, took(), args);
      }
      if (this.#excuses(error, args)) { // an answer: that is no failure
        this.#end(permit, true, took());
        this.#count('successes');
        this.tell_('success', error, took());
        throw error;
      }
      this.#count('failures');
      this.#end(permit, false, took(), () => this.tell_('failure', error, took(), args));
      return this.#fallBack(error, args);
    } finally {
      clearTimeout(timer);
      this.#running--;
    }
  }

  /** Whether an error is no failure; not, where the user's function fails at it. */
  #excuses(error: unknown, args: unknown[]): boolean {
    try {
      return !!this.#checked.errorFilter(error, ...args);
    } catch (fault) {
      report(fault);
      return false;
    }
  }

  /** A call is over: a verdict for the circuit; what changes by it is told after the call's own event, if that is given. */
  #end(permit: Permit, good: boolean, ms: number, tell?: () => void): void {
    const now = Date.now();
    this.#stats.latency_(ms, now);
    if (good) this.#circuit.success_(permit, now);
    else {
      const { jitter, resetTimeout } = this.#checked;
      this.#circuit.config_.resetTimeout = resetTimeout * (1 + jitter * Math.random());
      this.#circuit.failure_(permit, now);
    }
    tell?.();
    this.#look();
  }

  #refuse(count: 'rejects' | 'semaphoreRejections', event: string, error: BreakerError, args: unknown[]): Promise<unknown> {
    this.#count(count);
    this.tell_(event, error);
    return this.#fallBack(error, args);
  }

  async #fallBack(error: unknown, args: unknown[]): Promise<unknown> {
    if (!this.#fallback) throw error;
    const result = this.#fallback(...args, error);
    this.#count('fallbacks');
    this.tell_('fallback', result, error);
    return result;
  }

  #count(what: Parameters<RollingStats['count_']>[0]): void {
    this.#stats.count_(what, Date.now());
  }

  /** What the circuit is now; tells of a change. */
  #look(): CircuitState {
    const state = this.#circuit.state_(Date.now());
    clearTimeout(this.#timer); // it may have been opened anew, or the timer have run out early
    if (state === 'open' && !this.#shutdown) this.#timer = quietly(setTimeout(() => this.#look(), Math.min(this.#circuit.until_ - Date.now(), 2 ** 31 - 1)));
    if (state === this.#shown) return state;
    this.#shown = state;
    if (state === 'halfOpen') this.tell_('halfOpen', this.#checked.resetTimeout);
    else this.tell_(state === 'open' ? 'open' : 'close');
    return this.#circuit.state_(Date.now());
  }

  // ---- By hand ----

  fallback(what: Action | CircuitBreaker): this {
    this.#fallback = what instanceof CircuitBreaker ? (...args) => what.fire(...args) : what;
    return this;
  }

  open(): void {
    this.#circuit.trip_(Date.now());
    this.#look();
  }

  close(): void {
    this.#circuit.reset_();
    this.#look();
  }

  enable(): void {
    this.#enabled = true;
  }

  disable(): void {
    this.#enabled = false;
  }

  shutdown(): void {
    if (this.#shutdown) return;
    this.#shutdown = true;
    this.#enabled = false;
    clearTimeout(this.#timer);
    for (const check of this.#checks) clearInterval(check);
    this.tell_('shutdown');
    this.removeAllListeners();
  }

  healthCheck(check: () => Promise<unknown>, interval = 5000): void {
    if (typeof check !== 'function') throw new TypeError('healthCheck: the check must be a function');
    if (!(interval >= 1 && interval < 2 ** 31)) throw new TypeError(`healthCheck: the interval is ${interval}; it must be a number of milliseconds, from 1 to 2147483647`);
    if (this.#shutdown) return;
    const ask = async () => {
      try {
        await check.call(this);
      } catch (error) {
        this.tell_('healthCheckFailed', error);
        if (!this.#shutdown) this.open();
      }
    };
    this.#checks.push(quietly(setInterval(ask, interval)));
    void ask();
  }

  getSignal(): AbortSignal | undefined {
    return this.#controller?.signal;
  }

  getAbortController(): AbortController | undefined {
    return this.#controller;
  }

  static {
    if (Symbol.dispose) Object.defineProperty(this.prototype, Symbol.dispose, { value: this.prototype.shutdown, configurable: true, writable: true });
  }
}

export default CircuitBreaker;

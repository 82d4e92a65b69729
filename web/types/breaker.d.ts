/**
 * A circuit breaker around any async function, with what opossum's users rely
 * on. The circuit is the one that WebSocketReconnect's dials go through, written
 * once more in TypeScript: a call must not wait for WebAssembly, nor fail because
 * it is not there. Both are compared on random traces.
 */

export interface BreakerOptions {
  /** After how many milliseconds a call has failed with ETIMEDOUT; false or 0: never. A call that never ends holds its trial for ever. @default 10000 */
  timeout?: number | false;
  /** The share of failures in the window, in percent, at which the circuit opens; 0 switches it off. @default 50 */
  errorThresholdPercentage?: number;
  /** How many failures in a row open the circuit. @default Infinity */
  failureThreshold?: number;
  /** How far statistics and the share of failures look back, in milliseconds. @default 10000 */
  rollingCountTimeout?: number;
  /** Into how many buckets the statistics are divided; the circuit's own window moves on by tenths. @default 10 */
  rollingCountBuckets?: number;
  /** How many outcomes the window must hold until the share counts. @default 0 */
  volumeThreshold?: number;
  /** How long the circuit stays open before it is half-open, in milliseconds. @default 30000 */
  resetTimeout?: number;
  /** Lengthens each resetTimeout by up to this share of it, 0 to 1, so that many processes do not probe together. @default 0 */
  jitter?: number;
  /** How many trial calls may be under way at once while half-open. @default 1 */
  halfOpenMaxRequests?: number;
  /** How many calls may be under way at once; more fail with ESEMLOCKED, which says nothing about the action. @default Infinity */
  capacity?: number;
  /** Returns true for an error that is an answer: it is passed on, but counts as a success. A timeout is asked about too. */
  errorFilter?: (error: any, ...args: any[]) => boolean;
  /** False: calls go straight to the action until enable(). @default true */
  enabled?: boolean;
  /** For messages. @default the action's name */
  name?: string;
  /** Aborted when a call times out. */
  abortController?: AbortController;
  /** Makes an AbortController, and a new one for the first call after it was used: see getSignal(). @default false */
  autoRenewAbortController?: boolean;
}

/** What happened within rollingCountTimeout. */
export interface BreakerStats {
  fires: number;
  successes: number;
  failures: number;
  rejects: number;
  timeouts: number;
  fallbacks: number;
  semaphoreRejections: number;
  /** Of calls that were made, in milliseconds. */
  latencyMean: number;
}

export type BreakerErrorCode = 'EOPENBREAKER' | 'ETIMEDOUT' | 'ESEMLOCKED' | 'ESHUTDOWN';

/** The breaker's own errors; those of the action pass through as they are. */
export class BreakerError extends Error {
  readonly name: 'BreakerError';
  readonly code: BreakerErrorCode;
  constructor(code: BreakerErrorCode, message: string);
}

export interface BreakerEvents<Args extends unknown[], Result> {
  fire: [args: Args];
  success: [result: Result, latency: number];
  failure: [error: unknown, latency: number, args: Args];
  timeout: [error: BreakerError, latency: number, args: Args];
  reject: [error: BreakerError];
  semaphoreLocked: [error: BreakerError];
  fallback: [result: unknown, error: unknown];
  open: [];
  halfOpen: [resetTimeout: number];
  close: [];
  healthCheckFailed: [error: unknown];
  shutdown: [];
}

export class CircuitBreaker<Args extends unknown[] = any[], Result = any> {
  /** Whether an error is the breaker's own. */
  static isOurError(error: unknown): error is BreakerError;

  /** @throws TypeError if the action is no function, or an option is unknown or out of range. */
  constructor(action: (...args: Args) => Result | PromiseLike<Result>, options?: BreakerOptions);

  readonly name: string;
  readonly options: Readonly<BreakerOptions>;
  readonly state: 'closed' | 'open' | 'halfOpen';
  readonly closed: boolean;
  readonly opened: boolean;
  readonly halfOpen: boolean;
  readonly enabled: boolean;
  readonly isShutdown: boolean;
  readonly stats: BreakerStats;
  readonly status: { readonly stats: BreakerStats };

  /** Calls the action. Rejects with its error, or a BreakerError; where there is a fallback, with neither. */
  fire(...args: Args): Promise<Result>;
  /** As fire, with a `this`. */
  call(self: unknown, ...args: Args): Promise<Result>;
  /** What answers in place of a call that failed or was refused: a function, which gets the arguments and the error, or another breaker. */
  fallback(what: ((...args: any[]) => unknown) | CircuitBreaker): this;

  /** Opens the circuit for resetTimeout. */
  open(): void;
  /** Closes it and forgets all failures. */
  close(): void;
  enable(): void;
  disable(): void;
  /** Ends it: calls fail with ESHUTDOWN, timers and listeners are gone. */
  shutdown(): void;
  [Symbol.dispose](): void;

  /** Asks at once and again after each interval (default 5000 ms); a rejection opens the circuit. */
  healthCheck(check: () => Promise<unknown>, interval?: number): void;

  /** Aborted when a call times out: for the action to pass on, with abortController or autoRenewAbortController. */
  getSignal(): AbortSignal | undefined;
  getAbortController(): AbortController | undefined;

  on<E extends keyof BreakerEvents<Args, Result>>(type: E, listener: (...args: BreakerEvents<Args, Result>[E]) => unknown): this;
  once<E extends keyof BreakerEvents<Args, Result>>(type: E, listener: (...args: BreakerEvents<Args, Result>[E]) => unknown): this;
  off<E extends keyof BreakerEvents<Args, Result>>(type: E, listener: (...args: BreakerEvents<Args, Result>[E]) => unknown): this;
  removeAllListeners(type?: keyof BreakerEvents<Args, Result>): this;
}

export default CircuitBreaker;

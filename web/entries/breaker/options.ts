import type { BreakerOptions } from '../../types/breaker';

type Optional = 'name' | 'abortController';
export type Checked = Required<Omit<BreakerOptions, Optional>> & Pick<BreakerOptions, Optional>;

const DEFAULTS: Checked = {
  timeout: 10_000,
  errorThresholdPercentage: 50,
  failureThreshold: Infinity,
  rollingCountTimeout: 10_000,
  rollingCountBuckets: 10,
  volumeThreshold: 0,
  resetTimeout: 30_000,
  jitter: 0,
  halfOpenMaxRequests: 1,
  capacity: Infinity,
  errorFilter: () => false,
  enabled: true,
  autoRenewAbortController: false,
};

/** Least and most of the numbers. */
const RANGES: Record<string, readonly [min: number, max: number]> = {
  timeout: [0, 2 ** 31 - 1],
  errorThresholdPercentage: [0, 100],
  failureThreshold: [1, Infinity],
  rollingCountTimeout: [10, Infinity],
  rollingCountBuckets: [1, 1000],
  volumeThreshold: [0, Infinity],
  resetTimeout: [0, Infinity],
  jitter: [0, 1],
  halfOpenMaxRequests: [1, Infinity],
  capacity: [0, Infinity],
};

/** @throws {TypeError} naming the option, its value and what is allowed. */
export function checkOptions(given: BreakerOptions): Checked {
  const checked: any = { ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) {
    const refuse = (allowed: string): never => {
      throw new TypeError(`CircuitBreaker: option ${name} is ${String(value)}; it must be ${allowed}`);
    };
    if (value === undefined) continue;
    const range = RANGES[name];
    const like = (DEFAULTS as any)[name];
    if (range && !(name === 'timeout' && value === false)) {
      const [min, max] = range;
      if (!(typeof value === 'number' && value >= min && value <= max)) refuse(`a number from ${min} to ${max}${name === 'timeout' ? ', or false' : ''}`);
    } else if (name === 'name' && typeof value !== 'string') refuse('a string');
    else if (name === 'abortController' && !(value instanceof AbortController)) refuse('an AbortController');
    else if (!range && like !== undefined && typeof value !== typeof like) refuse(`a ${typeof like}`);
    else if (!range && like === undefined && name !== 'name' && name !== 'abortController') throw new TypeError(`CircuitBreaker: unknown option ${name}`);
    checked[name] = name === 'timeout' ? value || false : value; // 0: none, as in opossum
  }
  return checked;
}

import type { Connection } from './connection';
import { show } from './errors';
import type { JitterInfo } from './hooks';

/** Asks the function that jitter is how long a retry waits, in milliseconds. -1: it has not said, and that was told. */
export function askJitter(c: Connection, attempt: number, delay: number, previousDelay: number): number {
  const jitter = c.options_.jitter as (retry: JitterInfo) => unknown;
  let wrong: string;
  try {
    const said = jitter({ attempt, delay, previousDelay, lastClose: c.stats_.lastClose });
    if (typeof said === 'number' && said >= 0) return said;
    wrong = `gave ${show(said)}`;
  } catch (error) {
    wrong = `threw ${String((error as Error)?.message ?? error)}`;
  }
  c.emitError_('BAD_INPUT', `option jitter ${wrong} for retry ${attempt}; it must give a number of milliseconds, at least 0`);
  return -1;
}

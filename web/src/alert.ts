import type { Connection } from './connection';
import { show } from './errors';

/** The option alert, with its defaults. */
interface Watch {
  readonly thresholds_: readonly number[];
  readonly window_: number;
  readonly least_: number;
  /** The newest dials: whether they opened. */
  readonly dials_: boolean[];
  /** The thresholds that the rate is below. */
  readonly below_: Set<number>;
}

const watches = new WeakMap<Connection, Watch>();

/** Begins to watch the success rate, if the options say so. Returns what is wrong with them, if anything is. */
export function watchRate(c: Connection): string | undefined {
  const { alert } = c.options_;
  if (!alert) return undefined;
  const { successRate, window = 20, volumeThreshold = window < 5 ? window : 5, ...rest } = alert;
  const thresholds_ = [successRate].flat() as number[];
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) > 0;
  const [unknown] = Object.keys(rest);
  if (unknown) return `unknown option alert.${unknown}`;
  if (!thresholds_.length || !thresholds_.every((t) => typeof t === 'number' && t > 0 && t <= 1)) return `option alert.successRate is ${show(successRate)}; it must be a number above 0, to 1, or several`;
  if (!isCount(window)) return `option alert.window is ${show(window)}; it must be a whole number, at least 1`;
  if (!isCount(volumeThreshold) || volumeThreshold > window) return `option alert.volumeThreshold is ${show(volumeThreshold)}; it must be a whole number from 1 to alert.window`;
  if (!watches.has(c)) watches.set(c, { thresholds_, window_: window, least_: volumeThreshold, dials_: [], below_: new Set() });
  return undefined;
}

/** A dial has opened, or has not. Who hears of that hears of the alert afterwards. */
export function tally(c: Connection, good: boolean): void {
  const watch = watches.get(c);
  if (!watch) return;
  const { thresholds_: thresholds, dials_: dials, below_: below } = watch;
  if (dials.push(good) > watch.window_) dials.shift();
  const attempts = dials.length;
  if (attempts < watch.least_) return;
  const successRate = dials.filter(Boolean).length / attempts;
  for (const threshold of thresholds) {
    const recovered = successRate >= threshold;
    if (recovered ? below.delete(threshold) : !below.has(threshold) && below.add(threshold)) {
      queueMicrotask(() => c.emit_('alert', { successRate, threshold, attempts, recovered }));
    }
  }
}

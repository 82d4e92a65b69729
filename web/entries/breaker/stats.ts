const NAMES = ['fires', 'successes', 'failures', 'rejects', 'timeouts', 'fallbacks', 'semaphoreRejections'] as const;
export type Count = (typeof NAMES)[number];
export type Stats = Record<Count, number> & { latencyMean: number };

type Bucket = Record<Count | 'latency' | 'runs', number>;

const empty = (): Bucket => Object.fromEntries([...NAMES, 'latency', 'runs'].map((name) => [name, 0])) as Bucket;

/** What happened within a time, in buckets of which the oldest makes room. */
export class RollingStats {
  readonly #span: number;
  readonly #length: number;
  #buckets: [slot: number, bucket: Bucket][] = [];

  constructor(time: number, buckets: number) {
    this.#span = time / buckets;
    this.#length = buckets;
  }

  count_(what: Count, now: number): void {
    this.#at(now)[what]++;
  }

  /** A call took so long. */
  latency_(ms: number, now: number): void {
    const bucket = this.#at(now);
    bucket.latency += ms;
    bucket.runs++;
  }

  sum_(now: number): Stats {
    this.#forget(now);
    const sum = empty();
    for (const [, bucket] of this.#buckets) {
      for (const name of Object.keys(sum) as (keyof Bucket)[]) sum[name] += bucket[name];
    }
    const { latency, runs, ...counts } = sum;
    return { ...counts, latencyMean: runs ? latency / runs : 0 };
  }

  #at(now: number): Bucket {
    this.#forget(now);
    const slot = Math.floor(now / this.#span);
    const newest = this.#buckets.at(-1);
    if (newest?.[0] === slot) return newest[1];
    const bucket = empty();
    this.#buckets.push([slot, bucket]);
    return bucket;
  }

  #forget(now: number): void {
    const first = Math.floor(now / this.#span) - this.#length + 1;
    while (this.#buckets.length && this.#buckets[0]![0] < first) this.#buckets.shift();
  }
}

import type { ToPage } from './contract.gen';

/** A batch with so many numbers is closed: the module's memory grows with the longest, or its answer, and never shrinks. */
const LONGEST_BATCH = 1024;

/** Messages as the core takes them: each its length, op, client, how long ago, arguments. */
export function* batches(log: readonly number[][], now: number): Generator<number[]> {
  let batch: number[] = [];
  for (const [op, client, at, ...args] of log) {
    batch.push(args.length + 3, op!, client!, Math.max(now - at!, 0), ...args);
    if (batch.length < LONGEST_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length) yield batch;
}

/** The messages of an answer: acknowledged, delay, then each its length, op, client, arguments. */
export function messages(answer: Float64Array): [op: ToPage, client: number, args: Float64Array][] {
  const all: [ToPage, number, Float64Array][] = [];
  for (let at = 2; at < answer.length; at += 1 + answer[at]!) {
    all.push([answer[at + 1]!, answer[at + 2]!, answer.slice(at + 3, at + 1 + answer[at]!)]);
  }
  return all;
}

import { ToCore } from './contract.gen';

/** How many numbers a segment may hold until the next one begins: 64 kB. */
const LONGEST = 8192;
/** A dump that is longer, of some 120 clients, is not kept: the steps beside it would not hold one of each. */
const LONGEST_DUMP = 2 * LONGEST;
/** How much later it is seen whether the clients have become fewer, in segments. */
const PAUSE = 64;

/** What went into a core and came out of it, from its start or from a dump on. */
export interface Run {
  /** The client's dump, where the run does not begin with its Create. Base64 of float64s, little-endian. */
  dump?: string;
  /** Likewise: length, batch, length, answer, and so on. */
  steps: string;
}

interface Segment {
  /** The answer to Dump with which it began. */
  dump?: Float64Array;
  /** Batches and answers by turns. */
  steps: Float64Array[];
  size: number;
}

/**
 * Remembers the newest batches and answers of a core: two segments, of which the
 * older makes room. Those of a crowd it does not remember.
 */
export class Recorder {
  #segments: Segment[] = [{ steps: [], size: 0 }];
  /** How many numbers of a crowd have gone by. */
  #passed = 0;

  /** Notes a step. Returns whether a dump is wanted, for `cut`. */
  note(batch: Float64Array, answer: Float64Array): boolean {
    const size = batch.length + answer.length;
    const segment = this.#segments.at(-1);
    if (!segment) return (this.#passed += size) > PAUSE * LONGEST;
    segment.steps.push(batch, answer);
    return (segment.size += size) > LONGEST;
  }

  /** Begins a new segment, from a dump. */
  cut(dump: Float64Array): void {
    const next = { dump, steps: [], size: 0 };
    this.#passed = 0;
    if (dump.length > LONGEST_DUMP) this.#segments = [];
    else this.#segments = [...this.#segments.slice(-1), next];
  }

  /** What concerns one client; nothing while the clients are a crowd. */
  run(client: number): Run {
    const numbers: number[] = [];
    for (const { steps } of this.#segments) {
      for (let i = 0; i < steps.length; i += 2) {
        const batch = pick(steps[i]!, 1, client);
        const answer = pick(steps[i + 1]!, 2, client);
        if (batch.length || answer.length) numbers.push(batch.length + 1, steps[i]![0]!, ...batch, answer.length, ...answer);
      }
    }
    const dumped = this.#segments[0]?.dump;
    const dump = dumped && pick(dumped, 2, client).slice(3);
    return { ...(dump?.length && { dump: base64(dump) }), steps: base64(numbers) };
  }
}

/** The messages that concern a client, or all of them (client 0), with their lengths in front. */
function pick(numbers: Float64Array, from: number, client: number): number[] {
  const picked: number[] = [];
  for (let at = from; at < numbers.length; ) {
    const end = at + 1 + numbers[at]!;
    const whose = numbers[at + 2]!;
    if (whose === client || whose === 0) picked.push(...numbers.subarray(at, end));
    at = end;
  }
  return picked;
}

/** The batch that asks for a dump. */
export const dumpBatch = (now: number): Float64Array => Float64Array.of(now, 4, ToCore.Dump, 0, 0, LONGEST_DUMP);

function base64(numbers: number[]): string {
  const bytes = new Uint8Array(Float64Array.from(numbers).buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

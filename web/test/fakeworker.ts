import { Snap, STATES, CIRCUITS, ToCore, ToPage } from '../src/contract.gen';

/** A message that the core has got. */
export interface Got {
  op: ToCore;
  client: number;
  age: number;
  args: number[];
}

/** What the core says of a client: the rest is as at the start. */
export interface Told {
  state?: (typeof STATES)[number];
  circuit?: (typeof CIRCUITS)[number];
  [Snap.Gen]?: number;
  [Snap.Attempts]?: number;
  [Snap.RetryIn]?: number;
  [Snap.RetryCount]?: number;
  [Snap.RoundTrip]?: number;
  [Snap.CircuitFailures]?: number;
  [Snap.CircuitTrips]?: number;
  [Snap.CircuitRefusals]?: number;
  [Snap.WindowGood]?: number;
  [Snap.WindowBad]?: number;
}

/** A Worker whose core is the test. */
export class FakeWorker {
  static all: FakeWorker[] = [];
  /** What the constructor throws, if anything. */
  static refuse: Error | undefined;

  static get last(): FakeWorker {
    return this.all.at(-1)!;
  }

  static install(): void {
    (globalThis as { Worker: unknown }).Worker = FakeWorker;
  }

  readonly url: string;
  readonly wasm: string[] = [];
  /** How often the watchdog has asked whether anybody is there. */
  asked = 0;
  /** How many batches have come. */
  batches = 0;
  /** How many messages have come: what an answer acknowledges. */
  taken = 0;
  terminated = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
  #new: Got[] = [];

  constructor(url: string) {
    if (FakeWorker.refuse) throw FakeWorker.refuse;
    this.url = url;
    FakeWorker.all.push(this);
  }

  postMessage(data: unknown): void {
    if (typeof data === 'string') {
      this.wasm.push(data);
      return;
    }
    const batch = data as Float64Array;
    if (!batch.length) {
      this.asked++;
      return;
    }
    this.batches++;
    for (let at = 0; at < batch.length; ) {
      const [length, op, client, age] = batch.subarray(at, at + 4) as unknown as [number, number, number, number];
      this.#new.push({ op, client, age, args: [...batch.subarray(at + 4, at + 1 + length)] });
      at += 1 + length;
      this.taken++;
    }
  }

  terminate(): void {
    this.terminated = true;
  }

  /** The messages since the last look. */
  got(): Got[] {
    return this.#new.splice(0);
  }

  /** The script has loaded, and answers the watchdog. */
  starting(): void {
    this.onmessage!({ data: 'starting' });
  }

  /** The script has loaded and the module runs. */
  ready(): void {
    this.onmessage!({ data: 'ready' });
  }

  /** Answers: actions as [op, client, …arguments], then snapshots by client. */
  answer(actions: number[][], snapshots: Record<number, Told> = {}, taken = this.taken): void {
    const numbers = [taken, Infinity];
    for (const action of actions) numbers.push(action.length, ...action);
    for (const [client, told] of Object.entries(snapshots)) {
      const snapshot = snapshotOf(told);
      numbers.push(2 + snapshot.length, ToPage.Snapshot, Number(client), ...snapshot);
    }
    this.onmessage!({ data: new Float64Array(numbers) });
  }

  /** The core panics. */
  die(why: string): void {
    this.onmessage!({ data: { dead: why } });
  }

  /** The browser reports an error of the script, or that there is none. */
  error(message: string): void {
    this.onerror!({ message, preventDefault() {} });
  }
}

/** The numbers of a snapshot. */
export function snapshotOf({ state = 'CLOSED', circuit = 'CLOSED', ...fields }: Told): number[] {
  const numbers = new Array<number>(Snap.BudgetFullIn + 1).fill(0);
  numbers[Snap.State] = STATES.indexOf(state);
  numbers[Snap.Circuit] = CIRCUITS.indexOf(circuit);
  numbers[Snap.CircuitResetIn] = numbers[Snap.RetryIn] = numbers[Snap.UpFor] = -1;
  for (const [field, value] of Object.entries(fields)) numbers[Number(field)] = value;
  return numbers;
}

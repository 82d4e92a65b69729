import { ToCore, ToPage } from './contract.gen';
import type { FromHost, RunningCore, start } from './corehost';
import { badInput, show } from './errors';

/** A client, as the core link sees it. */
export interface CoreClient {
  readonly id_: number;
  /** The arguments of Create. */
  create_(): number[];
  /** The last snapshot, if the core has known the client before. */
  snapshot_: Float64Array | undefined;
  /** The ids and sizes of the messages that wait. */
  waiting_(): Iterable<[id: number, bytes: number]>;
  /** An answer of the core begins: its snapshot of the client, and how many messages it had taken by then. */
  settle_(taken: number): void;
  /** Carry out one action. */
  act_(op: ToPage, args: Float64Array): void;
  /** The core cannot be had. */
  coreFailed_(why: string): void;
}

export type Placement = 'worker' | 'page';

/** Where the core's files are and where it runs. */
export const config = {
  coreUrl: '',
  wasmUrl: '',
  placement: 'worker' as Placement,
};

/** What `configure` takes. */
export interface Configuration {
  baseUrl?: string | URL;
  coreUrl?: string | URL;
  wasmUrl?: string | URL;
  placement?: Placement;
}

export function configure(given: Configuration): void {
  const here = globalThis.location?.href;
  for (const [key, value] of Object.entries(given)) {
    if (key === 'placement') {
      if (value !== 'worker' && value !== 'page') throw badInput(`configure: placement is ${show(value)}; it must be "worker" or "page"`);
      config.placement = value;
    } else if (key === 'coreUrl' || key === 'wasmUrl') config[key] = new URL(value, here).href;
    else if (key === 'baseUrl') {
      const base = new URL(value, here).href.replace(/\/?$/, '/');
      config.coreUrl = base + 'websocket-reconnect.core.js';
      config.wasmUrl = base + 'websocket-reconnect.wasm';
    } else throw badInput(`configure: unknown setting ${key}; known are baseUrl, coreUrl, wasmUrl and placement`);
  }
}

/**
 * The page's line to the core. Until the core is ready, and again when it has
 * died, messages are kept with their time; the core takes them then as if it had
 * been there.
 */
class CoreLink {
  readonly #clients = new Map<number, CoreClient>();
  #lastId = 0;
  #status: 'off' | 'starting' | 'ready' = 'off';
  #send: ((messages: number[]) => void) | undefined;
  #stop: (() => void) | undefined;
  /** Messages that the core has not got: [op, client, when, …arguments]. */
  #log: number[][] = [];
  /** Messages that the core has got but not acknowledged; the first of them has number #acknowledged + 1. */
  #sent: number[][] = [];
  #acknowledged = 0;
  #flushing = false;
  #failures = 0;
  /** The placement in use; 'page' once a Worker could not be started. */
  #placement: Placement | undefined;

  /** The number of the newest message. */
  get lastPosted(): number {
    return this.#acknowledged + this.#sent.length + this.#log.length;
  }

  get ready(): boolean {
    return this.#status === 'ready';
  }

  newId(): number {
    return ++this.#lastId;
  }

  /** Makes the core look after a client, and starts one if there is none. */
  join(client: CoreClient): void {
    if (!this.#clients.size) this.#listen(true);
    this.#clients.set(client.id_, client);
    if (this.ready) this.#introduce(client);
    else this.#start();
  }

  leave(client: CoreClient): void {
    this.post(ToCore.Dispose, client.id_);
    this.#clients.delete(client.id_);
    if (!this.#clients.size) this.#listen(false);
  }

  /** Tells the core something. Returns the number of the message, which a later answer acknowledges. */
  post(op: ToCore, client: number, args: readonly number[] = []): number {
    this.#log.push([op, client, performance.now(), ...args]);
    if (this.ready && !this.#flushing) {
      this.#flushing = true;
      queueMicrotask(this.#flush);
    }
    return this.lastPosted;
  }

  /** Sends what has gathered in this turn of the event loop as one batch. */
  readonly #flush = (): void => {
    this.#flushing = false;
    const send = this.#send;
    if (!send || !this.#log.length) return;
    const log = this.#log;
    this.#log = [];
    this.#sent.push(...log);
    const now = performance.now();
    const batch: number[] = [];
    for (const [op, client, at, ...args] of log) batch.push(args.length + 3, op!, client!, Math.max(now - at!, 0), ...args);
    send(batch);
  };

  /** Takes an answer apart. Snapshots first, so that whoever is told something finds the new state. */
  #answer(numbers: Float64Array): void {
    this.#sent.splice(0, numbers[0]! - this.#acknowledged);
    this.#acknowledged = numbers[0]!;
    const settled: CoreClient[] = [];
    for (const [op, client, args] of messages(numbers)) {
      if (op !== ToPage.Snapshot) continue;
      client && (client.snapshot_ = args) && settled.push(client);
    }
    for (const [op, client, args] of messages(numbers)) {
      if (op !== ToPage.Snapshot) client?.act_(op, args);
    }
    for (const client of settled) client.settle_(numbers[0]!);
  }

  readonly client = (id: number): CoreClient | undefined => this.#clients.get(id);

  #start(): void {
    if (this.#status !== 'off') return;
    this.#status = 'starting';
    this.#placement ??= config.placement === 'worker' && typeof Worker === 'function' ? 'worker' : 'page';
    let current = true;
    const tell = (message: FromHost): void => {
      if (!current) return;
      if (message === 'ready') this.#begin();
      else if (message instanceof Float64Array) this.#answer(message);
      else {
        current = false;
        this.#died(message.dead);
      }
    };
    this.#stop = () => (current = false);
    if (this.#placement === 'worker') this.#startWorker(tell);
    else this.#startPage(tell);
  }

  #startWorker(tell: (message: FromHost) => void): void {
    let worker: Worker;
    try {
      worker = new Worker(config.coreUrl, { name: 'websocket-reconnect' });
    } catch (error) {
      return this.#noWorker(tell);
    }
    worker.onmessage = ({ data }) => {
      worker.onerror = (event) => tell({ dead: event.message || 'the worker failed' });
      tell(data);
      if (data.dead) worker.terminate();
    };
    // Before the first message: the script could not be loaded, or not run.
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#noWorker(tell);
    };
    worker.postMessage(config.wasmUrl);
    this.#send = (batch) => worker.postMessage(new Float64Array(batch));
  }

  /** A Worker cannot be started here (another origin, CSP): the page will do. */
  #noWorker(tell: (message: FromHost) => void): void {
    this.#placement = 'page';
    this.#startPage(tell);
  }

  #startPage(tell: (message: FromHost) => void): void {
    let core: RunningCore | undefined;
    this.#send = (batch) => core!.take(batch);
    const scope = globalThis as { __websocketReconnectStart?: typeof start };
    const url = config.coreUrl; // a variable, so that bundlers leave the import alone
    (async () => {
      if (!scope.__websocketReconnectStart) await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
      let ready = false;
      core = await scope.__websocketReconnectStart!(config.wasmUrl, (message) => (message === 'ready' ? (ready = true) : tell(message)));
      if (ready) tell('ready');
    })().catch((error) => tell({ dead: String(error?.message ?? error) }));
  }

  /** A core is there: it learns of every client, then of what has happened meanwhile. */
  #begin(): void {
    this.#status = 'ready';
    this.#failures = 0;
    // What the core before did not live to acknowledge has not happened. Queued messages are told anew below.
    const missed = [...this.#sent, ...this.#log].filter(([op]) => op! < ToCore.Create && op !== ToCore.Enqueue);
    this.#sent = [];
    this.#log = [];
    this.#acknowledged = 0;
    for (const client of this.#clients.values()) this.#introduce(client);
    this.#log.push(...missed);
    for (const client of this.#clients.values()) {
      for (const message of client.waiting_()) this.post(ToCore.Enqueue, client.id_, message);
    }
    this.#flush();
  }

  #introduce(client: CoreClient): void {
    this.post(ToCore.Create, client.id_, client.create_());
    if (client.snapshot_) this.post(ToCore.Restore, client.id_, [...client.snapshot_]);
    if (globalThis.navigator?.onLine === false) this.post(ToCore.Offline, client.id_);
  }

  #died(why: string): void {
    this.#stop?.();
    this.#status = 'off';
    this.#send = undefined;
    this.#failures++;
    for (const client of [...this.#clients.values()]) client.coreFailed_(why);
    const pause = Math.min(1000 * 2 ** (this.#failures - 1), 60_000);
    setTimeout(() => this.#clients.size && this.#start(), pause);
  }

  readonly #online = () => this.post(ToCore.Online, 0);
  readonly #offline = () => this.post(ToCore.Offline, 0);

  #listen(on: boolean): void {
    const change = on ? globalThis.addEventListener : globalThis.removeEventListener;
    change?.call(globalThis, 'online', this.#online);
    change?.call(globalThis, 'offline', this.#offline);
  }
}

/** Walks through an answer: acknowledged, delay, then length, op, client, arguments. */
function* messages(numbers: Float64Array): Generator<[op: ToPage, client: CoreClient | undefined, args: Float64Array]> {
  for (let at = 2; at < numbers.length; ) {
    const end = at + 1 + numbers[at]!;
    yield [numbers[at + 1]!, core.client(numbers[at + 2]!), numbers.subarray(at + 3, end)];
    at = end;
  }
}

export const core = new CoreLink();

import { postedAlone } from './closes';
import type { Connection } from './connection';
import { createArgs } from './coreconfig';
import { posted } from './course';
import { CLASSES, HASH, Snap, STATES, ToCore, ToPage } from './contract.gen';
import { act, masked, noted, settled } from './control';
import { watchRate } from './alert';
import { dial } from './dial';
import { closed, enqueue, giveBack } from './ended';
import { checkHow } from './how';
import { show } from './errors';
import { noticed, surroundings } from './surroundings';
import { seeEnd } from './ends';
import { explain, type Explanation } from './explanation';
import { beginLog } from './log';
import { Heartbeat } from './heartbeat';
import { start, type FromHost, type RunningCore } from './host';
import type { Line, Placement } from './line';
import { retold } from './missed';
import type { Run } from './recorder';
import { Retired } from './retired';
import { closeCodes, wrongCodes } from './verdict';
import { Watchdog } from './watchdog';
import { warnOfZombies } from './zombies';

/**
 * How long the reply to a probe waits for others to leave with it, or for
 * anything else, in milliseconds: a Worker is woken for each batch. Where the
 * core must know, it asks.
 */
const PATIENCE_WITH_REPLIES = 50;

/** A batch with so many numbers is closed: the module's memory grows with the longest, and never shrinks. */
const LONGEST_BATCH = 2048;

let warned = false;

/** Says once that a browser's WebSocket takes no options. */
function warnOfOptions({ options_: { websocketOptions } }: Connection): void {
  if (warned || !globalThis.document || !Object.keys(websocketOptions).length) return;
  warned = true;
  console.warn('WebSocketReconnect: websocketOptions is ignored: a browser gives scripts no way to set headers or other options of a WebSocket. Put a token into the url, a subprotocol or the first message.');
}

/** Gives a client what came with this file. */
function equip(client: Connection, { clients_: clients, ready_: ready }: Line): void {
  warnOfOptions(client);
  warnOfZombies(client, clients.values());
  const unknown = client.options_['circuitBreaker.exclude'].find((code) => !(CLASSES as readonly string[]).includes(code));
  if (unknown !== undefined) client.emitError_('BAD_INPUT', `option circuitBreaker.exclude has ${show(unknown)}, which is no error code`);
  client.heartbeat_ = new Heartbeat(client);
  for (const wrong of [wrongCodes(client.options_), watchRate(client), beginLog(client, () => explain(client, ready).sentence)]) {
    if (wrong) client.emitError_('BAD_INPUT', wrong);
  }
  seeEnd(client.socket_);
}

/** What a line's owner has handed to the link. */
export interface LinkConfig {
  readonly coreUrl: string;
  readonly wasmUrl: string;
  readonly placement: Placement;
}

/**
 * The other end of the line: keeps a core running, in a Worker or on the page,
 * sends it what is posted, and has its answers carried out. A core that dies is
 * replaced by another, which goes on from the clients' last snapshots.
 */
export class Link {
  readonly #line: Line;
  readonly #config: LinkConfig;
  readonly #retired: Retired;
  readonly dial_ = dial;
  readonly giveBack_ = giveBack;
  readonly closeCodes_ = closeCodes;
  readonly enqueue_ = enqueue;
  readonly checkHow_ = checkHow;
  #send: ((messages: number[]) => void) | undefined;
  /** Asks the core for what it has done for a client. */
  #ask: ((client: number) => Promise<Run>) | undefined;
  /** Messages that the core has got but not acknowledged. */
  #sent: number[][] = [];
  #acknowledged = 0;
  /** The number of the last message before this core's first. */
  #base = 0;
  #flushing = false;
  /** Sends what can wait. */
  #lazy: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** The placement in use: 'page' once a Worker could not be started. */
  #placement: Placement;
  #listening = false;
  #starting = false;

  constructor(line: Line, config: LinkConfig) {
    this.#line = line;
    this.#retired = new Retired(line);
    this.#config = config;
    // Bun's Worker does not know that it is one. Deno's refuses by itself, Node has none.
    this.#placement = typeof Worker === 'function' && !('Bun' in globalThis) ? config.placement : 'page';
    for (const client of line.clients_.values()) equip(client, line);
    for (const message of line.log_) this.#note(message);
    this.#start();
  }

  joined_(client: Connection): void {
    equip(client, this.#line);
    this.#listen(true);
    if (this.#line.ready_) this.#introduce(client);
    else this.#start();
  }

  left_(client: Connection): void {
    client.handover_?.callOff_();
    this.#listen(this.#line.clients_.size > 0);
  }

  /** A socket has ended, at a time that may be over: this file was not there yet. */
  closed_(client: Connection, gen: number, opened: boolean, at = performance.now()): void {
    let when: number | undefined = at;
    closed(client, gen, opened, (...args) => {
      this.#line.log_.push([ToCore.Closed, client.id_, when ?? performance.now(), ...args]);
      this.posted_();
    });
    when = undefined; // what has to be found out first is told when it is
  }

  /** Something was posted: it leaves at the end of this turn of the event loop, in one batch with what follows. */
  posted_(): void {
    const line = this.#line;
    const message = line.log_.at(-1)!;
    this.#note(message);
    if (!line.ready_) {
      const client = line.clients_.get(message[1]!);
      if (client) postedAlone(client, message[0]!, line.posted_, this.#failures > 1);
      return;
    }
    if (this.#flushing) return;
    if (this.#placement === 'worker' && line.log_.at(-1)![0] === ToCore.Replied) {
      this.#lazy ??= setTimeout(this.#flush, PATIENCE_WITH_REPLIES);
      return;
    }
    this.#flushing = true;
    queueMicrotask(this.#flush);
  }

  readonly #flush = (): void => {
    this.#flushing = false;
    clearTimeout(this.#lazy);
    this.#lazy = undefined;
    const line = this.#line;
    if (!line.ready_ || !line.log_.length) return;
    const log = line.log_;
    line.log_ = [];
    line.taken_ += log.length;
    this.#sent.push(...log);
    const now = performance.now();
    let batch: number[] = [];
    for (const [op, client, at, ...args] of log) {
      batch.push(args.length + 3, op!, client!, Math.max(now - at!, 0), ...args);
      if (batch.length < LONGEST_BATCH) continue;
      this.#send?.(batch);
      batch = [];
    }
    if (batch.length) this.#send?.(batch);
  };

  /** Sees what is posted. */
  #note(message: readonly number[]): void {
    const client = this.#line.clients_.get(message[1]!);
    if (client) posted(client, message);
  }

  /** See explain in websocket-reconnect.d.ts. */
  explain_(client: Connection): Explanation {
    return explain(client, this.#line.ready_);
  }

  /** Takes an answer apart. Snapshots first, so that whoever is told something finds the new state. */
  #answer(numbers: Float64Array): void {
    this.#sent.splice(0, numbers[0]! - this.#acknowledged);
    this.#acknowledged = numbers[0]!;
    const told: Connection[] = [];
    const answer = [...this.#messages(numbers)];
    for (const [op, client, args] of answer) {
      if (op !== ToPage.Snapshot || !client) continue;
      noted(client, [...args]); // a typed array of its own would take as much again
      told.push(client);
    }
    for (const [op, client, args] of answer) {
      if (client && !client.disposed_) act(client, op, args);
    }
    for (const client of told) {
      settled(client, this.#base + this.#acknowledged);
      this.#retired.look_(client);
    }
  }

  /** Walks through an answer: acknowledged, delay, then length, op, client, arguments. */
  *#messages(numbers: Float64Array): Generator<[op: ToPage, client: Connection | undefined, args: Float64Array]> {
    for (let at = 2; at < numbers.length; ) {
      const end = at + 1 + numbers[at]!;
      yield [numbers[at + 1]!, this.#line.clients_.get(numbers[at + 2]!), numbers.slice(at + 3, end)];
      at = end;
    }
  }

  #start(): void {
    if (this.#starting) return;
    this.#starting = true;
    let current = true;
    const tell = (message: FromHost): void => {
      if (!current) return;
      if (message instanceof Float64Array) return this.#answer(message);
      current = false;
      this.#died(message.dead);
    };
    // A core may die before it has begun.
    const begin = () => {
      if (current) this.#begin();
    };
    if (this.#placement === 'worker') this.#startWorker(tell, begin);
    else this.#startPage(tell, begin);
  }

  /** See exportTrace in websocket-reconnect.d.ts. */
  async trace_(client: Connection, version: string): Promise<string> {
    if (!this.#line.ready_) throw new Error('no core is running; try again when it does');
    await null; // what was posted in this turn is part of it
    const run = await this.#ask!(client.id_);
    if (!run.steps) throw new Error('there are more clients on this page than a trace can follow');
    return JSON.stringify({ format: 1, version, contract: HASH, client: client.id_, url: masked(client.url_), exported: new Date().toISOString(), run });
  }

  #startWorker(tell: (message: FromHost) => void, begin: () => void): void {
    // A Worker that cannot be started here (another origin, CSP): the page will do.
    const fallBack = () => {
      this.#placement = 'page';
      this.#startPage(tell, begin);
    };
    let worker: Worker;
    try {
      worker = new Worker(this.#config.coreUrl, { name: 'websocket-reconnect' });
    } catch {
      return fallBack();
    }
    const asked: ((run: Run) => void)[] = [];
    let ready = false;
    const watchdog = new Watchdog(
      () => worker.postMessage(new Float64Array()),
      () => {
        worker.terminate();
        if (!ready) this.#placement = 'page'; // nor would another be, perhaps
        tell({ dead: `the worker has ${ready ? 'stopped' : 'not started'} without a word` });
      },
    );
    worker.onmessage = ({ data }) => {
      worker.onerror = (event) => tell({ dead: event.message || 'the worker failed' });
      if (data === 'starting') return watchdog.answered(0);
      if (data === 'ready') {
        ready = true;
        watchdog.answered(Infinity);
        return begin();
      }
      if ('steps' in data) return asked.shift()?.(data);
      if (data instanceof Float64Array) watchdog.answered(data[1]!);
      tell(data);
      if (data.dead) {
        watchdog.stop();
        worker.terminate();
      }
    };
    // Before the first message: the script could not be loaded, or not run.
    worker.onerror = (event) => {
      event.preventDefault();
      watchdog.stop();
      worker.terminate();
      fallBack();
    };
    worker.postMessage(this.#config.wasmUrl);
    watchdog.sent();
    this.#send = (batch) => {
      watchdog.sent();
      worker.postMessage(new Float64Array(batch));
    };
    this.#ask = (client) =>
      new Promise((resolve) => {
        asked.push(resolve);
        worker.postMessage(client);
      });
  }

  #startPage(tell: (message: FromHost) => void, begin: () => void): void {
    let core: RunningCore;
    this.#send = (batch) => core.take(batch);
    this.#ask = async (client) => core.run(client);
    start(this.#config.wasmUrl, tell).then(
      (running) => {
        core = running;
        begin();
      },
      (error) => tell({ dead: String(error?.message ?? error) }),
    );
  }

  /** A core is there: it learns of every client, then of what has happened meanwhile. */
  #begin(): void {
    const line = this.#line;
    this.#failures = 0;
    // What the core before did not live to acknowledge has not happened. Queued messages are told anew below.
    const missed = [...this.#sent, ...line.log_].filter(([op]) => op! < ToCore.Create && op !== ToCore.Enqueue && op !== ToCore.TakeBack);
    line.ready_ = true;
    this.#base = line.taken_ = line.posted_;
    line.log_ = [];
    this.#sent = [];
    this.#acknowledged = 0;
    for (const client of line.clients_.values()) this.#introduce(client);
    line.log_.push(...retold(missed));
    for (const client of line.clients_.values()) {
      client.fussy_ = false;
      // What is enqueued while a connection is open leaves at once.
      const waiting = [...client.outbox_].sort(([, { priority: a = 0 }], [, { priority: b = 0 }]) => b - a);
      for (const [id] of waiting) enqueue(client, id);
    }
    this.#listen(line.clients_.size > 0);
    this.#flush();
  }

  #introduce(client: Connection): void {
    const line = this.#line;
    line.post_(ToCore.Create, client.id_, createArgs(client));
    const { snapshot_: snapshot } = client;
    if (snapshot) {
      line.log_.push([ToCore.Restore, client.id_, client.snapshotAt_, ...snapshot]);
      // No part of a snapshot: connect() was called since.
      if (snapshot[Snap.State] === STATES.indexOf('CLOSING') && !client.closed_) line.post_(ToCore.Connect, client.id_);
    }
    if (globalThis.navigator?.onLine === false) line.post_(ToCore.Offline, client.id_);
    if (globalThis.document?.hidden) line.post_(ToCore.Hidden, client.id_);
  }

  #died(why: string): void {
    this.#line.ready_ = false;
    this.#starting = false;
    this.#send = undefined;
    const pause = Math.min(1000 * 2 ** this.#failures++, 60_000);
    for (const client of [...this.#line.clients_.values()]) client.coreFailed_(why);
    setTimeout(() => this.#line.clients_.size && this.#start(), pause);
  }

  /** Tells all clients' machines what the page's surroundings say. */
  readonly #notice = (event: Event): void => {
    const op = noticed(event);
    if (op !== undefined) this.#line.post_(op, 0);
  };

  #listen(on: boolean): void {
    if (this.#listening === on) return;
    this.#listening = on;
    for (const [target, types] of surroundings()) {
      for (const type of types) target?.[on ? 'addEventListener' : 'removeEventListener'](type, this.#notice);
    }
  }
}

import { noteOpen, postedAlone } from './closes';
import type { Connection } from './connection';
import { pageCore, type Core, type News } from './core';
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
import type { Line, Placement } from './line';
import { retold } from './missed';
import { watchPolicy } from './policy';
import { Retired } from './retired';
import { closeCodes, wrongCodes } from './verdict';
import { workerCore } from './workercore';
import { warnOfZombies } from './zombies';

/**
 * How long the reply to a probe waits for others to leave with it, or for
 * anything else, in milliseconds: the core is woken for each batch. Where it must
 * know, it asks.
 */
const PATIENCE_WITH_REPLIES = 50;

/** A batch with so many numbers is closed: the module's memory grows with the longest, and never shrinks. */
const LONGEST_BATCH = 2048;

/** A core is to be ready within this time, in milliseconds; doubled after each that failed, for slow networks, up to 8 minutes. */
const START_TIMEOUT = 30_000;
const MOST_DOUBLED = 4;
/** Between starts: 1 s, doubled each time, at most this, in milliseconds. */
const LONGEST_PAUSE = 60_000;
/** For so long a core stays on the page that was to be in a Worker; doubled each time that it could not be, up to an hour; milliseconds. */
const MOVE_PAUSE = 60_000;
const LONGEST_MOVE_PAUSE = 3_600_000;

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
  /** The one at work. */
  #core: Core | undefined;
  /** One that starts: for want of another, or in a Worker, to replace one on the page. */
  #coming: Core | undefined;
  /** Messages that the core has got but not acknowledged. */
  #sent: number[][] = [];
  #acknowledged = 0;
  /** The number of the last message before this core's first. */
  #base = 0;
  #flushing = false;
  /** Sends what can wait. */
  #lazy: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** A core may be started in a Worker. */
  #worker: boolean;
  /** The next start is on the page all the same. */
  #spared = false;
  /** In a row. */
  #unstartedWorkers = 0;
  #move: ReturnType<typeof setTimeout> | undefined;
  #listening = false;

  constructor(line: Line, config: LinkConfig) {
    this.#line = line;
    this.#retired = new Retired(line);
    this.#config = config;
    // Bun's Worker does not know that it is one. Deno's refuses by itself, Node has none.
    this.#worker = config.placement === 'worker' && typeof Worker === 'function' && !('Bun' in globalThis);
    if (this.#worker) watchPolicy();
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
    if (message[0] === ToCore.Replied) {
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
      this.#core?.send_(batch);
      batch = [];
    }
    if (batch.length) this.#core?.send_(batch);
  };

  /** Sees what is posted. */
  #note(message: readonly number[]): void {
    const client = this.#line.clients_.get(message[1]!);
    if (!client) return;
    posted(client, message);
    if (message[0] === ToCore.Opened) noteOpen(client, message[3]!);
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
      noted(client, Array.from(args).slice()); // 8 bytes a number; a typed array, or what spreading makes, takes three times as much
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
    if (this.#core || this.#coming) return;
    const inWorker = this.#worker && !this.#spared;
    this.#spared = false;
    this.#launch(inWorker);
  }

  /** Starts a core, beside the one at work if there is one. */
  #launch(inWorker: boolean): void {
    let core: Core | undefined;
    const tell = (news: News): void => {
      if (core !== this.#core && core !== this.#coming) return; // it was given up
      if (news instanceof Float64Array) return this.#answer(news);
      clearTimeout(late);
      if (news === 'ready') return this.#begin();
      core!.stop_();
      if (core === this.#core) return this.#died((news as { dead: string }).dead);
      this.#coming = undefined;
      this.#unstarted(inWorker, news);
    };
    const patience = START_TIMEOUT * 2 ** Math.min(this.#failures, MOST_DOUBLED);
    const late = setTimeout(() => tell({ dead: `${this.#config.wasmUrl} has not come within ${patience / 1000} s; its download is stalled, or very slow` }), patience);
    try {
      core = this.#coming = (inWorker ? workerCore : pageCore)(this.#config, tell);
    } catch {
      clearTimeout(late);
      this.#unstarted(true, { refused: Promise.resolve(true) });
    }
  }

  /**
   * A core could not be started. Where that was in a Worker the next start, at
   * once if there is no Worker at all, is on the page, and a later one in a Worker
   * again.
   */
  #unstarted(inWorker: boolean, news: { dead: string } | { refused: Promise<boolean> }): void {
    this.#unstartedWorkers += +inWorker;
    if ('refused' in news) void news.refused.then((forever) => (this.#worker &&= !forever));
    if (this.#core) return this.#moveLater();
    this.#spared = inWorker;
    if ('dead' in news) this.#died(news.dead);
    else this.#start();
  }

  /** Has the core on the page replaced by one in a Worker, after a while. */
  #moveLater(): void {
    clearTimeout(this.#move);
    this.#move = setTimeout(() => {
      if (!this.#worker || this.#core?.inWorker_ !== false || this.#coming) return;
      if (this.#line.clients_.size) this.#launch(true);
      else this.#moveLater();
    }, Math.min(MOVE_PAUSE * 2 ** (this.#unstartedWorkers - 1), LONGEST_MOVE_PAUSE));
  }

  /** See exportTrace in websocket-reconnect.d.ts. */
  async trace_(client: Connection, version: string): Promise<string> {
    if (!this.#line.ready_) throw new Error('no core is running; try again when it does');
    await null; // what was posted in this turn is part of it
    const run = await this.#core!.ask_(client.id_);
    if (!run.steps) throw new Error('there are more clients on this page than a trace can follow');
    return JSON.stringify({ format: 1, version, contract: HASH, client: client.id_, url: masked(client.url_), exported: new Date().toISOString(), run });
  }

  /** A core is there: it learns of every client, then of what has happened meanwhile. */
  #begin(): void {
    const line = this.#line;
    const core = this.#coming!;
    if (this.#core) {
      // It has the newest word in all that was posted so far; a handover is its own.
      this.#flush();
      if (core !== this.#coming) return;
      this.#coming = undefined;
      if ([...line.clients_.values()].some(({ handover_: handover }) => handover)) {
        core.stop_();
        return this.#moveLater();
      }
      this.#core.stop_();
    }
    this.#coming = undefined;
    this.#core = core;
    this.#failures = 0;
    if (core.inWorker_) this.#unstartedWorkers = 0;
    else if (this.#worker) this.#moveLater();
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
    this.#core = undefined;
    this.#coming?.stop_();
    this.#coming = undefined;
    const pause = Math.min(1000 * 2 ** this.#failures++, LONGEST_PAUSE);
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

import { batches, messages } from './batch';
import { closeAlone, noteOpen, postedAlone } from './closes';
import type { Connection } from './connection';
import { pageCore, type Core, type News } from './core';
import { posted } from './course';
import { HASH, ToCore, ToPage } from './contract.gen';
import { act, disappoint, givesUp, masked, noted, settled } from './control';
import { dial } from './dial';
import { closed, enqueue, giveBack } from './ended';
import { part } from './handover';
import { checkHow, usable } from './how';
import { Surroundings } from './surroundings';
import { explain, type Explanation } from './explanation';
import type { Line, Placement } from './line';
import { retold } from './missed';
import { equip, introduce } from './newcomer';
import { report } from './listeners';
import { watchPolicy } from './policy';
import { Retired } from './retired';
import { closeCodes } from './verdict';
import { workerCore } from './workercore';

/**
 * How long the reply to a probe waits for others to leave with it, or for
 * anything else, in milliseconds: the core is woken for each batch. Where it must
 * know, it asks.
 */
const PATIENCE_WITH_REPLIES = 50;

/** A core is to be ready within this time, in milliseconds; doubled after each that failed, for slow networks, up to 8 minutes. */
const START_TIMEOUT = 30_000;
const MOST_DOUBLED = 4;
/** Between starts: 1 s, doubled each time, at most this, in milliseconds. */
const LONGEST_PAUSE = 60_000;
/** For so long a core stays on the page that was to be in a Worker; doubled each time that it could not be, up to an hour; milliseconds. */
const MOVE_PAUSE = 60_000;
const LONGEST_MOVE_PAUSE = 3_600_000;

/** What a line's owner has handed to the link. */
export interface LinkConfig {
  coreUrl: string;
  wasmUrl: string;
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
  readonly #surroundings: Surroundings;
  /** By connection: the number of its newest reconnect(). */
  readonly #reconnects = new WeakMap<Connection, number>();

  constructor(line: Line, config: LinkConfig) {
    this.#line = line;
    this.#retired = new Retired(line);
    this.#config = config;
    this.#surroundings = new Surroundings(line);
    // Bun's Worker does not know that it is one. Deno's refuses by itself, Node has none.
    this.#worker = config.placement === 'worker' && typeof Worker === 'function' && !('Bun' in globalThis);
    if (this.#worker) watchPolicy();
    for (const client of line.clients_.values()) equip(client, line);
    for (const message of line.log_) this.#note(message);
    this.#start();
  }

  joined_(client: Connection): void {
    equip(client, this.#line);
    this.#surroundings.listen_(true);
    if (this.#line.ready_) introduce(client, this.#line);
    else this.#start();
  }

  left_(client: Connection): void {
    client.handover_?.callOff_();
    this.#surroundings.listen_(this.#line.clients_.size > 0);
  }

  /** A socket has ended, at a time that may be over: this file was not there yet. */
  closed_(client: Connection, gen: number, opened = false, at = performance.now()): void {
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
    const client = this.#note(message);
    if (!line.ready_) {
      if (client) postedAlone(client, message, line.posted_, this.#failures > 1);
      return;
    }
    if (client && message[0] === ToCore.Reconnect) {
      this.#reconnects.set(client, line.posted_);
      part(client);
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
    for (const message of log) this.#sent.push(message); // of whom there may be more than a call takes arguments
    for (const batch of batches(log, performance.now())) this.#core?.send_(batch);
  };

  /** Sees what is posted. Returns by whom; undefined: by the page, for all. */
  #note(message: readonly number[]): Connection | undefined {
    const client = this.#line.clients_.get(message[1]!);
    if (!client) return;
    posted(client, message);
    if (message[0] === ToCore.Opened) noteOpen(client, message[3]!);
    return client;
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
    const answer = messages(numbers).map(([op, id, args]) => [op, this.#line.clients_.get(id), args] as const);
    for (const [op, client, args] of answer) {
      if (client && op === ToPage.EmitFailed) givesUp(client);
      if (op !== ToPage.Snapshot || !client) continue;
      noted(client, Array.from(args).slice()); // 8 bytes a number; a typed array, or what spreading makes, takes three times as much
      told.push(client);
    }
    for (const [op, client, args] of answer) {
      if (!client) continue;
      try {
        if (!client.disposed_) act(client, op, args);
        else if (op === ToPage.EmitFailed) disappoint(client, 'CLOSED_BY_USER', 'disposed');
      } catch (error) {
        report(error); // and carry out what is for others
      }
    }
    const taken = this.#base + this.#acknowledged;
    for (const client of told) {
      if (client.disposed_) continue;
      if (this.#reconnects.get(client)! > taken) part(client); // with what this answer may have brought
      settled(client, taken);
      this.#retired.look_(client);
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
    if (!client.joined_) throw new Error('nothing has happened yet: connect() comes first');
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
    for (const client of line.clients_.values()) introduce(client, line);
    line.log_ = line.log_.concat(retold(missed));
    for (const client of line.clients_.values()) {
      client.fussy_ = false;
      // What is enqueued while a connection is open leaves at once.
      const waiting = [...client.outbox_].sort(([, { priority: a = 0 }], [, { priority: b = 0 }]) => usable(b) - usable(a));
      for (const [id] of waiting) enqueue(client, id);
    }
    // What is shown ahead of the core came before all this, but an answer to a first part of it knows nothing of the rest.
    for (const { state_: state, circuit_: circuit } of line.clients_.values()) {
      for (const foreseen of [...state.ahead_, ...circuit.ahead_]) foreseen[1] = line.posted_;
    }
    this.#surroundings.listen_(line.clients_.size > 0);
    this.#flush();
  }

  #died(why: string): void {
    this.#line.ready_ = false;
    this.#core = undefined;
    this.#coming?.stop_();
    this.#coming = undefined;
    const pause = Math.min(1000 * 2 ** this.#failures++, LONGEST_PAUSE);
    for (const client of [...this.#line.clients_.values()]) {
      if (client.closed_) closeAlone(client); // which was left to the core
      client.coreFailed_(why);
    }
    setTimeout(() => this.#line.clients_.size && this.#start(), pause);
  }
}

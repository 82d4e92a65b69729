// A client whose server and whose core, in a Worker, the test plays.
import { WebSocketReconnect } from '../src/client';
import { CLASSES, RETRY_REASONS, STATES, ToPage } from '../src/contract.gen';
import { config, line, type Line } from '../src/line';
import { Link, type LinkConfig } from '../src/link';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker, type Told } from './fakeworker';

/** Call it before the first client is made. */
export function install(): void {
  clock.install();
  FakeSocket.install();
  FakeWorker.install();
  Object.assign(globalThis, { __wsrLink: (l: Line, c: LinkConfig) => new Link(l, c) });
  config.coreUrl = 'https://host/core.js';
  config.wasmUrl = 'https://host/core.wasm';
}

export const state = (name: (typeof STATES)[number]): number => STATES.indexOf(name);
export const cause = (name: (typeof CLASSES)[number]): number => CLASSES.indexOf(name);
export const reason = (name: (typeof RETRY_REASONS)[number]): number => RETRY_REASONS.indexOf(name);

export class Played {
  static all: Played[] = [];
  readonly ws: WebSocketReconnect;
  readonly #id: number;
  /** [event, payload], of the events asked for. */
  readonly heard: unknown[][] = [];

  constructor(options: object = {}, ...events: string[]) {
    this.ws = new WebSocketReconnect({ url: 'ws://host/path', heartbeatInterval: false, diagnose: false, ...options });
    this.#id = line.lastId_;
    for (const type of events) this.ws.on(type, (payload) => this.heard.push(payload instanceof Event ? [type] : [type, payload]));
    Played.all.push(this);
  }

  static disposeAll(): void {
    for (const { ws } of Played.all.splice(0)) ws.dispose();
  }

  /** Waits until the core is loaded; it agrees with all that was posted. */
  async core(told: Told): Promise<void> {
    if (!line.ready_) {
      await clock.pass(2000);
      FakeWorker.last.ready();
    }
    await turn();
    this.answer([], told);
  }

  /** Actions as [op, …arguments]. */
  answer(actions: number[][], told: Told): void {
    FakeWorker.last.answer(actions.map(([op, ...args]) => [op!, this.#id, ...args]), { [this.#id]: told });
  }

  /** Connected, with the core there. */
  async open(): Promise<void> {
    void this.ws.connect();
    if (line.ready_) {
      await turn();
      this.answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 1]], { state: 'CONNECTING' });
    }
    FakeSocket.last.open();
    await this.core({ state: 'OPEN' });
  }

  /** The connection, or a dial, ends, and the core waits for a retry. */
  async fails(gen: number, code: (typeof CLASSES)[number], retryIn: number, attempt = gen, told: Told = {}, why: (typeof RETRY_REASONS)[number] = 'backoff'): Promise<void> {
    FakeSocket.last.end();
    await turn();
    const change = this.ws.state === 'OPEN' ? [[ToPage.EmitStateChange, state('CONNECTING')]] : [];
    this.answer([[ToPage.EmitError, gen, cause(code)], [ToPage.EmitClose, gen, 0], ...change, [ToPage.EmitRetry, attempt, retryIn, reason(why)]], { state: 'CONNECTING', 5: retryIn, 4: Math.max(attempt - 1, 0), ...told } as Told);
    await turn();
  }

  /** The core dials. */
  dial(gen: number): void {
    this.answer([[ToPage.OpenSocket, gen]], { state: 'CONNECTING', 4: gen - 1 } as Told);
  }

  /** The core dials, and it opens. */
  async reopens(gen: number): Promise<void> {
    this.dial(gen);
    FakeSocket.last.open();
    await turn();
    this.answer([[ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, gen]], { state: 'OPEN' });
    await turn();
  }
}

/** At least once. See web/types/acked.d.ts. */
import { isPayload } from '../src/types';
import type * as types from '../types/acked';
import type { Payload, WebSocketReconnect } from '../types/websocket-reconnect';

const wrapped = (data: unknown, id: string): Payload => JSON.stringify({ id, data });

function ackIn({ data }: MessageEvent): string | string[] | undefined {
  try {
    const { ack } = JSON.parse(data);
    return typeof ack === 'string' || Array.isArray(ack) ? ack : undefined;
  } catch {
    return; // something else
  }
}

/** A message, and its receipt. */
class Message<T> implements types.Receipt {
  readonly id: string;
  readonly data: T;
  /** What goes over the wire. */
  readonly payload: Payload;
  state: types.Receipt['state'] = 'waiting';
  readonly done: Promise<boolean>;
  #settle!: (acked: boolean) => void;

  constructor(id: string, data: T, payload: Payload) {
    this.id = id;
    this.data = data;
    this.payload = payload;
    this.done = new Promise((resolve) => (this.#settle = resolve));
  }

  end(state: 'acked' | 'dropped'): void {
    this.state = state;
    this.#settle(state === 'acked');
  }
}

/** How long it takes to look again whether the client's queue has emptied, first and at most, in milliseconds. */
const LOOK = 20;
const LOOK_MAX = 1000;

class AckedMessages<T> implements types.Acked<T> {
  declare [Symbol.dispose]: () => void;
  readonly #ws: WebSocketReconnect;
  readonly #options: Required<types.AckedOptions<T>>;
  /** Not acknowledged, in the order in which they are sent. */
  readonly #messages = new Map<string, Message<T>>();
  /** Ids begin with what no other client has. */
  readonly #prefix = [...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join('');
  #count = 0;
  /** The connection is open, and what was not acknowledged has been sent on it: it is no later message's turn before. */
  #caughtUp: boolean;
  /** Looks again at the client's queue, which had no room. */
  #look: ReturnType<typeof setTimeout> | undefined;
  readonly #offs: (() => void)[];

  constructor(ws: WebSocketReconnect, { wrap = wrapped, ackOf = ackIn, cumulative = false, maxMessages = 10_000 }: types.AckedOptions<T>) {
    if (!(maxMessages >= 1)) throw new RangeError(`acked: maxMessages is ${maxMessages}; it must be at least 1`);
    this.#ws = ws;
    this.#options = { wrap, ackOf, cumulative, maxMessages };
    this.#caughtUp = ws.isConnected;
    const again = () => {
      this.#lose();
      this.#sendWaiting(LOOK);
    };
    this.#offs = [
      ws.on('open', again),
      ws.on('handover', again),
      ws.on('close', () => ws.isConnected || this.#lose()),
      ws.on('message', (event) => this.#hear(event)),
      ws.on('drop', ({ key, reason }) => this.#pushedOut(key, reason)),
    ];
  }

  send(data: T, id = `${this.#prefix}-${++this.#count}`): types.Receipt {
    const payload = this.#options.wrap(data, id);
    if (!isPayload(payload)) throw new TypeError('acked: wrap must give a string or binary data');
    const message = new Message(id, data, payload);
    // No offs: it was disposed of.
    if (!this.#offs.length || (this.#messages.size >= this.#options.maxMessages && !this.#messages.has(id))) message.end('dropped');
    else {
      this.#messages.get(id)?.end('dropped'); // the same, given a second time
      this.#messages.set(id, message);
      if (this.#caughtUp && !this.#hand(message)) this.#lookIn(LOOK);
    }
    return message;
  }

  get size(): number {
    return this.#messages.size;
  }

  unacked(): types.Unacked<T>[] {
    return [...this.#messages.values()].map(({ id, data }) => ({ id, data }));
  }

  drain(): types.Unacked<T>[] {
    const all = this.unacked();
    for (const { id } of all) this.#end(id, 'dropped');
    return all;
  }

  dispose(): types.Unacked<T>[] {
    for (const off of this.#offs.splice(0)) off();
    this.#lose();
    return this.drain();
  }

  /** Tells whether the client took it. A message that waits in its queue, and is sent again, takes its own place there: it has one key. */
  #hand(message: Message<T>): boolean {
    const result = this.#ws.send(message.payload, { key: message });
    const taken = result === 'sent' || result === 'queued';
    if (taken) message.state = 'sent';
    return taken;
  }

  /** Sends what waits, in order; from the first that finds the client's queue full, when that has emptied. */
  #sendWaiting(look: number): void {
    for (const message of [...this.#messages.values()]) {
      if (!this.#ws.isConnected) return;
      if (message.state === 'waiting' && !this.#hand(message)) return this.#lookIn(look);
    }
    this.#caughtUp = true;
  }

  /** The client does not tell when its queue has emptied: mostly that takes it a few milliseconds. */
  #lookIn(look: number): void {
    this.#caughtUp = false;
    clearTimeout(this.#look);
    this.#look = setTimeout(() => {
      const next = Math.min(2 * look, LOOK_MAX);
      if (this.#ws.getStats().queueLength) this.#lookIn(next);
      else this.#sendWaiting(next);
    }, look);
  }

  /** The client's queue has dropped what it had taken, to make room. */
  #pushedOut(key: unknown, reason: string): void {
    if (reason !== 'overflow' || !(key instanceof Message) || key.state !== 'sent') return;
    key.state = 'waiting';
    this.#lookIn(LOOK);
  }

  #lose(): void {
    clearTimeout(this.#look);
    this.#caughtUp = false;
    for (const message of this.#messages.values()) message.state = 'waiting';
  }

  #hear(event: MessageEvent): void {
    const ids = (this.#messages.size && this.#options.ackOf(event)) || [];
    for (const id of typeof ids === 'string' ? [ids] : ids) {
      if (!this.#messages.has(id)) continue; // acknowledged already, or another's
      if (this.#options.cumulative) {
        for (const [before, { state }] of this.#messages) {
          if (before === id) break;
          if (state === 'sent') this.#end(before, 'acked'); // not what the queue has pushed out
        }
      }
      this.#end(id, 'acked');
    }
  }

  #end(id: string, state: 'acked' | 'dropped'): void {
    this.#messages.get(id)?.end(state);
    this.#messages.delete(id);
  }

  static {
    if (Symbol.dispose) Object.defineProperty(this.prototype, Symbol.dispose, { value: this.prototype.dispose, configurable: true, writable: true });
  }
}

export const acked: typeof types.acked = (ws, options = {}) => new AckedMessages(ws, options);

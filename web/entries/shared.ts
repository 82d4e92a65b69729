/** Sharing: one connection for all that ask for the same. See web/types/shared.d.ts. */
import { WebSocketReconnect } from '../src/index';
import type * as types from '../types/shared';
import { addressOf, keyOf } from './parts/key';

/** Connections by key; several where holders want them for themselves. */
const pool = new Map<unknown, Shared[]>();

/** A connection and the claims on it. */
class Shared {
  readonly ws: WebSocketReconnect;
  readonly #key: unknown;
  readonly #exclusive: boolean;
  #handles = 0;
  #linger = 0;
  #end: ReturnType<typeof setTimeout> | undefined;

  constructor(key: unknown, exclusive: boolean, ws: WebSocketReconnect) {
    this.ws = ws;
    this.#key = key;
    this.#exclusive = exclusive;
    pool.set(key, [...(pool.get(key) ?? []), this]);
  }

  get handles(): number {
    return this.#handles;
  }

  /** Whether one more may hold it. */
  takes(exclusive: boolean): boolean {
    return exclusive === this.#exclusive && !(exclusive && this.#handles);
  }

  claim(linger: number): void {
    clearTimeout(this.#end);
    this.#handles++;
    this.#linger = Math.max(this.#linger, linger);
    const { state } = this.ws;
    if (state === 'CLOSED' || state === 'CLOSING' || state === 'FAILED') void this.ws.connect();
  }

  giveUp(): void {
    if (--this.#handles === 0 && this.#linger < 2 ** 31) this.#end = setTimeout(() => this.#dispose(), this.#linger);
  }

  #dispose(): void {
    const others = pool.get(this.#key)!.filter((other) => other !== this);
    if (others.length) pool.set(this.#key, others);
    else pool.delete(this.#key);
    this.ws.dispose();
  }
}

/** One part's claim. */
class Handle implements types.Handle {
  declare [Symbol.dispose]: () => void;
  readonly #shared: Shared;
  readonly #offs = new Set<() => void>();
  #released = false;

  constructor(shared: Shared, linger: number) {
    this.#shared = shared;
    shared.claim(linger);
  }

  get ws(): WebSocketReconnect {
    return this.#shared.ws;
  }

  get released(): boolean {
    return this.#released;
  }

  send(...message: Parameters<types.Handle['send']>): ReturnType<types.Handle['send']> {
    return this.#released ? 'dropped' : this.ws.send(...message);
  }

  on(event: string, listener: (payload: any) => unknown): () => void {
    if (this.#released) return () => {};
    // A function of its own: two parts may listen with the same one.
    const remove = this.ws.on(event, (payload) => listener.call(this.ws, payload));
    const off = () => (this.#offs.delete(off), remove());
    this.#offs.add(off);
    return off;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const off of [...this.#offs]) off();
    this.#shared.giveUp();
  }

  static {
    if (Symbol.dispose) Object.defineProperty(this.prototype, Symbol.dispose, { value: this.prototype.release, configurable: true, writable: true });
  }
}

export const acquire: typeof types.acquire = (url, { key, linger = 0, exclusive = false, ...options } = {}) => {
  if (!(linger >= 0)) throw new RangeError(`acquire: linger is ${linger}; it must be a number of milliseconds, at least 0, or Infinity`);
  key ??= keyOf([addressOf(url), options]);
  const found = pool.get(key)?.find((shared) => shared.takes(exclusive));
  return new Handle(found ?? new Shared(key, exclusive, new WebSocketReconnect({ ...options, url })), linger);
};

export const shared: typeof types.shared = () => [...pool.values()].flat().map(({ ws, handles }) => ({ ws, handles }));

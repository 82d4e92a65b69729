/** A Svelte store. See web/types/svelte.d.ts. */
import type * as types from '../types/svelte';
import type { Payload, State, WebSocketReconnectOptions } from '../types/websocket-reconnect';
import { WebSocketReconnectError } from '../src/index';
import { isPayload } from '../src/types';
import { onServer } from './parts/server';
import { takeBack } from './parts/takeback';
import { acquire } from './shared';

/** A value that can be subscribed to, as Svelte's store contract has it. */
class Value<T> implements types.Readable<T> {
  value: T;
  readonly #runs = new Map<object, (value: T) => void>();
  readonly #changed: () => void;

  constructor(value: T, changed: () => void) {
    this.value = value;
    this.#changed = changed;
  }

  get watched(): boolean {
    return this.#runs.size > 0;
  }

  readonly subscribe = (run: (value: T) => void): (() => void) => {
    const key = {};
    this.#runs.set(key, run);
    this.#changed();
    if (this.#runs.has(key)) run(this.value);
    return () => {
      if (this.#runs.delete(key)) this.#changed();
    };
  };

  show(value: T): void {
    this.value = value;
    for (const run of [...this.#runs.values()]) run(value);
  }
}

export function webSocketStore<T = unknown>(url: WebSocketReconnectOptions['url'], { json = false, linger = 0, ...options }: types.WebSocketStoreOptions = {}): types.WebSocketStore<T> {
  let handle: ReturnType<typeof acquire> | undefined;
  /** Messages for the next connection. */
  const waiting: Payload[] = [];

  /** Connects for the first subscriber, lets go after the last. */
  const changed = (): void => {
    const watched = (message.watched || state.watched) && !onServer(); // there, who subscribes leaves again at once
    if (!watched) {
      if (handle) {
        waiting.push(...takeBack(handle.ws));
        handle.release();
        handle = undefined;
      }
      state.value = 'CLOSED';
    } else if (!handle) {
      handle = acquire(url, { ...options, linger });
      handle.on('message', ({ data }) => message.show(json ? parsed(data) : data));
      handle.on('stateChange', (value) => state.show(value));
      state.value = handle.ws.state;
      for (const data of waiting.splice(0)) handle.send(data);
    }
  };
  const message = new Value<T | undefined>(undefined, changed);
  const state = new Value<State>('CLOSED', changed);

  const send = (data: Payload) => {
    if (handle) return handle.send(data);
    if (!isPayload(data)) throw new WebSocketReconnectError('BAD_INPUT', 'send: data must be text or binary');
    waiting.push(data);
    return 'queued';
  };
  return {
    subscribe: message.subscribe,
    set: (data) => void send(json ? JSON.stringify(data) : (data as Payload)),
    send,
    state,
    get ws() {
      return handle?.ws;
    },
  };
}

function parsed(data: any): any {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

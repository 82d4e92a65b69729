/** A Svelte store: it keeps to the store contract, and needs no Svelte. */
import type { Payload, SendResult, State, WebSocketReconnect, WebSocketReconnectOptions } from './websocket-reconnect.js';

/** What a component subscribes to. */
export interface Readable<T> {
  subscribe(run: (value: T) => void): () => void;
}

export interface WebSocketStoreOptions extends Omit<WebSocketReconnectOptions, 'url'> {
  /** Read text messages as JSON, and send what is set as JSON. One that is not JSON is shown as it is. @default false */
  json?: boolean;
  /** How long the connection is kept after the last subscriber has gone, in milliseconds; Infinity: for ever. @default 0 */
  linger?: number;
}

/** The newest message's data, undefined before the first. */
export interface WebSocketStore<T = unknown> extends Readable<T | undefined> {
  /** Sends a message: `$store = message` does. */
  set(message: unknown): void;
  /** Sends a message. Without a subscriber it waits for one. */
  send(message: Payload): SendResult;
  /** The state of the connection; CLOSED while nobody subscribes. */
  readonly state: Readable<State>;
  /** The connection while somebody subscribes to the store or its state. */
  readonly ws: WebSocketReconnect | undefined;
}

/**
 * A store that is connected while somebody subscribes to it, or to its state.
 * Stores of the same url and options share one connection.
 */
export declare function webSocketStore<T = unknown>(url: WebSocketReconnectOptions['url'], options?: WebSocketStoreOptions): WebSocketStore<T>;

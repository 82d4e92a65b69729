/**
 * In place of reconnecting-websocket 4.4: change the import. What differs is in
 * docs/migrating.md.
 */
import type { EventMap, Payload, WebSocketReconnect, WebSocketReconnectOptions } from './websocket-reconnect.js';

export type UrlProvider = string | (() => string) | (() => Promise<string>);
export type Message = Payload;

export type Event = EventMap['open'];
export type ErrorEvent = EventMap['error'];
export type CloseEvent = EventMap['close'];

/** Listeners by event. */
export type ListenersMap = { [K in 'error' | 'message' | 'open' | 'close']: ((event: EventMap[K]) => unknown)[] };

export interface Options {
  /** What sockets are made with. @default the global WebSocket */
  WebSocket?: any;
  /** No retry waits longer, in milliseconds. @default 10000 */
  maxReconnectionDelay?: number;
  /** The first retry waits at least so long, in milliseconds, and up to a fifth longer. @default from 1000 to 5000, at random */
  minReconnectionDelay?: number;
  /** By how much each delay is longer than the one before. @default 1.3 */
  reconnectionDelayGrowFactor?: number;
  /** How long a connection must last to count as stable, in milliseconds. @default 5000 */
  minUptime?: number;
  /** How long a dial may take, and before it the function that gives its url, in milliseconds. @default 10000 */
  connectionTimeout?: number;
  /** How many retries may follow one another. @default Infinity */
  maxRetries?: number;
  /** How many messages wait for a connection; further ones are dropped, with a `drop` event. @default Infinity */
  maxEnqueuedMessages?: number;
  /** Starts CLOSED: reconnect() connects. @default false */
  startClosed?: boolean;
  /** Writes to the console what happens. @default false */
  debug?: boolean;
  /** Further options of our own client, a heartbeat for one. */
  client?: Omit<WebSocketReconnectOptions, 'url' | 'protocols'>;
}

/** A WebSocketReconnect with the API of reconnecting-websocket. */
export default class ReconnectingWebSocket extends WebSocketReconnect {
  /** @param url a function is called before every dial; where it fails, the dial has failed. */
  constructor(url: UrlProvider, protocols?: string | string[] | null, options?: Options);
  /** Without subprotocols, which the package cannot do. */
  constructor(url: UrlProvider, options: Options);
  /** The number of retries since the last stable connection. */
  readonly retryCount: number;
  /** Whether a lost connection is made again. */
  readonly shouldReconnect: boolean;
  /** Closes the connection for good. What waits is kept for reconnect(). */
  close(code?: number, reason?: string): void;
  /** Closes the connection, if there is one, and dials at once with a fresh retry count, from any state. */
  reconnect(code?: number, reason?: string): void;
  /** Takes out what has not been sent, oldest first. */
  drainQueuedMessages(): Message[];
}

/**
 * In place of websocket-heartbeat-js 1.1: change the import. What differs is in
 * docs/migrating.md.
 */
import type { Payload, WebSocketReconnect, WebSocketReconnectOptions } from './websocket-reconnect.js';

export interface Options {
  url: string;
  protocols?: string | string[];
  /** The time from probe to probe, in milliseconds. @default 15000 */
  pingTimeout?: number;
  /** How long after a probe nothing may come until the connection is replaced, in milliseconds. @default 10000 */
  pongTimeout?: number;
  /** The time to a retry, in milliseconds: at least, and up to a fifth longer. @default 2000 */
  reconnectTimeout?: number;
  /** The probe, or a function that says it anew each time. @default "heartbeat" */
  pingMsg?: any;
  /** How many retries may follow one another; null: any number. @default null */
  repeatLimit?: number | null;
  /** Further options of our own client. */
  client?: Omit<WebSocketReconnectOptions, 'url' | 'protocols'>;
}

/** A connection with a heartbeat, with the API of websocket-heartbeat-js. */
export default class WebsocketHeartbeatJs {
  constructor(options: Options);
  readonly opts: Required<Omit<Options, 'client'>>;
  /** The connection. */
  readonly ws: WebSocketReconnect;
  /** Retries since the last open. */
  repeat: number;
  onclose: (event: CloseEvent) => void;
  onerror: (event: Event) => void;
  onopen: (event: Event) => void;
  onmessage: (event: MessageEvent) => void;
  /** A retry is about to be made. */
  onreconnect: () => void;
  /** Sends a message; while the connection is not open it waits. */
  send(message: Payload): void;
  /** Closes the connection for good. */
  close(): void;
}

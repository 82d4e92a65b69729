/** A React hook, with the surface of react-use-websocket 4.13. React 18 or newer is a peer. */
import type { Payload, WebSocketReconnect, WebSocketReconnectOptions } from './websocket-reconnect.js';

/** The state of the hook's connection. */
export declare enum ReadyState {
  /** There has been none: url has been null, or connect false, from the first on. */
  UNINSTANTIATED = -1,
  /** It dials, or waits to dial again. */
  CONNECTING = 0,
  OPEN = 1,
  CLOSING = 2,
  /** Closed, given up, not to be reconnected, or no longer wanted: url has become null, or connect false. */
  CLOSED = 3,
}

/** How the heartbeat is made. */
export interface HeartbeatOptions {
  /** What is sent, or a function that says it anew each time. @default "ping" */
  message?: string | (() => string);
  /** A message that is exactly this is not shown. */
  returnMessage?: string;
  /** How long nothing may come from the server, in milliseconds, until the connection is replaced. @default 60000 */
  timeout?: number;
  /** The time from probe to probe, in milliseconds. @default 25000 */
  interval?: number;
}

/** What useWebSocket() takes. All callbacks are those of the newest render. */
export interface Options {
  /** Appended to the url. */
  queryParams?: Record<string, string | number>;
  /** The subprotocols to offer. */
  protocols?: string | string[];
  /** One connection for all components that ask for the same url and protocols with this on. @default false */
  share?: boolean;
  onOpen?: (event: Event) => void;
  onMessage?: (event: MessageEvent) => void;
  /** A connection, or a dial, ended; not one that was given up because the component went, or url or connect changed. */
  onClose?: (event: CloseEvent) => void;
  /** A dial failed, or the heartbeat was lost. `event.error` says why. */
  onError?: (event: Event) => void;
  /** The client has given up, after this many retries. */
  onReconnectStop?: (attempts: number) => void;
  /**
   * Whether to dial again after this end. Without it, and without retryOnError, the
   * connection is always made again: here this hook differs from its model.
   * Of components that share, one that says yes is enough.
   */
  shouldReconnect?: (event: CloseEvent) => boolean;
  /** Whether to dial again after an end that an error came before, whatever shouldReconnect says. */
  retryOnError?: boolean;
  /** How many retries may follow one another. @default 20 */
  reconnectAttempts?: number;
  /**
   * The time to the next dial in milliseconds, or a function of the number of retries
   * made. Without it: exponential backoff from 1 to 30 s with jitter, and the circuit breaker.
   */
  reconnectInterval?: number | ((attempt: number) => number);
  /** Messages for which it does not return true are not shown. */
  filter?: (message: MessageEvent) => boolean;
  /** A heartbeat. @default false */
  heartbeat?: boolean | HeartbeatOptions;
  /** lastJsonMessage stays null. @default false */
  disableJson?: boolean;
  /** Further options of the client, read when the connection is made; they go before all that is said here. */
  client?: Omit<WebSocketReconnectOptions, 'url' | 'protocols'>;
}

/** What useWebSocket() returns. The functions stay the same from render to render. */
export interface WebSocketHook<T = unknown> {
  /** Sends a message. While the connection is not open it waits, unless keep is false: then it is forgotten. */
  sendMessage: (message: Payload, keep?: boolean) => void;
  /** Sends a message as JSON. */
  sendJsonMessage: <M = unknown>(message: M, keep?: boolean) => void;
  /** The newest message that the filter lets through. */
  lastMessage: MessageEvent | null;
  /** The newest message read as JSON: null before the first, `{}` for one that is not JSON. */
  lastJsonMessage: T;
  readyState: ReadyState;
  /** The connection, or null. With share, one that cannot be closed, sent to or given handlers. */
  getWebSocket: () => WebSocketReconnect | null;
}

/** Where to connect: an address, a function that returns one or its promise, or null for nowhere. */
export type Url = string | (() => string | Promise<string>) | null;

/**
 * A connection for as long as the component is mounted and connect is true.
 * Taken out and put back at once, as under StrictMode, it keeps its connection.
 */
export declare function useWebSocket<T = unknown>(url: Url, options?: Options, connect?: boolean): WebSocketHook<T>;

export default useWebSocket;

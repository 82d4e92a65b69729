/** A Vue composable, with the surface of VueUse's useWebSocket. Vue 3.3 or newer is a peer. */
import type { MaybeRefOrGetter, ShallowRef } from 'vue';
import type { WebSocketReconnect, WebSocketReconnectOptions } from './websocket-reconnect.js';

export type WebSocketStatus = 'OPEN' | 'CONNECTING' | 'CLOSED';
export type WebSocketHeartbeatMessage = string | ArrayBuffer | Blob;

export interface UseWebSocketOptions {
  onConnected?: (ws: WebSocketReconnect) => void;
  /** A connection, or a dial, ended. */
  onDisconnected?: (ws: WebSocketReconnect, event: CloseEvent) => void;
  onError?: (ws: WebSocketReconnect, event: Event) => void;
  onMessage?: (ws: WebSocketReconnect, event: MessageEvent) => void;
  /** A heartbeat. @default false */
  heartbeat?:
    | boolean
    | {
        /** What is sent. @default "ping" */
        message?: MaybeRefOrGetter<WebSocketHeartbeatMessage>;
        /** A message that is exactly this is not shown. @default the message */
        responseMessage?: MaybeRefOrGetter<WebSocketHeartbeatMessage>;
        /** The time from probe to probe, in milliseconds. @default 1000 */
        interval?: number;
        /** How long after a probe nothing may come until the connection is replaced, in milliseconds. @default 1000 */
        pongTimeout?: number;
      };
  /**
   * Whether, and when, a connection that has ended is made again. `true`: with exponential
   * backoff from 1 to 30 s, jitter and the circuit breaker, for ever.
   * Here this composable differs from its model, whose default is false.
   * @default true
   */
  autoReconnect?:
    | boolean
    | {
        /** How many retries may follow one another, negative for any number, or a function that says whether there is one more. @default -1 */
        retries?: number | ((retried: number) => boolean);
        /** The time to the next dial in milliseconds, or a function of the number of the retry, from 1. @default 1000 */
        delay?: number | ((retries: number) => number);
        /** There will be no further retry. */
        onFailed?: () => void;
      };
  /** Connect at once. @default true */
  immediate?: boolean;
  /** Connect anew when the url changes. @default true */
  autoConnect?: boolean;
  /** Close with the component, or the scope. @default true */
  autoClose?: boolean;
  /** The subprotocols to offer. */
  protocols?: string[];
  /** Further options of the client; they go before all that is said here. */
  client?: Omit<WebSocketReconnectOptions, 'url' | 'protocols'>;
}

export interface UseWebSocketReturn<T> {
  /** The newest message's data. */
  data: ShallowRef<T | null>;
  status: ShallowRef<WebSocketStatus>;
  /** Closes the connection until open(). */
  close: (code?: number, reason?: string) => void;
  /** Connects anew, also while connected. */
  open: () => void;
  /** Sends a message; while there is no connection it waits for one, unless useBuffer is false. Tells whether it went out at once. */
  send: (data: string | ArrayBuffer | Blob, useBuffer?: boolean) => boolean;
  /** The connection. */
  ws: ShallowRef<WebSocketReconnect | undefined>;
}

/** A connection for as long as the component, or the scope, lives. */
export declare function useWebSocket<Data = any>(url: MaybeRefOrGetter<string | URL | undefined>, options?: UseWebSocketOptions): UseWebSocketReturn<Data>;

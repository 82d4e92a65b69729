/** One connection for all parts of a page that ask for the same. */
import type { Payload, Payloads, SendOptions, SendResult, WebSocketReconnect, WebSocketReconnectOptions } from './websocket-reconnect.js';

/** What acquire() takes: the options of a WebSocketReconnect, and how it is shared. */
export interface AcquireOptions extends Omit<WebSocketReconnectOptions, 'url'> {
  /**
   * Who asks with the same key shares a connection. By default that is who asks
   * for the same url with the same options; functions, a url that is one included,
   * are the same if they are the same object. A key of your own makes the first one's url and options hold.
   */
  key?: unknown;
  /**
   * How long the connection is kept after the last release, in milliseconds: who
   * acquires it meanwhile finds it open. The longest asked for holds. 0 is one
   * macrotask, which is enough for a component that is taken out and put back;
   * Infinity, or what no timer can wait (2 ** 31 and more), is for ever.
   * @default 0
   */
  linger?: number;
  /**
   * Not with others that hold the connection now: only one that lingers is taken
   * over. What a component wants that must not share, but survives a remount.
   * @default false
   */
  exclusive?: boolean;
}

/** A part's claim on a shared connection. */
export interface Handle {
  /**
   * The connection. It belongs to all that hold it: close() closes it for all,
   * and the next acquire() connects it again. Never dispose() of it: release().
   */
  readonly ws: WebSocketReconnect;
  /** Whether release() was called. */
  readonly released: boolean;
  /** Sends a message, as WebSocketReconnect.send() does. After release() it is `'dropped'`. */
  send(data: Payload, options?: SendOptions): SendResult;
  /** Listens as WebSocketReconnect.on() does, until release(). Returns a function that removes the listener. */
  on<K extends keyof Payloads>(event: K, listener: (payload: Payloads[K]) => unknown): () => void;
  /**
   * Gives the claim up, and the listeners with it. The last one's release closes
   * the connection, after `linger`. Does nothing the second time.
   */
  release(): void;
  /** release(), for `using`. */
  [Symbol.dispose](): void;
}

/**
 * Claims the connection to an address, and makes and connects it if nobody
 * holds it. Where the connection has been closed, or has given up, it is
 * connected again.
 * @throws {WebSocketReconnectError} BAD_INPUT, as the constructor of WebSocketReconnect does.
 */
export declare function acquire(url: WebSocketReconnectOptions['url'], options?: AcquireOptions): Handle;

/** The connections that are held or linger now, for a look at what is shared. */
export declare function shared(): { readonly ws: WebSocketReconnect; readonly handles: number }[];

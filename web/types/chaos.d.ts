/**
 * Faults of the network and the server from page code, for tests of an app: no
 * server takes part. It stands between the page and the global WebSocket.
 */

/** Which way bytes vanish, as the page sees it: what it sends, what it would get, or both. */
export type Direction = 'up' | 'down' | 'both';

export interface ChaosOptions {
  /**
   * Which addresses it is about; other connections are the browser's own.
   * Default: all.
   */
  match?: (url: string) => boolean;
  /** Is told of everything that is done, such as `drop 2`. Default: nobody. */
  log?: (what: string) => void;
}

/** How random faults come. */
export interface RandomOptions {
  /** The same seed gives the same faults after the same delays. Default 1. */
  seed?: number;
  /** The mean time between two faults, in milliseconds. Default 1000. */
  every?: number;
  /** Which faults are drawn. Default: all of these. */
  faults?: ('drop' | 'blackHole' | 'slowDial' | 'refuseDial' | 'acceptThenClose')[];
}

/** The page's connections, at the mercy of a test. */
export interface Chaos {
  /** How many connections and dials of the page it has in hand. */
  readonly connections: number;

  /** Ends all connections and dials without a closing handshake: code 1006. Returns how many. */
  drop(): number;

  /**
   * Makes what the connections that exist send and get vanish, without anybody
   * being told; later dials are healthy. `true` is both directions, `false` lifts
   * it. What vanished is gone. close() then takes 60 s, as in a browser.
   */
  blackHole(on: boolean | Direction): void;

  /** Delays each dial from now on by so many milliseconds. 0 ends it. */
  slowDial(ms: number): void;

  /** Refuses the next dials, one unless told otherwise; Infinity refuses all. They never leave the page. 0 ends it. */
  refuseDial(dials?: number): void;

  /** Closes the next connections, one unless told otherwise, as soon as they are open, as a server does that is shutting down. */
  acceptThenClose(options?: { code?: number; reason?: string; connections?: number }): void;

  /**
   * Puts the page's clocks (Date, performance.now, the timeStamp of messages)
   * forward, and dispatches the `resume` event that a browser dispatches after
   * sleep. The clock of a Worker cannot be reached.
   */
  clockJump(ms: number): void;

  /** Does one of the faults again and again, at random, until the function that it returns is called. */
  random(options?: RandomOptions): () => void;

  /** Ends all faults. Connections that are in a black hole stay, and go on; a clock stays ahead. */
  calm(): void;

  /** calm(), and gives the page its own WebSocket and clocks back. Connections that exist go on. */
  restore(): void;
  [Symbol.dispose](): void;
}

/**
 * Puts itself in the place of the global WebSocket. Connections that were dialled
 * before are out of its reach: call it first.
 * @throws {Error} if it is there already, or there is no global WebSocket.
 */
export function chaos(options?: ChaosOptions): Chaos;

/**
 * At least once: messages that the server acknowledges, and that are sent again
 * on the next connection where it has not. The server's half is to answer each
 * with its id, and to do nothing twice for one id.
 */
import type { Payload, WebSocketReconnect } from './websocket-reconnect.js';

export interface AckedOptions<T> {
  /**
   * What goes over the wire for a message.
   * @default JSON.stringify({ id, data })
   */
  wrap?: (data: T, id: string) => Payload;
  /**
   * Which messages a message of the server's acknowledges: an id, several, or none.
   * It is asked of every message that comes while one is not acknowledged.
   * @default the `ack` of a JSON text such as {"ack":"1f0a-1"} or {"ack":["1f0a-1","1f0a-2"]}
   */
  ackOf?: (event: MessageEvent) => string | readonly string[] | null | undefined;
  /** An acknowledgement holds for all messages before that one, too. @default false */
  cumulative?: boolean;
  /** How many messages may be without an acknowledgement; further ones are dropped. At least 1. @default 10000 */
  maxMessages?: number;
}

/** What has become of a message. */
export interface Receipt {
  /** Its id: the same each time it is sent, and unlike that of any other client's. */
  readonly id: string;
  /**
   * - `waiting`: for a connection, or for room in the client's queue.
   * - `sent`: handed over, and not acknowledged; it waits again if the connection is lost.
   * - `acked`: the server has it.
   * - `dropped`: it will not be sent (again): there were too many, or it was taken back.
   */
  readonly state: 'waiting' | 'sent' | 'acked' | 'dropped';
  /** Resolves when that is final, with whether the server has it. It never rejects. */
  readonly done: Promise<boolean>;
}

/** A message that is not acknowledged. */
export interface Unacked<T> {
  readonly id: string;
  readonly data: T;
}

/** A client's messages that are acknowledged. What is sent by the client itself goes beside them. */
export interface Acked<T> {
  /**
   * Sends a message, now or when the connection is open, and again on each further
   * connection until it is acknowledged. They are sent in order; those again come first.
   * @throws {TypeError} wrap gives nothing that can be sent; what wrap throws.
   * @param id of a message that was taken back, or stored: it keeps it, so that the server knows it.
   */
  send(data: T, id?: string): Receipt;
  /** How many are not acknowledged. */
  readonly size: number;
  /** What is not acknowledged, oldest first: to be stored before a page goes, say. */
  unacked(): Unacked<T>[];
  /** Takes it all back: it is not sent again, its receipts say `dropped`. */
  drain(): Unacked<T>[];
  /** drain(), and nothing more is listened to. The client stays as it is. */
  dispose(): Unacked<T>[];
  /** dispose(), for `using`. */
  [Symbol.dispose](): void;
}

/** Makes the messages of a client acknowledged ones. Once for a client: two would not know of each other's. */
export declare function acked<T = unknown>(ws: WebSocketReconnect, options?: AckedOptions<T>): Acked<T>;

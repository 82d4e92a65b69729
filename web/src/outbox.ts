export type Payload = string | ArrayBufferLike | ArrayBufferView | Blob;

/** How a message waits where it cannot leave at once: see websocket-reconnect.d.ts. */
export interface SendOptions {
  volatile?: boolean;
  ttl?: number;
  key?: unknown;
  priority?: number;
}

/** A message that waits, as the user gets it back; `at` is when it was sent, by performance.now(). */
export interface Waiting extends SendOptions {
  data: Payload;
  readonly bytes: number;
  readonly at: number;
}

/** Messages that wait for an open connection, by id, oldest first. */
export class Outbox extends Map<number, Waiting> {
  #lastId = 0;
  bytes_ = 0;

  /** Keeps a message as it is now, whatever the caller does to its buffer afterwards. Returns its id. */
  put_(message: Waiting): number {
    const { data, bytes } = message;
    // A text or Blob does not change. What is shared, a WebSocket would not take.
    if ((data as Uint8Array).byteLength >= 0) message.data = new Uint8Array((data as Uint8Array).buffer ?? data, (data as Uint8Array).byteOffset, bytes).slice();
    this.set(++this.#lastId, message);
    this.bytes_ += bytes;
    return this.#lastId;
  }

  /** Takes a message out, if it is still there. */
  take_(id: number): Waiting | undefined {
    const message = this.get(id);
    if (message && this.delete(id)) this.bytes_ -= message.bytes;
    return message;
  }
}

/** The bytes that a message takes on the wire. */
export function sizeOf(data: Payload): number {
  return typeof data === 'string' ? new TextEncoder().encode(data).length : ((data as ArrayBuffer).byteLength ?? (data as Blob).size);
}

export type Payload = string | ArrayBufferLike | ArrayBufferView | Blob;

/** The payloads of messages that wait for an open connection, by id, oldest first. */
export class Outbox {
  readonly #waiting = new Map<number, [data: Payload, bytes: number]>();
  #lastId = 0;
  bytes_ = 0;

  get length_(): number {
    return this.#waiting.size;
  }

  /** Keeps a message as it is now, whatever the caller does to its buffer afterwards. Returns its id. */
  put_(data: Payload, bytes: number): number {
    const kept = typeof data === 'string' || data instanceof Blob ? data : ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() : data.slice(0);
    this.#waiting.set(++this.#lastId, [kept, bytes]);
    this.bytes_ += bytes;
    return this.#lastId;
  }

  /** Takes a message out, if it is still there. */
  take_(id: number): [data: Payload, bytes: number] | undefined {
    const message = this.#waiting.get(id);
    if (message && this.#waiting.delete(id)) this.bytes_ -= message[1];
    return message;
  }

  /** The size of a message, if it is still there. */
  bytesOf_(id: number): number | undefined {
    return this.#waiting.get(id)?.[1];
  }

  /** The ids and sizes of all that wait, oldest first. */
  *[Symbol.iterator](): IterableIterator<[id: number, bytes: number]> {
    for (const [id, [, bytes]] of this.#waiting) yield [id, bytes];
  }
}

/** The bytes that a message takes on the wire. */
export function sizeOf(data: Payload): number {
  if (typeof data === 'string') return new TextEncoder().encode(data).length;
  return data instanceof Blob ? data.size : data.byteLength;
}

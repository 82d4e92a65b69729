/** What a value is. */

export const isFunction = (value: unknown): value is Function => typeof value === 'function';

/** What `send` takes. */
export const isPayload = (value: unknown): value is string | ArrayBuffer | ArrayBufferView | Blob =>
  typeof value === 'string' || value instanceof ArrayBuffer || ArrayBuffer.isView(value) || /^\[object (Shared)?ArrayBuffer|Blob|File\]$/.test(Object.prototype.toString.call(value));

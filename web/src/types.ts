/** What a value is. */

export const isFunction = (value: unknown): value is Function => typeof value === 'function';

export const isString = (value: unknown): value is string => typeof value === 'string';

export const isObject = (value: unknown): value is Record<string, unknown> => Object.prototype.toString.call(value) === '[object Object]';

/** What `send` takes. */
export const isPayload = (value: unknown): value is string | ArrayBuffer | ArrayBufferView | Blob =>
  typeof value === 'string' || value instanceof ArrayBuffer || ArrayBuffer.isView(value) || /(ArrayBuffer|Blob|File)]$/.test(Object.prototype.toString.call(value));

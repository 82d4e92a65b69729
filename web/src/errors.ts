import { CLASSES } from './contract.gen';

export type ErrorCode = Exclude<(typeof CLASSES)[number], ''>;

/** Something failed; `code` says what. */
export class WebSocketReconnectError extends Error {
  override readonly name = 'WebSocketReconnectError';
  declare readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** An argument or option that cannot be used. */
export const badInput = (message: string): WebSocketReconnectError => new WebSocketReconnectError('BAD_INPUT', message);

/** A value as an error message shows it: short, on one line, and without what may be secret in an address. */
export function show(value: unknown): string {
  let text = '';
  try {
    text = ((/^[os]/.test(typeof value) && JSON.stringify(value)) || String(value)).replace(/\/\/.*/, '…'); // objects and strings; not Infinity, not symbols
  } catch {
    text = 'an object'; // that contains itself
  }
  return text.length > 80 ? text.slice(0, 77) + '…' : text;
}

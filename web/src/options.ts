import { Flag, OPTIONS, type Options, type Row } from './contract.gen';
import { badInput, show } from './errors';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `send` takes. */
export const isPayload = (value: unknown): value is string | ArrayBuffer | ArrayBufferView | Blob =>
  typeof value === 'string' || ArrayBuffer.isView(value) || /^\[object (Shared)?ArrayBuffer|Blob|File\]$/.test(Object.prototype.toString.call(value));

/**
 * Checks what a user has passed.
 * @throws {WebSocketReconnectError} BAD_INPUT, naming the option, its value and what is allowed.
 */
export function checkOptions(given: unknown, dropIn: boolean): Options {
  if (!isObject(given)) throw badInput(`options must be an object, not ${show(given)}`);
  const checked: Record<string, unknown> = Object.create(null);
  read(given, '', dropIn, checked);
  const options = checked as unknown as Options;
  if (options.baseDelay > options.maxDelay) throw badInput(`option baseDelay is ${options.baseDelay}, more than maxDelay, ${options.maxDelay}`);
  return options;
}

/** Reads one table: the whole object, or a part of it such as `queue`. */
function read(given: Record<string, unknown>, prefix: string, dropIn: boolean, checked: Record<string, unknown>): void {
  for (const key of Object.keys(given)) {
    if (!OPTIONS.some((row) => row[0] === prefix + key)) throw badInput(`unknown option ${prefix + key}${nearest(prefix + key)}`);
  }
  for (const row of OPTIONS) {
    const [name, kind, fallback, , , , dropInFallback] = row;
    const key = name.slice(prefix.length);
    if (!name.startsWith(prefix) || key.includes('.')) continue;
    // Own properties only: what hangs on Object.prototype is not the user's.
    let value = Object.hasOwn(given, key) ? given[key] : undefined;
    if (value === undefined) value = dropIn && dropInFallback !== undefined ? dropInFallback : fallback;
    if (kind === 'subtable') {
      if (value === false && (row[3]! & Flag.Off)) {
        read({ failureThreshold: Infinity }, name + '.', dropIn, checked);
        continue;
      }
      if (value !== undefined && !isObject(value)) refuse(row, value);
      read((value ?? {}) as Record<string, unknown>, name + '.', dropIn, checked);
    } else {
      check(row, value);
      checked[name] = value;
    }
  }
}

function check(row: Row, value: unknown): void {
  const [name, kind, , flags = 0, min = 0, limit] = row;
  if ((value === false && flags & Flag.Off) || (value === undefined && name !== 'url')) return;
  let fits: boolean;
  switch (kind) {
    case 'url':
      fits = typeof value === 'string' || value instanceof URL;
      break;
    case 'names':
      fits = typeof value === 'string' || (Array.isArray(value) && value.every((v) => typeof v === 'string'));
      break;
    case 'switch':
      fits = typeof value === 'boolean';
      break;
    case 'object':
      fits = isObject(value);
      break;
    case 'message':
      fits = isPayload(value) || isObject(value);
      break;
    case 'matcher':
      fits = typeof value === 'string' || typeof value === 'function' || isObject(value);
      break;
    case 'choice':
      fits = (limit as readonly unknown[]).includes(value);
      break;
    case 'jitter':
      fits = (limit as readonly unknown[]).includes(value) || (typeof value === 'number' && value >= 0 && value <= 1);
      break;
    default: // a number
      fits =
        typeof value === 'number' &&
        value >= min &&
        (value < Infinity || (flags & Flag.Endless) !== 0) &&
        value <= ((limit as number | undefined) ?? Infinity) &&
        (kind === 'ms' || kind === 'factor' || value === Infinity || Number.isInteger(value));
  }
  if (!fits) refuse(row, value);
}

const KINDS: Record<string, string> = {
  url: 'a string or a URL',
  names: 'a string or an array of strings',
  switch: 'true or false',
  object: 'an object',
  subtable: 'an object',
  message: 'a string, binary data, or an object to send as JSON',
  matcher: 'a string, an object or a function',
  ms: 'a number of milliseconds',
  count: 'a whole number',
  bytes: 'a whole number of bytes',
  factor: 'a number',
};

/** Says what is wrong with an option, and what is allowed. */
function refuse(row: Row, value: unknown): never {
  const [name, kind, , flags = 0, min = 0, limit] = row;
  let allowed = KINDS[kind] ?? 'one of ' + (limit as readonly string[]).map((v) => show(v)).join(', ');
  if (kind === 'jitter') allowed = 'a number from 0 to 1, or ' + allowed;
  if (kind === 'ms' || kind === 'count' || kind === 'bytes' || kind === 'factor') {
    allowed += limit === undefined ? `, at least ${min}` : ` from ${min} to ${limit}`;
    if (flags & Flag.Endless) allowed += ', or Infinity';
  }
  if (flags & Flag.Off) allowed += ', or false';
  throw badInput(value === undefined ? `option ${name} is missing; it must be ${allowed}` : `option ${name} is ${show(value)}; it must be ${allowed}`);
}

/** "; did you mean …?" when a known option is near enough to be meant. */
function nearest(name: string): string {
  const bare = (s: string) => s.slice(s.lastIndexOf('.') + 1).toLowerCase();
  let best = '';
  let least = 1 + name.length / 2;
  for (const [known] of OPTIONS) {
    const d = Math.min(distance(known.toLowerCase(), name.toLowerCase()), distance(bare(known), bare(name)) + 0.5);
    if (d < least) [best, least] = [known, d];
  }
  return best && `; did you mean ${best}?`;
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + +(a[i - 1] !== b[j - 1]));
    row = next;
  }
  return row[b.length]!;
}

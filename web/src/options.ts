import { OPTIONS, type Options, type Row } from './contract.gen';
import { badInput, show } from './errors';
import { isFunction, isObject, isPayload, isString } from './types';

const within = (value: unknown, [, , , min = 0, max = Infinity]: Row): boolean => typeof value === 'number' && value < Infinity && value >= (min as number) && value <= (max as number);

/** The types that an option may have, by letter: what an error message calls them, and what is one. */
const TYPES: Record<string, [name: string, is: (value: any, row: Row) => boolean]> = {
  s: ['a string', isString],
  u: ['a URL or WebSocket with `missed`', (value) => value?.href || value?.missed],
  a: ['an array of strings', (value) => Array.isArray(value) && value.every(isString)],
  o: ['an object', isObject],
  t: ['an object', isObject],
  p: ['binary data', isPayload],
  f: ['a function', isFunction],
  b: ['true or false', (value) => typeof value === 'boolean'],
  m: ['a number of milliseconds', (value, row) => within(value, row) && value < 2 ** 31],
  n: ['a number', within],
  c: ['a whole number', (value, row) => within(value, row) && value % 1 === 0],
  j: ['a number from 0 to 1', (value) => within(value, [, , , 0, 1] as unknown as Row)],
  e: ['', (value, row) => (row[4] as readonly unknown[]).includes(value)],
  i: ['Infinity', (value) => value === Infinity],
  x: ['false', (value) => value === false],
};

/** What holds where nothing is given. */
function defaults(dropIn: boolean): object {
  const all = { __proto__: null } as Record<string, unknown>;
  for (const row of OPTIONS) all[row[0]] = row[dropIn && 5 in row ? 5 : 2];
  return all;
}
/** All clients of a form share them: what each has of its own is what it was given. Made for the first, because a page waits until this script has run. */
const DEFAULTS: object[] = [];

/**
 * Checks what a user has passed.
 * @throws {WebSocketReconnectError} BAD_INPUT, naming the option, its value and what is allowed.
 */
export function checkOptions(given: unknown, dropIn: boolean): Options {
  const checked = { __proto__: (DEFAULTS[+dropIn] ??= defaults(dropIn)) } as any;
  read({ url: undefined, ...(given as object) }, '', checked);
  if (checked.baseDelay > checked.maxDelay) check(['baseDelay', 'm', , 0, checked.maxDelay], checked.baseDelay);
  return checked;
}

/** Reads one table: the whole object, or a part of it such as `queue`. What hangs on its prototype is not the user's. */
function read(given: Record<string, unknown>, prefix: string, checked: Record<string, unknown>): void {
  for (const key of Object.keys(given)) {
    const name = prefix + key;
    const value = given[key];
    const row = !key.includes('.') && OPTIONS.find((known) => known[0] === name);
    if (!row) throw badInput(`unknown option ${name}${nearest(key)}`);
    if (value === undefined && name !== 'url') continue; // which must be given
    check(row, value);
    // A table that is switched off is one whose limit is never reached.
    if (row[1][0] === 't') read((value || { [row[3]!]: Infinity }) as Record<string, unknown>, name + '.', checked);
    else checked[name] = value;
  }
}

/** Says what is wrong with an option or argument, if something is, and what is allowed. */
export function check(row: Row, value: unknown, what = 'option '): void {
  const [name, types, , min, limit] = row;
  for (const letter of types) if (TYPES[letter]![1](value, row)) return;
  const allowed = [...types].map((letter) => {
    if (letter === 'e') return (limit as readonly string[]).map(show).join(' or ');
    return TYPES[letter]![0] + (min === undefined || !'mnc'.includes(letter) ? '' : limit === undefined ? `, at least ${min}` : ` from ${min} to ${limit}`);
  });
  throw badInput(`${what}${name} is ${value === undefined ? 'missing' : show(value)}; it must be ${allowed.join(', or ')}`);
}

/** "; did you mean …?" with the known option that has most runs of three letters of it, if they are some; the last two runs are shorter. */
function nearest(key: string): string {
  let [best, most] = ['', 2];
  for (const [name] of OPTIONS) {
    const shared = [...key].filter((_, i) => name.includes(key.slice(i, i + 3))).length;
    if (shared > most) [best, most] = [name, shared];
  }
  return best && `; did you mean ${best}?`;
}

import type { Connection } from './connection';
import { CORE_OPTIONS, type Options } from './contract.gen';
import { isFunction } from './types';

/** The numbers that stand for labels (circuitBreaker.name), in the order in which they were met. */
const labels = new Map<string, number>();

function labelled(text: string): number {
  if (!labels.has(text)) labels.set(text, labels.size + 1);
  return labels.get(text)!;
}

/**
 * The numbers of the options that the core knows, in the contract's order.
 * A choice is its place in the list. Where a number may stand as well (jitter), the
 * choices count down from -1, and a function comes after the last. Error codes are a set, a bit for each; a string of
 * the user's own is the number that stands for it.
 */
export const coreConfig = (options: Options): number[] =>
  CORE_OPTIONS.map(([name, choices]) => {
    const value: any = options[name];
    if (value === false) return Infinity;
    if (Array.isArray(value)) return value.reduce((set, code) => set | (1 << Math.max(choices!.indexOf(code), 0)), 0);
    if (isFunction(value)) return -1 - choices!.length;
    if (typeof value !== 'string') return value ?? 0;
    if (!choices) return labelled(value);
    const place = choices.indexOf(value);
    return name === 'jitter' ? -1 - place : place;
  });

/** The arguments of the message that makes a client's machine. */
export const createArgs = (client: Connection): number[] => [Math.floor(Math.random() * 2 ** 53), +client.dropIn_, ...coreConfig(client.options_)];

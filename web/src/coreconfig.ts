import type { Connection } from './connection';
import { CORE_OPTIONS, type Options } from './contract.gen';

/**
 * The numbers of the options that the core knows, in the contract's order.
 * A choice is its place in the list. Where a number may stand as well (jitter), the
 * choices count down from -1.
 */
export const coreConfig = (options: Options): number[] =>
  CORE_OPTIONS.map(([name, choices]) => {
    const value: any = options[name];
    if (value === false) return Infinity;
    if (typeof value !== 'string') return value;
    const place = choices!.indexOf(value);
    return name === 'jitter' ? -1 - place : place;
  });

/** The arguments of the message that makes a client's machine. */
export const createArgs = (client: Connection): number[] => [Math.floor(Math.random() * 2 ** 53), +client.dropIn_, ...coreConfig(client.options_)];

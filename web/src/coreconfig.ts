import type { Connection } from './connection';
import { Flag, OPTIONS, type Options } from './contract.gen';

/** The numbers of the options that the core knows, in the contract's order. */
export function coreConfig(options: Options): number[] {
  const numbers: number[] = [];
  for (const [name, kind, , flags = 0, , limit] of OPTIONS) {
    if (!(flags & Flag.Core)) continue;
    const value: any = options[name as keyof Options];
    if (kind === 'choice') numbers.push((limit as readonly unknown[]).indexOf(value));
    else if (typeof value === 'string') numbers.push(-1 - (limit as readonly unknown[]).indexOf(value));
    else numbers.push(value === false ? Infinity : value);
  }
  return numbers;
}

/** The arguments of the message that makes a client's machine. */
export const createArgs = (client: Connection): number[] => [Math.floor(Math.random() * 2 ** 53), +client.dropIn_, ...coreConfig(client.options_)];

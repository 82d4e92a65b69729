import { CLOSE_CODES, VERDICTS, type CloseCodes, type Options, type Verdict } from './contract.gen';
import { show } from './errors';

/** "4401" or "4500-4599" as numbers. */
const range = (key: string): [from: number, to: number] => {
  const [from, to = from] = key.split('-').map(Number);
  return [from!, to!];
};

/** What the narrowest range of a table that holds a code says. */
function find(table: CloseCodes, code: number): Verdict | undefined {
  let best: Verdict | undefined;
  let width = Infinity;
  for (const [key, verdict] of Object.entries(table)) {
    const [from, to] = range(key);
    if (from <= code && code <= to && to - from < width && VERDICTS.indexOf(verdict) > 0) [best, width] = [verdict, to - from];
  }
  return best;
}

/** What a close code means to a client. */
export const verdictOf = (code: number, { closeCodes }: Options): Verdict => find(closeCodes, code) ?? find(CLOSE_CODES, code) ?? 'retry';

/** The table in force: the client's own entries, and the defaults that none of them hides. */
export const closeCodes = ({ closeCodes: own }: Options): Record<string, Verdict> => {
  const hidden = (key: string) => {
    let [code, to] = range(key);
    while (code <= to && find(own, code) !== undefined) code++;
    return code > to;
  };
  return { ...Object.fromEntries(Object.entries(CLOSE_CODES).filter(([key]) => !hidden(key))), ...own };
};

/** When the server wants to be dialled again, in milliseconds from now: after retryAfter, to retryAfter + spread. */
export type Hint = [retryAfter: number, spread: number];

/** A number of milliseconds; 0 for what is none. */
const millis = (value: unknown): number => (typeof value === 'number' && value > 0 && value < Infinity ? value : 0);

/** Reads the hint in the reason of a close: "retry=5000;spread=10000", or the same as JSON. [0, 0] if there is none. */
export function hintIn(reason: string): Hint {
  let given: Record<string, unknown> = {};
  try {
    given = Object(JSON.parse(reason));
  } catch {
    for (const part of reason.split(/[;,&\s]+/)) {
      const [, key, value] = /^(\w+)=(\d+)$/.exec(part) ?? [];
      if (key) given[key] = Number(value);
    }
  }
  return [millis(given['retryAfter'] ?? given['retry']), millis(given['spread'])];
}

/** The hint in how a connection ended, if its code is one that hints. */
export function hintOf(code: number, reason: string, { hintCodes }: Options): Hint {
  const hints = [hintCodes].flat().some((key) => {
    const [from, to] = range(key);
    return from <= code && code <= to;
  });
  return hints ? hintIn(reason) : [0, 0];
}

const isRange = (key: string): boolean => /^\d{4}(-\d{4})?$/.test(key) && range(key)[0] <= range(key)[1];

/** Says what is wrong with closeCodes, if anything is: such an entry means nothing. */
export function wrongCloseCodes({ closeCodes: own }: Options): string | undefined {
  for (const [key, verdict] of Object.entries(own)) {
    if (!isRange(key)) return `option closeCodes has ${show(key)}; it must be a code such as "4401", or a range such as "4500-4599"`;
    if (!VERDICTS.slice(1).includes(verdict)) return `option closeCodes says ${show(verdict)} for ${key}; it must be "retry", "slow", "refresh" or "stop"`;
  }
  return undefined;
}

/** As wrongCloseCodes, of hintCodes. */
export function wrongHintCodes({ hintCodes }: Options): string | undefined {
  const wrong = [hintCodes].flat().find((key) => !isRange(key));
  return wrong && `option hintCodes has ${show(wrong)}; it must be a code such as "1012", or a range such as "4200-4299"`;
}

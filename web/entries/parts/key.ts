/** A number for each function or other thing that JSON cannot hold. */
const ids = new WeakMap<object, number>();
let lastId = 0;

function idOf(thing: object): number {
  let id = ids.get(thing);
  if (id === undefined) ids.set(thing, (id = ++lastId));
  return id;
}

const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A text that is the same for values that mean the same: members in any order, functions and binary data by identity. */
export function keyOf(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) => {
      if (typeof member === 'function' || (typeof member === 'object' && member !== null && !Array.isArray(member) && !isPlain(member))) return { '#': idOf(member) };
      if (member === Infinity) return { '#': 'Infinity' };
      return isPlain(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member;
    }) ?? 'undefined'
  );
}

/** An address as the WHATWG class resolves it, so that two ways to write it are one; what is not an address is left to the class to refuse. */
export function addressOf(url: unknown): unknown {
  if (typeof url === 'function') return url;
  try {
    return new URL(String((url as { url?: string })?.url ?? url), globalThis.document?.baseURI).href.replace(/^http/, 'ws');
  } catch {
    return String(url);
  }
}

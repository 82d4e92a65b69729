/** Tells whether a message is the one that is meant. */
export type Matcher = (event: MessageEvent) => boolean;

/** What goes on the wire for a message option: a plain object becomes JSON. */
export const wire = (message: any): string | ArrayBuffer | ArrayBufferView | Blob =>
  Object.prototype.toString.call(message) === '[object Object]' ? JSON.stringify(message) : message;

/**
 * Makes a matcher from an option: a string must be equal, an object must agree in
 * each of its properties with the message read as JSON, a function decides.
 * Only text that is about as long as the pattern is read as JSON.
 */
export function matcher(pattern: string | object | ((event: MessageEvent) => boolean)): Matcher {
  if (typeof pattern === 'function') return (event) => pattern(event) === true;
  if (typeof pattern === 'string') return (event) => event.data === pattern;
  const text = JSON.stringify(pattern);
  const longest = 2 * text.length + 256;
  const entries = Object.entries(pattern);
  return ({ data }) => {
    if (data === text) return true;
    if (typeof data !== 'string' || data.length > longest || data[0] !== '{') return false;
    try {
      const message = JSON.parse(data);
      return entries.every(([key, value]) => Object.hasOwn(message, key) && JSON.stringify(message[key]) === JSON.stringify(value));
    } catch {
      return false;
    }
  };
}

/**
 * The reply that a server usually gives to a probe: the probe with ping turned
 * into pong, or the probe itself, echoed. It serves to measure the round trip
 * where the user has not said what the reply looks like.
 */
export function usualReply(probe: unknown): Matcher {
  if (typeof probe !== 'string') return () => false;
  const reply = probe.replace(/ping/gi, (ping) => ping[0]! + (ping[1] === 'I' ? 'O' : 'o') + ping.slice(2));
  let same = matcher(reply);
  try {
    const object = JSON.parse(reply);
    if (typeof object === 'object' && object) same = matcher(object);
  } catch {
    // Not JSON: the texts are compared.
  }
  return (event) => event.data === probe || same(event);
}

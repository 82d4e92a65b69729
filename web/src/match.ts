import { badInput, show } from './errors';
import { isPayload } from './types';
import type { Payload } from './outbox';

/** Tells whether a message is the one that is meant. data is the event's: asking it again would cost time on every message. */
export type Matcher = (event: MessageEvent, data: unknown) => boolean;

/** What goes on the wire for a message option: a plain object becomes JSON. */
export const wire = (message: object | string): Payload => (isPayload(message) ? message : JSON.stringify(message));

/** A message option that may be a function, which says what it is anew each time. */
export const said = (message: object | string | (() => object | string)): (() => Payload) => {
  if (typeof message === 'function') {
    return () => {
      const data = wire(message());
      if (data === undefined) throw badInput(`heartbeatMessage() or serverPong() gave ${show(data)}; it must give a message`);
      return data;
    };
  }
  const same = wire(message);
  return () => same;
};

/**
 * Makes a matcher from an option: a string must be equal, an object must agree in
 * each of its properties with the message read as JSON, a function decides.
 * Only text that is about as long as the pattern is read as JSON: every message
 * may have to be looked at.
 */
export function matcher(pattern: string | object | ((event: MessageEvent) => boolean)): Matcher {
  if (typeof pattern === 'function') return (event) => pattern(event) === true;
  if (typeof pattern === 'string') return (_, data) => data === pattern;
  const text = JSON.stringify(pattern);
  const longest = 2 * text.length + 256;
  const entries = Object.entries(pattern);
  return (_, data) => {
    if (typeof data !== 'string' || data.length > longest || data.trimStart()[0] !== '{') return false;
    if (data === text) return true;
    try {
      const message = JSON.parse(data);
      return entries.every(([key, value]) => Object.hasOwn(message, key) && JSON.stringify(message[key]) === JSON.stringify(value));
    } catch {
      return false;
    }
  };
}

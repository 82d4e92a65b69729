/** The class that is built is the class that is declared. Compiled, never run. */
import type { WebSocketReconnect as Built } from '../../src/client';
import type { WebSocketReconnect as Declared } from '../../types/websocket-reconnect';

/** The public members of a class. */
type Members<T> = { [K in keyof T]: T[K] };

// Each member that is declared is there, with a type that fits.
export const built = (ws: Built): Pick<Members<Declared>, Exclude<keyof Declared, 'on' | 'once' | 'off' | 'addEventListener' | 'removeEventListener' | 'getStats' | typeof Symbol.dispose>> => ws;

// The listening methods take any name in the source; the names are the declaration's.
export const listens = (ws: Built): { on(name: 'open', listener: () => void): () => void; off(name: 'open', listener: () => void): void } => ws;

// getStats() has exactly the declared fields.
type Fields<T extends { getStats(): object }> = keyof ReturnType<T['getStats']>;
export const none: Exclude<Fields<Built>, Fields<Declared>> | Exclude<Fields<Declared>, Fields<Built>> extends never ? true : false = true;

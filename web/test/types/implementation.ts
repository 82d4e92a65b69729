// The class that we write is the class that we declare: the published types are
// generated from the contract, and nothing else ties them to web/src.
import * as ours from '../../src/index';
import * as declared from '../../types/websocket-reconnect';

type Ours = ours.WebSocketReconnect;
type Declared = declared.WebSocketReconnect;

export const constructor: typeof declared.WebSocketReconnect = ours.WebSocketReconnect;
export const asDefault: typeof declared.default = ours.default;
export const instance = (ws: Ours): Declared => ws;
export const error = (e: ours.WebSocketReconnectError): declared.WebSocketReconnectError => e;
export const code = (c: declared.ErrorCode): ours.WebSocketReconnectError['code'] => c;
export const stats = (ws: Ours): declared.Stats => ws.getStats();

/** Compiles only if there is nothing in T. */
type Nothing<T extends never> = T;
export type Undeclared = Nothing<Exclude<keyof Ours, keyof Declared>>;
export type Unwritten = Nothing<Exclude<keyof Declared, keyof Ours>>;
export type UndeclaredStatics = Nothing<Exclude<keyof typeof ours.WebSocketReconnect, keyof typeof declared.WebSocketReconnect>>;
export type UndeclaredStats = Nothing<Exclude<keyof ReturnType<Ours['getStats']>, keyof declared.Stats>>;
export type UnwrittenStats = Nothing<Exclude<keyof declared.Stats, keyof ReturnType<Ours['getStats']>>>;
export type UndeclaredExports = Nothing<Exclude<keyof typeof ours, keyof typeof declared>>;
export type UnwrittenExports = Nothing<Exclude<keyof typeof declared, keyof typeof ours>>;

/** State and circuit are the same strings on both sides. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
export const same: [Same<Ours['state'], declared.State>, Same<ReturnType<Ours['getCircuitState']>, declared.CircuitState>, Same<ReturnType<Ours['send']>, declared.SendResult>] = [true, true, true];

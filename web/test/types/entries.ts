// The entries that we write are the entries that we declare. Compiled, never run.
import * as react from '../../entries/react';
import * as shared from '../../entries/shared';
import type * as declaredReact from '../../types/react';
import type * as declaredShared from '../../types/shared';

/** Compiles only if there is nothing in T. */
type Nothing<T extends never> = T;
/** What is in one module and not in the other. */
type Differs<A, B> = Exclude<keyof A, keyof B> | Exclude<keyof B, keyof A>;

export const acquire: typeof declaredShared.acquire = shared.acquire;
export const list: typeof declaredShared.shared = shared.shared;
export type SharedDiffers = Nothing<Differs<typeof shared, typeof declaredShared>>;

export const useWebSocket: typeof declaredReact.useWebSocket = react.useWebSocket;
export const readyStates: Record<keyof typeof declaredReact.ReadyState, number> = react.ReadyState;
export type ReactDiffers = Nothing<Differs<typeof react, typeof declaredReact>>;

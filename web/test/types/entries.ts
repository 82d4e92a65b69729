// The entries that we write are the entries that we declare. Compiled, never run.
import * as acked from '../../entries/acked';
import * as heartbeat from '../../entries/websocket-heartbeat-js';
import * as party from '../../entries/partysocket';
import * as react from '../../entries/react';
import * as reconnecting from '../../entries/reconnecting-websocket';
import * as shared from '../../entries/shared';
import * as svelte from '../../entries/svelte';
import * as vue from '../../entries/vue';
import type * as declaredAcked from '../../types/acked';
import type * as declaredHeartbeat from '../../types/websocket-heartbeat-js';
import type * as declaredParty from '../../types/partysocket';
import type * as declaredReact from '../../types/react';
import type * as declaredReconnecting from '../../types/reconnecting-websocket';
import type * as declaredShared from '../../types/shared';
import type * as declaredSvelte from '../../types/svelte';
import type * as declaredVue from '../../types/vue';

/** Compiles only if there is nothing in T. */
type Nothing<T extends never> = T;
/** What is in one module and not in the other. */
type Differs<A, B> = Exclude<keyof A, keyof B> | Exclude<keyof B, keyof A>;

export const ackedFunction: typeof declaredAcked.acked = acked.acked;
export type AckedDiffers = Nothing<Differs<typeof acked, typeof declaredAcked>>;

export const acquire: typeof declaredShared.acquire = shared.acquire;
export const list: typeof declaredShared.shared = shared.shared;
export type SharedDiffers = Nothing<Differs<typeof shared, typeof declaredShared>>;

export const useWebSocket: typeof declaredReact.useWebSocket = react.useWebSocket;
export const readyStates: Record<keyof typeof declaredReact.ReadyState, number> = react.ReadyState;
export type ReactDiffers = Nothing<Differs<typeof react, typeof declaredReact>>;

export const useInVue: typeof declaredVue.useWebSocket = vue.useWebSocket;
export type VueDiffers = Nothing<Differs<typeof vue, typeof declaredVue>>;

export const store: typeof declaredSvelte.webSocketStore = svelte.webSocketStore;
export type SvelteDiffers = Nothing<Differs<typeof svelte, typeof declaredSvelte>>;

export const reconnectingClass: typeof declaredReconnecting.default = reconnecting.default;
export const heartbeatClass: typeof declaredHeartbeat.default = heartbeat.default;
export const partyClass: typeof declaredParty.default = party.default;
export type PartyDiffers = Nothing<Differs<typeof party, typeof declaredParty>>;

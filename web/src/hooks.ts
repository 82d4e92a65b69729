/** What the functions of the options get and give. See websocket-reconnect.d.ts. */

import type { Connection } from './connection';
import type { Payload } from './outbox';

export type LastClose = Connection['stats_']['lastClose'];

/** What url and protocols are called with. */
export interface DialInfo {
  readonly attempt: number;
  readonly lastClose: LastClose;
  readonly refresh: boolean;
  readonly signal: AbortSignal;
}

/** What onOpen is called with. */
export interface OpenInfo {
  send(data: Payload): void;
  readonly protocol: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** What onUnopened is called with. */
export interface UnopenedInfo {
  readonly failures: number;
  readonly lastClose: LastClose;
  readonly signal: AbortSignal;
}

export type UnopenedAnswer = 'stop' | 'refresh' | { readonly wait: number } | undefined | null | void;

/** What jitter is called with. */
export interface JitterInfo {
  readonly attempt: number;
  readonly delay: number;
  readonly previousDelay: number;
  readonly lastClose: LastClose;
}

/**
 * In place of partysocket 1.3: change the import. What differs is in
 * docs/migrating.md.
 */
import type { CloseEvent, Options as CommonOptions, ErrorEvent, Message, UrlProvider } from './reconnecting-websocket.js';
import type { EventMap, WebSocketReconnect } from './websocket-reconnect.js';

export type { CloseEvent, ErrorEvent, Message, UrlProvider };
export type WebSocketEventMap = Pick<EventMap, 'close' | 'error' | 'message' | 'open'>;

type Maybe<T> = T | null | undefined;
type Protocols = Maybe<string | string[]>;

/** Subprotocols, or a function that is asked for them before every dial. */
export type ProtocolsProvider = Protocols | (() => Protocols) | (() => Promise<Protocols>);

export interface Options extends CommonOptions {
  /** Asked after each end: false stops. */
  shouldReconnectOnClose?: (event: CloseEvent) => boolean;
  /** What debug writes with. @default console.log */
  debugLogger?: (...args: any[]) => void;
}

declare const Base: new () => Omit<WebSocketReconnect, 'send' | 'readyState' | 'close' | 'reconnect' | 'onerror'>;

/** A WebSocketReconnect with the API of partysocket/ws. */
export declare class WebSocket extends Base {
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSING: 2;
  static readonly CLOSED: 3;
  /** @param url a function is called before every dial; where it fails, the dial has failed. */
  constructor(url: UrlProvider, protocols?: ProtocolsProvider, options?: Options);
  get onerror(): ((event: Event) => unknown) | null;
  set onerror(handler: ((event: ErrorEvent) => unknown) | null);
  /** CLOSED as soon as close() is called. */
  readonly readyState: 0 | 1 | 2 | 3;
  /** The number of retries since the last stable connection. */
  readonly retryCount: number;
  /** Whether a lost connection is made again. */
  readonly shouldReconnect: boolean;
  /** Sends a message. Tells whether it went out at once; else it waits, or, where maxEnqueuedMessages wait, is dropped. */
  send(data: Message): boolean;
  /** Closes the connection for good, and tells so within the call. What waits is kept for reconnect(). */
  close(code?: number, reason?: string): void;
  /** Closes the connection, if there is one, and dials at once with a fresh retry count, from any state. */
  reconnect(code?: number, reason?: string): void;
  /** Takes out what has not been sent, oldest first. */
  drainQueuedMessages(): Message[];
}

export type Params = Record<string, Maybe<string>>;

export interface PartySocketOptions extends Options {
  /** The client's name, sent as `_pk`. @default a random one, for as long as the object lives */
  id?: string;
  host: string;
  room?: string;
  /** @default "main" */
  party?: string;
  /** In place of prefix, party and room. */
  basePath?: string;
  /** @default "parties" */
  prefix?: string;
  /** @default "ws" on the own machine and network, "wss" elsewhere */
  protocol?: 'ws' | 'wss';
  protocols?: ProtocolsProvider;
  /** Appended to the address; without a slash at its beginning. */
  path?: string;
  /** Appended as the query; a function is asked before every dial. */
  query?: Params | (() => Params | Promise<Params>);
  /** Do not warn of a slash in a name. */
  disableNameValidation?: boolean;
}

export interface PartyFetchOptions {
  host: string;
  room: string;
  party?: string;
  basePath?: string;
  prefix?: string;
  path?: string;
  protocol?: 'http' | 'https';
  query?: Params | (() => Params | Promise<Params>);
  fetch?: typeof fetch;
}

/** A connection to a room of a PartyKit server. */
export declare class PartySocket extends WebSocket {
  constructor(options: PartySocketOptions);
  readonly partySocketOptions: PartySocketOptions;
  readonly _pk: string;
  readonly _pkurl: string;
  readonly id: string;
  readonly name: string;
  readonly room: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly basePath: string | undefined;
  /** The room's address without its query. */
  readonly roomUrl: string;
  /** Changes where the next dial goes; reconnect() makes one. Other options stay. */
  updateProperties(options: Partial<PartySocketOptions>): void;
  /** Asks the room over HTTP. */
  static fetch(options: PartyFetchOptions, init?: RequestInit): Promise<Response>;
}

export default PartySocket;

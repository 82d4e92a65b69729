/** In place of the package of that name. See web/types/partysocket.d.ts. */
import type * as types from '../types/partysocket';
import { hostOf, partyUrl, withQuery } from './party/address';
import { warnOfUnknown } from './parts/unknown';
import { uuid } from './parts/uuid';
import { Reconnecting, sendable, type Target } from './reconnecting/base';
import { OPTIONS } from './reconnecting/options';

/** What a PartySocket knows beside. */
const PLACE: Record<Exclude<keyof types.PartySocketOptions, keyof types.Options>, 1> = { id: 1, host: 1, room: 1, party: 1, basePath: 1, prefix: 1, protocol: 1, protocols: 1, path: 1, query: 1, disableNameValidation: 1 };

export class WebSocket extends Reconnecting {
  #closed = false;
  #warned = false;

  constructor(url: types.UrlProvider, protocols?: types.ProtocolsProvider, options?: types.Options, moves = false) {
    super(url, protocols, options, moves);
    warnOfUnknown('partysocket', options, { ...OPTIONS, ...(moves && PLACE) });
  }

  override get readyState(): 0 | 1 | 2 | 3 {
    return this.shouldReconnect ? super.readyState : 3;
  }

  override send(data: types.Message): boolean {
    if (this.#closed && !this.#warned) {
      this.#warned = true;
      console.warn('partysocket: send() after close(): the message waits for reconnect(). If this socket is not to be used again, it is lost');
    }
    return super.send(data) === 'sent';
  }

  /** The close event comes within the call. */
  override close(code = 1000, reason = ''): void {
    const dials = this.state === 'CONNECTING' && this.getStats().nextRetry === null;
    const tells = this.shouldReconnect && (dials || this.isConnected);
    super.close(...sendable(code, reason));
    this.#closed = this.silent_ = true; // before a listener reconnects
    if (tells) this.tell_(code, reason);
  }

  override connect(): Promise<void> {
    if (#closed in this) this.#closed = this.#warned = false;
    return super.connect();
  }

  override reconnect(code?: number, reason?: string): void {
    this.#closed = this.#warned = false;
    super.reconnect(code, reason);
  }
}

export class PartySocket extends WebSocket {
  #place: types.PartySocketOptions;
  id: string;

  constructor(options: types.PartySocketOptions) {
    const { startClosed, room, basePath, disableNameValidation } = options;
    if (!startClosed && !room && !basePath) throw new Error('PartySocket: a room or a basePath is needed to connect; with startClosed they can be set by updateProperties()');
    const id = options.id || uuid();
    super(address(options, id) as types.UrlProvider, options.protocols, options, true);
    this.id = id;
    this.#place = options;
    for (const name of ['party', 'room'] as const) {
      if (!disableNameValidation && options[name]?.includes('/')) console.warn(`PartySocket: ${name} ${JSON.stringify(options[name])} has a slash in it, and may be routed elsewhere`);
    }
  }

  /** Holds from the next dial on. */
  updateProperties(options: Partial<types.PartySocketOptions>): void {
    const place = { ...this.#place, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) };
    this.id = place.id || this.id;
    this.target_.url = address(place, this.id);
    this.target_.protocols = place.protocols;
    this.#place = place;
  }

  override reconnect(code?: number, reason?: string): void {
    if (!this.host) throw new Error('PartySocket: the host must be set before connecting: by the constructor, or updateProperties()');
    if (!this.room && !this.basePath) throw new Error('PartySocket: the room (or basePath) must be set before connecting: by the constructor, or updateProperties()');
    super.reconnect(code, reason);
  }

  get partySocketOptions(): types.PartySocketOptions {
    return this.#place;
  }
  get _pk(): string {
    return this.id;
  }
  get _pkurl(): string {
    return this.roomUrl;
  }
  get roomUrl(): string {
    return partyUrl(this.#place, 'ws');
  }
  get name(): string {
    return this.#place.party ?? 'main';
  }
  get room(): string | undefined {
    return this.#place.room;
  }
  get host(): string {
    return hostOf(this.#place);
  }
  get path(): string {
    return this.#place.path ? '/' + this.#place.path : '';
  }
  get basePath(): string | undefined {
    return this.#place.basePath;
  }

  static async fetch(options: types.PartyFetchOptions, init?: RequestInit): Promise<Response> {
    const url = withQuery(partyUrl(options, 'http'), options.query);
    return (options.fetch ?? fetch)(typeof url === 'string' ? url : await url(), init);
  }
}

export default PartySocket;

const address = (place: types.PartySocketOptions, id: string): Target['url'] => withQuery(partyUrl(place, 'ws'), place.query, { _pk: id });

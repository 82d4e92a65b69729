import type { WebSocketReconnect } from '../../types/websocket-reconnect';
import type * as types from '../../types/react';
import { keyOf } from '../parts/key';
import { takeBack } from '../parts/takeback';
import { acquire } from '../shared';
import { warnOfUnknown } from '../parts/unknown';
import { clientOptions, OPTIONS, withQuery } from './options';
import { guarded } from './guarded';
import { Policy, QUIET } from './policy';

export enum ReadyState {
  UNINSTANTIATED = -1,
  CONNECTING = 0,
  OPEN = 1,
  CLOSING = 2,
  CLOSED = 3,
}

interface Snapshot {
  readonly readyState: ReadyState;
  readonly lastMessage: MessageEvent | null;
}

type Payload = Parameters<types.WebSocketHook['sendMessage']>[0];

/** What one hook shows, and its claim on a connection. */
export class Subscription {
  options: types.Options;
  /** Gives the address anew, if a function does. */
  ask: (() => Promise<string>) | undefined;
  #snapshot: Snapshot = { readyState: ReadyState.UNINSTANTIATED, lastMessage: null };
  readonly #watchers = new Set<() => void>();
  #ws: WebSocketReconnect | undefined;
  #guarded: WebSocketReconnect | undefined;
  /** Messages for a connection that is still to be made. */
  #waiting: Payload[] = [];

  constructor(options: types.Options) {
    warnOfUnknown('react', options, OPTIONS);
    this.options = options;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  readonly snapshot = (): Snapshot => this.#snapshot;

  #show(change: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const watcher of this.#watchers) watcher();
  }

  /** Connects. Returns what undoes it. */
  open(url: NonNullable<types.Url>): () => void {
    let leave: (() => void) | undefined;
    let left = false;
    this.#show({ readyState: ReadyState.CONNECTING });
    const full = (address: string) => withQuery(address, this.options.queryParams);
    const join = (address: string) => {
      if (!left) leave = this.#join(address);
    };
    this.ask = typeof url === 'function' ? async () => full(await url()) : undefined;
    if (typeof url === 'string') join(full(url));
    else void this.#resolve(this.ask!, () => left).then((address) => (address === undefined ? left || this.#show({ readyState: ReadyState.CLOSED }) : join(address)));
    return () => {
      left = true;
      leave?.();
      this.#show({ readyState: ReadyState.CLOSED, lastMessage: null });
    };
  }

  /** Asks for the first address, by which connections are shared; again after an error if that is wanted. */
  async #resolve(ask: () => Promise<string>, left: () => boolean): Promise<string | undefined> {
    for (let attempt = 0; !left(); attempt++) {
      try {
        return await ask();
      } catch (error) {
        console.error('useWebSocket: the function that gives the url failed:', error);
        const policy = new Policy(this.options);
        if (!this.options.retryOnError) return;
        if (attempt >= policy.attempts) return void this.options.onReconnectStop?.(attempt);
        await new Promise((resume) => setTimeout(resume, policy.delay(attempt)));
      }
    }
    return;
  }

  #join(address: string): () => void {
    const { share = false, protocols, reconnectInterval, heartbeat, client } = this.options;
    let dialled = false;
    /** Each dial after the first asks anew, for a token may have expired. */
    const provider = (): string | Promise<string> => {
      const first = !dialled;
      dialled = true;
      return (!first && Policy.voting(ws)?.newest?.ask?.()) || address;
    };
    const handle = acquire(this.ask ? provider : address, {
      ...clientOptions(this.options),
      // Who does not share takes over from one that has left what it would have made itself, but for the numbers of retries.
      key: keyOf(['react', address, protocols, share || [typeof reconnectInterval === 'function', heartbeat, client]]),
      exclusive: !share,
    });
    const { ws } = handle;
    this.#ws = ws;
    const showNow = () => this.#ws === ws && this.#show({ readyState: this.#readyState });
    const show = () => (ws.state === 'FAILED' ? queueMicrotask(showNow) : showNow()); // then it is known whether a retry is to come
    const flush = () => {
      for (const message of this.#waiting.splice(0)) ws.send(message);
    };
    const listeners: [string, (event: any) => void][] = [
      ['stateChange', show],
      ['open', (event) => {
        flush();
        this.options.onOpen?.(event);
      }],
      ['message', (event) => this.#receive(event)],
      ['error', (event) => QUIET.includes(event.error?.code) || this.options.onError?.(event)],
      ['close', (event) => (Policy.voting(ws)?.end ?? event) === event && this.options.onClose?.(event)],
    ];
    for (const [type, listener] of listeners) ws.addEventListener(type, listener);
    const quit = Policy.of(ws, this);
    show();
    // Who takes over what another mount has opened has not heard of it.
    if (!share && ws.isConnected) queueMicrotask(() => this.#ws === ws && this.options.onOpen?.(new Event('open')));
    flush();
    return () => {
      for (const [type, listener] of listeners) ws.removeEventListener(type, listener);
      quit();
      this.#ws = this.#guarded = undefined;
      this.#waiting.unshift(...takeBack(ws));
      handle.release();
    };
  }

  #receive(event: MessageEvent): void {
    const { onMessage, filter, heartbeat } = this.options;
    onMessage?.(event);
    if (filter && filter(event) !== true) return;
    if (typeof heartbeat === 'object' && heartbeat.returnMessage !== undefined && heartbeat.returnMessage === event.data) return;
    this.#show({ lastMessage: event });
  }

  get #readyState(): ReadyState {
    return Policy.voting(this.#ws!)?.pending ? ReadyState.CONNECTING : (this.#ws!.readyState as number);
  }

  readonly send = (message: Payload, keep = true): void => {
    const ws = this.#ws;
    if (ws && (ws.isConnected || (keep && this.#readyState === ReadyState.CONNECTING))) ws.send(message);
    else if (keep) this.#waiting.push(message);
  };

  readonly sendJson = (message: unknown, keep = true): void => this.send(JSON.stringify(message), keep);

  readonly webSocket = (): WebSocketReconnect | null => (this.options.share && this.#ws ? (this.#guarded ??= guarded(this.#ws)) : (this.#ws ?? null));
}

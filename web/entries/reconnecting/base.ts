import { closeEvent } from '../../src/closeevent';
import { WebSocketReconnect } from '../../src/index';
import { Outbox, sizeOf, type Payload } from '../../src/outbox';
import { browserSends } from '../../src/socket';
import { isPayload } from '../../src/types';
import type { Options, ProtocolsProvider, UrlProvider } from '../../types/partysocket';
import { clientOptions } from './options';

/** Where the next dial goes. */
export interface Target {
  url: UrlProvider;
  protocols: ProtocolsProvider;
}

/** What a browser sends of them: 1000 for a code that it does not send, and no reason that is too long. */
export const sendable = (code: number, reason: string): [code: number, reason: string] => [browserSends(code) ? code : 1000, sizeOf(String(reason)) > 123 ? '' : reason];

/** What a function of the user's gives, or what is there in its place. */
const given = <T>(provided: T | (() => T | Promise<T>)): T | Promise<T> => (typeof provided === 'function' ? (provided as () => T)() : provided);

/**
 * What reconnecting-websocket and partysocket have in common, as a client of
 * ours. It adds a queue that outlives close(), and a start that waits.
 */
export class Reconnecting extends WebSocketReconnect {
  /** What sockets are made with; read by the client. */
  declare Native_: unknown;
  /** Where the next dial goes. */
  readonly target_: Target;
  readonly #options: Options;
  readonly #queue = new Outbox();
  #wanted: boolean;
  /** How often close() and reconnect() were called. */
  #orders = 0;
  /** The user has been told of an end that the client will tell of, too. */
  #ahead = false;
  /** The user has closed, and been told so: there is no more to tell. */
  silent_ = false;

  /** moves: the target changes, though it holds no functions. */
  constructor(url: UrlProvider, protocols: ProtocolsProvider, options: Options = {}, moves = false) {
    const target: Target = { url, protocols };
    const asks = (value: unknown) => moves || typeof value === 'function';
    super(
      asks(url) ? () => given(target.url) : (url as any),
      asks(protocols) ? async () => (await given(target.protocols)) || [] : (protocols as any) || undefined,
      clientOptions(options),
    );
    this.target_ = target;
    this.#options = options;
    this.#wanted = !options.startClosed;
    this.Native_ = options.WebSocket;
    this.addEventListener('open', () => this.#flush());
    this.addEventListener('close', (event: CloseEvent) => {
      if (this.#wanted && options.shouldReconnectOnClose?.(event) === false) this.#stop();
    });
    // What the client itself still held when it was closed.
    this.addEventListener('drop', ({ detail: { reason, ...message } }: any) => reason === 'closed' && this.#queue.put_(message));
    if (options.debug) this.#narrate(options.debugLogger ?? console.log);
    if (this.#wanted) void this.connect();
  }

  /** Called by the constructor of the client, too: too early. */
  override connect(): Promise<void> {
    if (!(#queue in this)) return Promise.resolve();
    this.#want();
    return super.connect();
  }

  get retryCount(): number {
    return this.getStats().retryCount;
  }

  /** Whether a lost connection is made again. */
  get shouldReconnect(): boolean {
    return this.#wanted;
  }

  override get bufferedAmount(): number {
    return this.#queue.bytes_ + super.bufferedAmount;
  }

  /** 'sent', 'queued' or 'dropped'; partysocket has another answer. */
  override send(data: Payload): any {
    if (this.isConnected && !this.#queue.size) return super.send(data);
    const payload = isPayload(data) ? data : String(data);
    const message = { data: payload, bytes: sizeOf(payload), at: performance.now() };
    const { maxEnqueuedMessages = Infinity } = this.#options;
    if (this.#queue.size < maxEnqueuedMessages) {
      this.#queue.put_(message);
      return 'queued';
    }
    queueMicrotask(() => this.dispatchEvent(new CustomEvent('drop', { detail: { reason: 'overflow', ...message } })));
    return 'dropped';
  }

  override close(code = 1000, reason = ''): void {
    super.close(code, reason);
    this.#orders++;
    this.#wanted = false;
  }

  #want(): void {
    this.#wanted = true;
    this.silent_ = false;
  }

  /** The end that is being told of is the last. */
  #stop(): void {
    super.close();
    this.#orders++;
    this.#wanted = false;
    this.silent_ = true;
  }

  /** Dials anew. The server is told the code and the reason, if it is connected. */
  override reconnect(code = 1000, reason = ''): void {
    const order = ++this.#orders;
    this.#want();
    if (this.isConnected) {
      super.close(...sendable(code, reason));
      this.tell_(code, reason);
    }
    if (order === this.#orders) super.reconnect(); // else a listener has said what is to be
  }

  /** Tells of the end of what there is, before the client does in words of its own. */
  tell_(code: number, reason: string): void {
    this.#ahead = true;
    super.dispatchEvent(closeEvent({ code, reason, wasClean: true }));
  }

  override dispatchEvent(event: Event): boolean {
    const { type } = event;
    if (!(#queue in this)) return super.dispatchEvent(event);
    // An end that is told while the next connection is open is of one that reconnect() has replaced, and told of, before the core was there.
    const told = ((this.#ahead || this.silent_) && (type === 'close' || type === 'error')) || (type === 'close' && this.isConnected);
    if (type === 'close' || type === 'open') this.#ahead = false;
    return told || super.dispatchEvent(event);
  }

  /** Takes out what has not been sent, oldest first. */
  drainQueuedMessages(): Payload[] {
    return [...this.#queue].map(([id]) => this.#queue.take_(id)!.data);
  }

  #flush(): void {
    for (const message of this.drainQueuedMessages()) super.send(message);
  }

  #narrate(log: (...args: unknown[]) => void): void {
    for (const type of ['stateChange', 'retry', 'open', 'message', 'error', 'close', 'drop', 'failed']) {
      this.addEventListener(type, (event: any) => log('RWS>', type, event.detail ?? event));
    }
  }
}

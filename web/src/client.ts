import { Connection, type Circuit, type State } from './connection';
import { ToCore, type Verdict } from './contract.gen';
import { WebSocketReconnectError } from './errors';
import type { Explanation } from './explanation';
import { configure, line } from './line';
import { check, checkOptions } from './options';
import { sizeOf, type Payload, type SendOptions } from './outbox';
import { browserSends } from './socket';
import { isFunction, isObject, isPayload } from './types';
import { checkProtocols, refuseArgument, resolveUrl } from './url';

declare const __VERSION__: string;

/** What readyState may be, as the WHATWG class calls it. */
const READY_STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const;

type Handler = ((event: any) => unknown) | null;

/** A WebSocket that comes back: the API. See websocket-reconnect.d.ts for the public documentation. */
export class WebSocketReconnect extends EventTarget {
  static override readonly name: string = 'WebSocketReconnect'; // a minifier has taken the class's own
  static readonly version = __VERSION__;
  static readonly configure = configure;
  static readonly stop = (reason = ''): WebSocketReconnectError => new WebSocketReconnectError('STOPPED', reason);

  /** For libraries that take a WebSocket constructor: what they pass third is for Node's ws. */
  static withOptions(bound: object) {
    return class extends this {
      static override readonly name = super.name;
      constructor(url: string | URL, protocols?: string | string[], websocketOptions?: object) {
        super(url, protocols, { websocketOptions, ...bound });
      }
    };
  }

  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;
  declare onopen: Handler;
  declare onmessage: Handler;
  declare onclose: Handler;
  declare onerror: Handler;
  declare [Symbol.dispose]: () => void;

  readonly #connection: Connection;
  #wrapped: WeakMap<Function, Map<string, EventListener>> | undefined;
  /** By type: what the on… attribute holds, which may be any object, and what calls it. */
  readonly #handlers: Record<string, { handler_?: any; handleEvent(event: Event): void }> = {};

  constructor(first: string | URL | object, protocols?: string | string[], options: object = {}) {
    super();
    check(['options', 'o'], options);
    const dropIn = !isObject(first);
    const checked = checkOptions(dropIn ? { ...options, url: first, protocols } : first, dropIn);
    // Functions are called, and what they give is checked, before every dial.
    const url = isFunction(checked.url) ? '' : resolveUrl(checked.url, dropIn);
    if (!isFunction(checked.protocols)) checkProtocols(checked.protocols, dropIn);
    this.#connection = new Connection(checked, dropIn, url, this);
    super.addEventListener('message', this.#connection.messages_); // one that is dispatched by hand
    if (dropIn) this.connect();
  }

  connect(): Promise<void> {
    return this.#connection.connect_();
  }

  reconnect(): void {
    this.#connection.reconnect_();
  }

  handover(): void {
    line.then_(() => this.#connection.post_(ToCore.Handover));
  }

  close(code?: number, reason = ''): void {
    const { dropIn_: dropIn } = this.#connection;
    reason = String(reason);
    // A code is made a number, as the WHATWG class does. In the other form it may be one of RFC 6455's own, too.
    if (code !== undefined && !(browserSends((code = +code)) || (!dropIn && ((code >= 1001 && code <= 1003) || (code >= 1007 && code <= 1014))))) {
      refuseArgument(dropIn, 'InvalidAccessError', `close: code is ${code}; it must be 1000 or 3000 to 4999${dropIn ? '' : ', or 1001 to 1003 or 1007 to 1014'}`);
    }
    const bytes = sizeOf(reason);
    if (bytes > 123) refuseArgument(dropIn, 'SyntaxError', `close: reason has ${bytes} bytes of UTF-8, more than 123`);
    this.#connection.close_(code, reason);
  }

  /** What `using` calls; where the engine does not know it, it is the method below. */
  [Symbol.dispose ?? 'dispose'](): void {
    this.dispose();
  }

  dispose(): void {
    this.#connection.dispose_();
  }

  send(data: Payload, how?: SendOptions): 'sent' | 'queued' | 'dropped' | 'rejected' {
    const connection = this.#connection;
    if (how) line.link_?.checkHow_(how);
    if (!isPayload(data)) {
      if (!connection.dropIn_) check(['data', 'sp'], data, 'send: ');
      return this.send(`${data}`, how); // as the WHATWG class does
    }
    if (connection.direct_?.readyState !== 1) return connection.queue_(data, how);
    connection.sendOwn_(data);
    return 'sent';
  }

  drain() {
    const { outbox_: outbox } = this.#connection;
    this.#connection.post_(ToCore.TakeBack);
    return [...outbox].map(([id]) => outbox.take_(id)!);
  }

  closeCircuit(): void {
    this.#connection.setCircuit_(ToCore.ResetCircuit, 'CLOSED');
  }

  openCircuit(): void {
    this.#connection.setCircuit_(ToCore.TripCircuit, 'OPEN');
  }

  getCircuitState(): Circuit {
    return this.#connection.circuit_.value_;
  }

  markHealthy(): void {
    if (this.isConnected) this.#connection.post_(ToCore.MarkHealthy);
  }

  getCloseCodes(): Promise<Record<string, Verdict>> {
    return new Promise((resolve) => line.then_((link) => resolve(link.closeCodes_(this.#connection.options_))));
  }

  exportTrace(): Promise<string> {
    return new Promise((resolve) => line.then_((link) => resolve(link.trace_(this.#connection, __VERSION__))));
  }

  explain(): Explanation | undefined {
    return line.link_?.explain_(this.#connection);
  }

  getStats() {
    const c = this.#connection;
    const { options_: options, stats_: stats, gen_: attempts } = c;
    const lastActivity = Math.max(c.heard_.timeStamp, c.lastSentAt_);
    return {
      state: this.state,
      circuitState: this.getCircuitState(),
      maxRetries: options.maxRetries,
      failureThreshold: options['circuitBreaker.failureThreshold'],
      ...stats,
      lastActivity: lastActivity < 0 ? null : performance.timeOrigin + lastActivity,
      uptime: this.isConnected ? performance.now() - c.openedAt_ : 0,
      attempts,
      successRate: attempts ? stats.successes / attempts : 1,
      queueLength: c.outbox_.size,
      queueBytes: c.outbox_.bytes_,
    };
  }

  get state(): State {
    return this.#connection.state_.value_;
  }
  get isConnected(): boolean {
    return this.state === 'OPEN';
  }
  get url(): string {
    return this.#connection.url_;
  }
  get readyState(): 0 | 1 | 2 | 3 {
    return this.state === 'FAILED' ? 3 : (Math.max(READY_STATES.indexOf(this.state as 'OPEN'), 0) as 0 | 1 | 2 | 3); // BLOCKED is on its way to CONNECTING
  }
  get bufferedAmount(): number {
    return this.#connection.outbox_.bytes_ + (this.#connection.socket_?.native_.bufferedAmount ?? 0);
  }
  get protocol(): string {
    return this.#connection.protocol_;
  }
  get extensions(): string {
    return this.#connection.extensions_;
  }
  get binaryType(): BinaryType {
    return this.#connection.binaryType_;
  }
  set binaryType(type: BinaryType) {
    if (!/^(blob|arraybuffer)$/.test(type)) return; // as the WHATWG class does
    this.#connection.binaryType_ = type;
    if (this.#connection.socket_) this.#connection.socket_.native_.binaryType = type;
  }

  on(type: string, listener: (payload: any) => unknown): () => void {
    return this.#on(type, listener, false);
  }

  once(type: string, listener: (payload: any) => unknown): () => void {
    return this.#on(type, listener, true);
  }

  off(type: string, listener: (payload: any) => unknown): void {
    const byType = this.#wrapped?.get(listener);
    this.removeEventListener(type, byType?.get(type));
    byType?.delete(type);
  }

  #on(type: string, listener: (payload: any) => unknown, once: boolean): () => void {
    check(['listener', 'f'], listener, 'on: ');
    const off = () => this.off(type, listener);
    const all = (this.#wrapped ??= new WeakMap());
    let byType = all.get(listener);
    if (!byType) all.set(listener, (byType = new Map()));
    if (byType.has(type)) return off;
    const wrapped = (event: any): void => {
      if (once) off();
      listener.call(this, event.detail ?? event.error ?? event);
    };
    byType.set(type, wrapped);
    this.addEventListener(type, wrapped);
    return off;
  }

  override addEventListener(type: string, listener: any, options?: boolean | AddEventListenerOptions): void {
    if (type === 'message') this.#connection.messages_.add_(listener, options);
    else super.addEventListener(type, listener, options);
  }

  override removeEventListener(type: string, listener: any, options?: boolean | EventListenerOptions): void {
    if (type === 'message') this.#connection.messages_.remove_(listener, options);
    else super.removeEventListener(type, listener, options);
  }

  static {
    (this as { native_?: unknown }).native_ = globalThis.WebSocket; // to be dialled with when we have taken its place
    for (const type of ['open', 'message', 'close', 'error']) {
      Object.defineProperty(this.prototype, 'on' + type, {
        configurable: true,
        enumerable: true,
        get(this: WebSocketReconnect) {
          return this.#handlers[type]?.handler_ ?? null;
        },
        /** Takes its place in the order of listeners when it is first set, or set after null. */
        set(this: WebSocketReconnect, handler: any) {
          const slot = (this.#handlers[type] ??= { handleEvent: (event) => slot.handler_.call?.(this, event) });
          slot.handler_ = Object(handler) === handler ? handler : null;
          if (slot.handler_) this.addEventListener(type, slot);
          else this.removeEventListener(type, slot);
        },
      });
    }
    for (const holder of [this, this.prototype]) {
      READY_STATES.forEach((name, value) => Object.defineProperty(holder, name, { value, enumerable: true }));
    }
  }
}

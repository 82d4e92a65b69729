import { CIRCUITS, CLASSES, DROP_REASONS, RETRY_REASONS, Snap, STATES, ToCore, ToPage, type Options } from './contract.gen';
import { configure, core, type CoreClient } from './core';
import { diagnose, forgetDiagnosis, Reach } from './diagnose';
import { badInput, show, WebSocketReconnectError, type ErrorCode } from './errors';
import { Heart } from './heart';
import { Listeners, report } from './listeners';
import { checkOptions, coreConfig, isPayload } from './options';
import { Outbox, sizeOf, type Payload } from './outbox';
import { Shown } from './shown';
import { browserSends, Socket, type SocketOwner } from './socket';
import { checkProtocols, resolveUrl } from './url';

declare const __VERSION__: string;

type State = (typeof STATES)[number];
type Circuit = (typeof CIRCUITS)[number];
type CloseInfo = { code: number; reason: string; wasClean: boolean };

/** 1970-based milliseconds of a performance.now(). */
const wallClock = (at: number): number => performance.timeOrigin + at;

const READY_STATES: Record<State, 0 | 1 | 2 | 3> = { CLOSED: 3, CONNECTING: 0, OPEN: 1, CLOSING: 2, BLOCKED: 0, FAILED: 3 };

let warnedOfOptions = false;

/** A WebSocket that comes back. See websocket-reconnect.d.ts for the public documentation. */
export class WebSocketReconnect extends EventTarget implements CoreClient, SocketOwner {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static readonly version = __VERSION__;
  static readonly configure = configure;

  readonly id_ = core.newId();
  snapshot_: Float64Array | undefined;

  readonly #options: Options;
  readonly #dropIn: boolean;
  readonly #url: string;
  readonly #messages = new Listeners();
  readonly #handlers: Partial<Record<'open' | 'message' | 'close' | 'error', ((event: any) => unknown) | null>> = {};
  readonly #wrapped = new Map<Function, Map<string, EventListener>>();
  readonly #outbox = new Outbox();
  readonly #heart: Heart;
  readonly #state: Shown<State>;
  readonly #circuit: Shown<Circuit>;

  #joined = false;
  #disposed = false;
  /** close() was called, and neither connect() nor reconnect() since. */
  #closed = false;
  #socket: Socket | undefined;
  /** The socket, while a message may go straight to it: it is open and nothing waits. */
  #direct: WebSocket | null = null;
  /** The newest generation that was dialled. */
  #gen = 0;
  /** How the newest socket ended, in its own words. */
  #ended: CloseInfo = { code: 1006, reason: '', wasClean: false };
  #dialError = '';
  #asked: { code: number | undefined; reason: string } | undefined;
  #connecting: { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } | undefined;

  #binaryType: BinaryType;
  #protocol = '';
  #extensions = '';
  #openedAt = 0;
  #snapshotAt = 0;
  #lastSentAt = -1;
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #dropped = 0;
  #lastClose: (CloseInfo & { at: number }) | null = null;
  #lastError: WebSocketReconnectError | null = null;

  constructor(first: string | URL | object, protocols?: string | string[], options?: object) {
    super();
    this.#dropIn = typeof first === 'string' || first instanceof URL;
    this.#options = checkOptions(this.#dropIn ? { ...options, url: first, ...(protocols !== undefined && { protocols }) } : first, this.#dropIn);
    this.#url = resolveUrl(this.#options.url, this.#dropIn);
    checkProtocols(this.#options.protocols, this.#dropIn);
    this.#binaryType = this.#options.binaryType;
    this.#heart = new Heart(this.#options);
    this.#state = new Shown<State>('CLOSED', (state) => this.#emit('stateChange', state));
    this.#circuit = new Shown<Circuit>('CLOSED', (circuit) => this.#emit('circuitChange', circuit));
    if (this.#options.websocketOptions && Object.keys(this.#options.websocketOptions).length && globalThis.document && !warnedOfOptions) {
      warnedOfOptions = true;
      console.warn('WebSocketReconnect: websocketOptions is ignored: a browser gives scripts no way to set headers or other options of a WebSocket. Put a token into the url, a subprotocol or the first message.');
    }
    if (this.#dropIn) void this.connect();
  }

  // ---- The user's calls ----

  connect(): Promise<void> {
    if (this.#disposed) return Promise.reject(new WebSocketReconnectError('CLOSED_BY_USER', 'this client was disposed'));
    if (this.state === 'OPEN') return Promise.resolve();
    const { promise } = (this.#connecting ??= deferred());
    if (this.state === 'CLOSED' || this.state === 'FAILED') {
      this.#begin(ToCore.Connect);
      if (this.#circuit.value !== 'OPEN') this.#foresee('CONNECTING');
      if (!core.ready && this.#circuit.value !== 'OPEN') this.#dial(this.#gen + 1);
    }
    return promise;
  }

  reconnect(): void {
    if (this.#disposed) return;
    this.#begin(ToCore.Reconnect);
    this.#foresee('CONNECTING');
    if (!core.ready) {
      this.#letGo();
      this.#dial(this.#gen + 1);
    }
  }

  close(code?: number, reason = ''): void {
    this.#checkClose(code, reason);
    if (this.#disposed || this.#closed) return;
    this.#closed = true;
    this.#direct = null;
    this.#asked = { code, reason };
    if (!this.#joined) {
      this.#dropAll();
      return;
    }
    const wasOpen = this.state === 'OPEN';
    const wasOver = this.state === 'CLOSED';
    this.#post(ToCore.Close, code ?? 0);
    if (!wasOver) this.#foresee(wasOpen ? 'CLOSING' : 'CLOSED');
    // A core that is there says when to close an open socket: messages that it has let go come first.
    if (!wasOpen) this.#letGo();
    else if (!core.ready) this.#socket?.close(code, reason);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#letGo();
    this.#dropAll();
    this.#connecting?.reject(new WebSocketReconnectError('CLOSED_BY_USER', 'the client was disposed'));
    if (this.#joined) core.leave(this);
    this.#state.value = 'CLOSED';
  }

  send(data: Payload): 'sent' | 'queued' | 'dropped' {
    const socket = this.#direct;
    if (socket !== null && socket.readyState === 1 && (typeof data === 'string' || isPayload(data))) {
      const before = socket.bufferedAmount;
      socket.send(data as string);
      this.#bytesOut += socket.bufferedAmount - before;
      this.#messagesOut++;
      this.#lastSentAt = performance.now();
      return 'sent';
    }
    return this.#queue(data);
  }

  #queue(data: Payload): 'queued' | 'dropped' {
    if (!isPayload(data)) {
      if (!this.#dropIn) throw badInput(`send: data is ${show(data)}; it must be a string, an ArrayBuffer, a view of one, or a Blob (JSON.stringify an object)`);
      data = String(data); // as the WHATWG class does
    }
    if (this.#closed || this.#disposed) {
      this.#drop(data, sizeOf(data), 'closed');
      return 'dropped';
    }
    const { length, bytes: waiting } = this.#outbox;
    const bytes = sizeOf(data);
    const { ['queue.maxMessages']: maxMessages, ['queue.maxBytes']: maxBytes, ['queue.overflow']: overflow } = this.#options;
    if (bytes > maxBytes || maxMessages < 1 || (overflow === 'drop-newest' && (length >= maxMessages || waiting + bytes > maxBytes))) {
      // The core would say the same; so the caller knows at once.
      this.#drop(data, bytes, 'overflow');
      return 'dropped';
    }
    const id = this.#outbox.put(data, bytes);
    this.#direct = null;
    this.#join();
    if (core.ready) core.post(ToCore.Enqueue, this.id_, [id, bytes]);
    else if (this.#socket?.open) this.#flushAll();
    return 'queued';
  }

  openCircuit(): void {
    this.#join();
    const seq = this.#post(ToCore.TripCircuit);
    if (this.#circuit.value !== 'OPEN') this.#showAhead(this.#circuit, 'OPEN', seq);
  }

  closeCircuit(): void {
    this.#join();
    const seq = this.#post(ToCore.ResetCircuit);
    if (this.#circuit.value !== 'CLOSED') this.#showAhead(this.#circuit, 'CLOSED', seq);
  }

  getCircuitState(): Circuit {
    return this.#circuit.value;
  }

  getStats() {
    const snap = (field: Snap): number => this.snapshot_?.[field] ?? 0;
    const known = (ms: number): number | null => (ms > 0 ? ms : null);
    const retryIn = this.snapshot_?.[Snap.RetryIn] ?? -1;
    const attempts = Math.max(snap(Snap.Attempts), this.#gen);
    const successes = Math.max(snap(Snap.Successes), this.#opens);
    const lastActivity = Math.max(this.#heart.heardAt, this.#lastSentAt);
    return {
      state: this.state,
      circuitState: this.getCircuitState(),
      retryCount: snap(Snap.RetryCount),
      maxRetries: this.#options.maxRetries,
      circuitFailures: snap(Snap.CircuitFailures),
      failureThreshold: this.#options['circuitBreaker.failureThreshold'],
      lastActivity: lastActivity < 0 ? null : wallClock(lastActivity),
      uptime: this.state === 'OPEN' ? performance.now() - this.#openedAt : 0,
      attempts,
      successes,
      successRate: attempts ? successes / attempts : 1,
      lastClose: this.#lastClose,
      lastError: this.#lastError,
      messagesIn: this.#messagesIn,
      messagesOut: this.#messagesOut,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      queueLength: this.#outbox.length,
      queueBytes: this.#outbox.bytes,
      dropped: this.#dropped,
      roundTrip: known(snap(Snap.RoundTrip)),
      smoothedRoundTrip: known(snap(Snap.Smoothed)),
      nextRetry: retryIn < 0 ? null : wallClock(this.#snapshotAt + retryIn),
    };
  }
  #opens = 0;

  // ---- What can be read ----

  get state(): State {
    return this.#state.value;
  }
  get isConnected(): boolean {
    return this.state === 'OPEN';
  }
  get url(): string {
    return this.#url;
  }
  get readyState(): 0 | 1 | 2 | 3 {
    return READY_STATES[this.state];
  }
  get bufferedAmount(): number {
    return this.#outbox.bytes + (this.#socket?.native.bufferedAmount ?? 0);
  }
  get protocol(): string {
    return this.#protocol;
  }
  get extensions(): string {
    return this.#extensions;
  }
  get binaryType(): BinaryType {
    return this.#binaryType;
  }
  set binaryType(type: BinaryType) {
    if (type !== 'blob' && type !== 'arraybuffer') return; // as the WHATWG class does
    this.#binaryType = type;
    if (this.#socket) this.#socket.native.binaryType = type;
  }

  // ---- Listening ----

  on(type: string, listener: (payload: any) => unknown): () => void {
    return this.#on(type, listener, false);
  }

  once(type: string, listener: (payload: any) => unknown): () => void {
    return this.#on(type, listener, true);
  }

  off(type: string, listener: (payload: any) => unknown): void {
    const wrapped = this.#wrapped.get(listener)?.get(type);
    if (!wrapped) return;
    this.#wrapped.get(listener)!.delete(type);
    this.removeEventListener(type, wrapped);
  }

  #on(type: string, listener: (payload: any) => unknown, once: boolean): () => void {
    if (typeof listener !== 'function') throw badInput(`on(${show(type)}): the listener is ${show(listener)}; it must be a function`);
    const off = () => this.off(type, listener);
    let byType = this.#wrapped.get(listener);
    if (!byType) this.#wrapped.set(listener, (byType = new Map()));
    if (byType.has(type)) return off;
    const wrapped = (event: any): void => {
      if (once) off();
      listener.call(this, payloadOf(event));
    };
    byType.set(type, wrapped);
    this.addEventListener(type, wrapped);
    return off;
  }

  override addEventListener(type: string, listener: any, options?: boolean | AddEventListenerOptions): void {
    if (type === 'message') this.#messages.add(listener, options);
    else super.addEventListener(type, listener, options);
  }

  override removeEventListener(type: string, listener: any, options?: boolean | EventListenerOptions): void {
    if (type === 'message') this.#messages.remove(listener, options);
    else super.removeEventListener(type, listener, options);
  }

  override dispatchEvent(event: Event): boolean {
    if (event.type !== 'message') return super.dispatchEvent(event);
    this.#messages.dispatch(this, event);
    return !event.defaultPrevented;
  }

  /** An on… attribute takes its place in the order of listeners when it is first set. */
  #setHandler(type: 'open' | 'message' | 'close' | 'error', handler: unknown): void {
    const first = !(type in this.#handlers);
    this.#handlers[type] = typeof handler === 'function' ? (handler as (event: any) => unknown) : null;
    if (first) this.addEventListener(type, (event: any) => this.#handlers[type]?.call(this, event));
  }

  get onopen() {
    return this.#handlers.open ?? null;
  }
  set onopen(handler) {
    this.#setHandler('open', handler);
  }
  get onmessage() {
    return this.#handlers.message ?? null;
  }
  set onmessage(handler) {
    this.#setHandler('message', handler);
  }
  get onclose() {
    return this.#handlers.close ?? null;
  }
  set onclose(handler) {
    this.#setHandler('close', handler);
  }
  get onerror() {
    return this.#handlers.error ?? null;
  }
  set onerror(handler) {
    this.#setHandler('error', handler);
  }

  #emit(type: string, detail: unknown): void {
    super.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // ---- Between the core and the socket ----

  create_(): number[] {
    return [Math.floor(Math.random() * 2 ** 53), +this.#dropIn, ...coreConfig(this.#options)];
  }

  waiting_(): Iterable<[number, number]> {
    return this.#outbox;
  }

  settle_(taken: number): void {
    this.#snapshotAt = performance.now();
    this.#state.settle(STATES[this.snapshot_![Snap.State]!]!, taken);
    this.#circuit.settle(CIRCUITS[this.snapshot_![Snap.Circuit]!]!, taken);
  }

  act_(op: ToPage, [a = 0, b = 0, c = 0]: Float64Array): void {
    switch (op) {
      case ToPage.OpenSocket:
        if (a > this.#gen) this.#dial(a);
        break;
      case ToPage.CloseSocket:
        if (this.#socket?.gen === a) this.#socket.close(this.#asked?.code, this.#asked?.reason ?? '');
        break;
      case ToPage.Abandon:
        if (this.#socket?.gen === a) this.#letGo();
        break;
      case ToPage.Probe:
        if (this.#socket?.gen === a && this.#socket.open) this.#sendOwn(this.#heart.probe());
        break;
      case ToPage.Ask:
        // Messages that have arrived, but not been dispatched yet, count.
        afterPending(() => this.#post(ToCore.Heard, a, this.#heart.silence()));
        break;
      case ToPage.Flush:
        for (let id = a; id < a + b; id++) this.#flush(id);
        this.#straighten();
        break;
      case ToPage.Drop:
        for (let id = a; id < a + b; id++) {
          const message = this.#outbox.take(id);
          if (message) this.#drop(...message, DROP_REASONS[c]!);
        }
        this.#straighten();
        break;
      case ToPage.EmitStateChange:
        this.#state.confirm(STATES[a]!);
        if (STATES[a] === 'CLOSED') this.#settleConnect('CLOSED_BY_USER', 'close() was called before the connection opened');
        break;
      case ToPage.EmitCircuitChange:
        this.#circuit.confirm(CIRCUITS[a]!);
        break;
      case ToPage.EmitError:
        this.#emitError(CLASSES[b] as ErrorCode);
        break;
      case ToPage.EmitClose:
        this.#emitClose(b ? { code: b, reason: '', wasClean: c !== 0 } : this.#ended);
        break;
      case ToPage.EmitRetry:
        this.#emit('retry', { attempt: a, delay: b, maxRetries: this.#options.maxRetries, reason: RETRY_REASONS[c] });
        break;
      case ToPage.EmitFailed:
        this.#emit('failed', { reason: 'retries', attempts: a, error: this.#lastError, lastClose: this.#lastClose });
        this.#settleConnect(CLASSES[b] as ErrorCode, `gave up after ${a} dials of ${this.#url}; the last: ${this.#lastError?.message}`);
        break;
    }
  }

  coreFailed_(why: string): void {
    this.#emitError('CORE_UNAVAILABLE', why);
  }

  /** What connect and reconnect share. */
  #begin(op: ToCore): void {
    this.#closed = false;
    this.#asked = undefined;
    this.#join();
    this.#post(op);
  }

  #join(): void {
    if (this.#joined) return;
    this.#joined = true;
    core.join(this);
  }

  #post(op: ToCore, ...args: number[]): number {
    return core.post(op, this.id_, args);
  }

  /** Shows a state that the user's call, or the socket, has just made true. */
  #foresee(state: State): void {
    if (this.state !== state) this.#showAhead(this.#state, state, core.lastPosted);
  }

  #showAhead<T>(shown: Shown<T>, value: T, seq: number): void {
    shown.foresee(value, seq);
    queueMicrotask(() => shown.tell(value));
  }

  #dial(gen: number): void {
    this.#gen = gen;
    this.#letGo();
    this.#ended = { code: 1006, reason: '', wasClean: false };
    this.#dialError = '';
    try {
      this.#socket = new Socket(this, gen, this.#url, this.#options.protocols, this.#nativeOptions(), this.#binaryType);
    } catch (error) {
      this.#dialError = String(error);
      queueMicrotask(() => this.#post(ToCore.Closed, gen, 1006, 0, Reach.Unknown));
    }
  }

  /** The third argument of the constructor of Node's ws; a browser's has none. */
  #nativeOptions(): object | undefined {
    const { websocketOptions } = this.#options;
    return globalThis.document || !Object.keys(websocketOptions).length ? undefined : websocketOptions;
  }

  /** Detaches from the socket, if there is one, and closes it. */
  #letGo(): void {
    this.#direct = null;
    this.#socket?.abandon();
    this.#socket = undefined;
  }

  socketOpened_(socket: Socket): void {
    const { native } = socket;
    this.#opens++;
    this.#openedAt = performance.now();
    this.#protocol = native.protocol;
    this.#extensions = native.extensions;
    this.#heart.start();
    forgetDiagnosis(this.#url);
    const seq = this.#post(ToCore.Opened, socket.gen);
    if (!core.ready) this.#flushAll();
    this.#straighten();
    this.#state.foresee('OPEN', seq);
    this.#state.tell('OPEN');
    this.#connecting?.resolve();
    this.#connecting = undefined;
    if (this.#socket === socket) super.dispatchEvent(new Event('open'));
  }

  socketMessage_(event: MessageEvent): void {
    const { data } = event;
    this.#messagesIn++;
    this.#bytesIn += typeof data === 'string' ? data.length : (data.byteLength ?? data.size);
    if (this.#heart.hear()) this.#answerHeart(event);
    this.#messages.dispatch(this, event);
  }

  /** A message that may be the reply to a probe, or the server's own probe. */
  #answerHeart(event: MessageEvent): void {
    const gen = this.#socket!.gen;
    try {
      const roundTrip = this.#heart.reply(event);
      if (roundTrip >= 0) this.#post(ToCore.Replied, gen, roundTrip);
      else if (this.#heart.asks(event)) this.#sendOwn(this.#heart.pong);
    } catch (error) {
      report(error); // of the user's own matching function
    }
  }

  socketClosed_(socket: Socket, event: CloseInfo): void {
    this.#direct = null;
    this.#ended = event;
    const closed = (reach: Reach) => this.#post(ToCore.Closed, socket.gen, event.code, +event.wasClean, reach);
    if (socket.opened || !this.#options.diagnose) closed(Reach.Unknown);
    else void diagnose(this.#url).then(closed);
  }

  /** Sends a message of ours, ahead of what waits. */
  #sendOwn(data: Payload): void {
    const { native } = this.#socket!;
    const before = native.bufferedAmount;
    native.send(data as string);
    this.#bytesOut += native.bufferedAmount - before;
    this.#messagesOut++;
    this.#lastSentAt = performance.now();
  }

  #flush(id: number): void {
    if (!this.#socket?.open) return; // it stays in the outbox for the next core or the next open
    const message = this.#outbox.take(id);
    if (message) this.#sendOwn(message[0]);
  }

  #flushAll(): void {
    for (const [id] of [...this.#outbox]) this.#flush(id);
    this.#straighten();
  }

  /** Lets messages go straight to the socket, if it is open and nothing waits. */
  #straighten(): void {
    this.#direct = this.#socket?.open && !this.#outbox.length && !this.#closed ? this.#socket.native : null;
  }

  #drop(data: Payload, bytes: number, reason: string): void {
    this.#dropped++;
    queueMicrotask(() => this.#emit('drop', { reason, data, bytes }));
  }

  #dropAll(): void {
    for (const [id] of [...this.#outbox]) this.#drop(...this.#outbox.take(id)!, 'closed');
  }

  #settleConnect(code: ErrorCode, message: string): void {
    this.#connecting?.reject(new WebSocketReconnectError(code, message));
    this.#connecting = undefined;
  }

  #emitError(code: ErrorCode, why?: string): void {
    const error = new WebSocketReconnectError(code, explain(code, this.#url, this.#ended, why ?? this.#dialError, this.#options));
    this.#lastError = error;
    super.dispatchEvent(Object.assign(new Event('error'), { error, message: error.message }));
  }

  #emitClose(info: CloseInfo): void {
    this.#lastClose = { code: info.code, reason: info.reason, wasClean: info.wasClean, at: Date.now() };
    const event = new CloseEvent('close', info);
    const asked = this.#asked?.code;
    super.dispatchEvent(asked !== undefined && !browserSends(asked) ? Object.assign(event, { requestedCode: asked }) : event);
  }

  #checkClose(code: unknown, reason: unknown): void {
    if (code !== undefined && !(typeof code === 'number' && (browserSends(code) || (!this.#dropIn && isProtocolCode(code))))) {
      if (this.#dropIn) throw new DOMException(`The close code must be either 1000, or between 3000 and 4999. ${show(code)} is neither.`, 'InvalidAccessError');
      throw badInput(`close: code is ${show(code)}; it must be 1000, 3000 to 4999, or 1001 to 1003 or 1007 to 1014 (which a browser sends as 1000)`);
    }
    const bytes = sizeOf(String(reason));
    if (bytes > 123) {
      if (this.#dropIn) throw new DOMException(`The close reason must not be greater than 123 UTF-8 bytes; it has ${bytes}.`, 'SyntaxError');
      throw badInput(`close: the reason has ${bytes} bytes of UTF-8; it must have at most 123`);
    }
  }
}

/** RFC 6455's own codes that an endpoint may send. */
const isProtocolCode = (code: number): boolean => (code >= 1001 && code <= 1003) || (code >= 1007 && code <= 1014);

/** What on() passes for an event. */
const payloadOf = (event: any): unknown => (event instanceof CustomEvent ? event.detail : event.type === 'error' ? (event.error ?? event) : event);

/** Calls back behind the tasks that are queued already. A timer would wait for a minute in a hidden page. */
function afterPending(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(0);
}

function deferred() {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
  promise.catch(() => {}); // who does not wait for it hears of it by events
  return { promise, resolve, reject };
}

/** An error's text. */
function explain(code: ErrorCode, url: string, ended: CloseInfo, why: string, options: Options): string {
  const said = `code ${ended.code}${ended.reason && `, ${show(ended.reason)}`}`;
  switch (code) {
    case 'UNREACHABLE':
      return `could not reach ${url}` + (why && `: ${why}`);
    case 'HANDSHAKE_REFUSED':
      return `${new URL(url).host} answers, but refused the WebSocket handshake of ${url}`;
    case 'TIMED_OUT':
      return `${url} did not open within ${options.connectionTimeout} ms`;
    case 'HEARTBEAT_LOST':
      return `${url} did not answer a heartbeat within ${options.heartbeatTimeout} ms`;
    case 'CONNECTION_LOST':
      return `the connection to ${url} was lost (${said})`;
    case 'CLOSED_BY_SERVER':
      return `the server closed the connection (${said})`;
    case 'CLOSED_BY_POLICY':
      return `the server closed the connection by policy (${said})`;
  }
  return `the WebSocketReconnect core cannot be used: ${why}. Open connections go on, but nothing is reconnected until it loads; it is tried again.`;
}

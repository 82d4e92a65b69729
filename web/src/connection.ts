import { CIRCUITS, STATES, ToCore, type Options } from './contract.gen';
import type { EarlyWebSocket } from './early';
import { WebSocketReconnectError, type ErrorCode } from './errors';
import type { Handover } from './handover';
import type { Heartbeat } from './heartbeat';
import type { Kept } from './kept';
import { line } from './line';
import { Listeners } from './listeners';
import { Outbox, sizeOf, type Payload, type SendOptions, type Waiting } from './outbox';
import { Shown } from './shown';
import { Socket, type CloseInfo, type SocketOwner } from './socket';
import { isFunction } from './types';

export type State = (typeof STATES)[number];
export type Circuit = (typeof CIRCUITS)[number];

/** The global is found through a getter each time, which costs more than the call. */
const clock = performance;

/** The connection that has had a message last: it alone keeps it, the others have its time. */
let newest = {} as Connection;

/**
 * What a message may have at most to be kept until the next has come, for its
 * time: to read the clock for each takes longer than all else that is done with
 * it. Only the events of a page's native WebSocket have the time of its clock:
 * those of Bun, jsdom and Node's ws have another, or none.
 * And while one is alive, Chromium's engine keeps how such events look and the
 * code that it has optimized for them, which each collection of garbage would
 * throw away otherwise.
 */
const LARGE = globalThis.document && /native/.test(globalThis.WebSocket as any) ? 1e6 : 0;

/** What a connection tells the user through. */
export interface Dispatcher {
  /** What sockets are made with, if it is not the global WebSocket; the shims set it. */
  readonly Native_?: unknown;
  dispatchEvent(event: Event): boolean;
}

/**
 * The data plane of one client: its socket, what waits, what was counted. While
 * no core is there it does by itself what the core is going to ask for first:
 * dial, open, flush, close. What the core asks for is carried out by control.ts.
 */
export class Connection implements SocketOwner {
  readonly id_ = ++line.lastId_;
  readonly outbox_ = new Outbox();
  /** Who gets the messages. */
  readonly messages_ = new Listeners();
  readonly state_ = new Shown<State>(this, 'stateChange');
  readonly circuit_ = new Shown<Circuit>(this, 'circuitChange');
  /** What the core last said about the client. */
  declare snapshot_: readonly number[] | undefined;
  declare snapshotAt_: number;

  /** Messages that were to be flushed when the socket was gone already. */
  declare returned_: number[] | undefined;
  /** Messages wait that only a core knows how to treat. It comes soon; if it does not, they are as any other. */
  declare fussy_: boolean | undefined;
  declare joined_: boolean | undefined;
  declare disposed_: boolean | undefined;
  /** close() was called, and neither connect() nor reconnect() since. */
  closed_ = false;
  /** What close() was called with. */
  declare asked_: { code: number | undefined; reason: string } | undefined;
  declare connecting_: { promise_: Promise<void>; resolve_: () => void; reject_: (error: Error) => void } | undefined;

  declare socket_: Socket | undefined;
  /** The socket, while a message may go straight to it: it is open and nothing waits. */
  direct_: WebSocket | null = null;
  /** The newest generation that was dialled. */
  gen_ = 0;
  /** How the newest socket ended, in its own words. */
  declare ended_: CloseInfo | undefined;
  declare dialError_: string | undefined;
  /** The functions of the user's that a dial waits for are told by it that it was called off. */
  declare dialling_: AbortController | undefined;
  /** The next url() and protocols() are to make everything new. */
  declare refresh_: boolean | undefined;
  /** Dials in a row that have not opened; and for how many of them onUnopened was asked. */
  declare unopened_: number | undefined;
  declare askedFor_: number | undefined;

  declare binaryType_: BinaryType;
  /** A dial needs functions of the user's: see dial.ts. */
  declare readonly hooked_: boolean;
  protocol_ = '';
  extensions_ = '';
  declare openedAt_: number;
  dialledAt_ = 0;
  lastSentAt_ = -1;
  /** The newest message, if it is a small one, or what stands for it; -1 before the first. */
  heard_ = { timeStamp: -1 };
  /** The heartbeat, while it has reason to look at messages. */
  declare watch_: ((event: MessageEvent, data: unknown) => void) | undefined;
  declare handover_: Handover | undefined;
  declare heartbeat_: Heartbeat | undefined;
  /** The statistics that are kept here. */
  readonly stats_: Kept = { retryCount: 0, circuitFailures: 0, circuitCounts: undefined, roundTrip: null, smoothedRoundTrip: null, nextRetry: null, successes: 0, lastClose: null, lastError: null, messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0, dropped: 0 } as Kept;

  // No parameter properties: the bundler would declare them under their long names.
  declare readonly options_: Options;
  declare readonly dropIn_: boolean;
  declare url_: string;
  /** Who is told. */
  declare user_: Dispatcher;

  constructor(options_: Options, dropIn: boolean, url: string, user: Dispatcher) {
    this.options_ = options_;
    this.dropIn_ = dropIn;
    this.url_ = url;
    this.user_ = user;
    this.hooked_ = [options_.url, options_.protocols, options_.onOpen, options_.onUnopened].some(isFunction);
    this.binaryType_ = options_.binaryType;
  }

  // ---- The user's calls ----

  connect_(): Promise<void> {
    const state = this.state_.value_;
    if (state === 'OPEN') return Promise.resolve();
    if (/CL|F/.test(state)) this.#begin(ToCore.Connect, state !== 'CLOSING' && this.circuit_.value_ !== 'OPEN');
    const { promise_ } = (this.connecting_ ??= deferred());
    if (this.disposed_) this.settle_('CLOSED_BY_USER', 'disposed');
    return promise_;
  }

  reconnect_(): void {
    this.#begin(ToCore.Reconnect, true);
  }

  close_(code: number | undefined, reason: string): void {
    if (this.closed_) return;
    this.closed_ = true;
    this.direct_ = null;
    this.asked_ = { code, reason };
    if (!line.ready_) this.#dropAll();
    if (!this.joined_) return;
    const state = this.state_.value_;
    this.post_(ToCore.Close, code ?? 0);
    line.loadIn_(0);
    const closing = /^O|SI/.test(state); // OPEN, CLOSING
    this.#foresee(this.state_, closing ? 'CLOSING' : 'CLOSED');
    // A core that is there says when to close an open socket: messages that it has let go come first.
    if (!closing) this.letGo_();
    else if (!line.ready_) this.socket_?.close_(code, reason);
  }

  dispose_(): void {
    if (this.disposed_) return;
    this.closed_ = this.disposed_ = true;
    this.letGo_();
    this.user_ = new EventTarget(); // nobody
    this.#dropAll();
    this.settle_('CLOSED_BY_USER', 'disposed');
    if (this.joined_) line.leave_(this);
    this.state_.value_ = 'CLOSED';
  }

  /** Takes a message that cannot go straight to the socket. */
  queue_(data: Payload, how?: SendOptions): 'queued' | 'dropped' | 'rejected' {
    const { outbox_: outbox } = this;
    const { 'queue.maxMessages': maxMessages, 'queue.maxBytes': maxBytes, 'queue.maxAge': maxAge, 'queue.overflow': overflow } = this.options_;
    const bytes = sizeOf(data);
    const message = { ...how, data, bytes, at: clock.now() };
    if (this.closed_ || how?.volatile) return this.drop_(message, this.closed_ ? 'closed' : 'volatile');
    const full = outbox.size >= maxMessages || outbox.bytes_ + bytes > maxBytes;
    // Where the newest gives way, the core would say the same; so the caller knows at once. One with a key may find another's place.
    if (!maxMessages || bytes > maxBytes || (full && overflow !== 'drop-oldest' && ![...outbox].some(([, message]) => how && message.key === (how.key ?? how)))) return overflow === 'reject' ? 'rejected' : this.drop_(message, 'overflow');
    this.fussy_ ||= !!(how || maxAge);
    const id = outbox.put_(message);
    this.direct_ = null;
    this.join_();
    if (line.ready_) line.link_!.enqueue_(this, id);
    else if (this.socket_?.open_) this.#flushAll();
    else if (full && overflow === 'drop-oldest') {
      // The core will look at priorities, too.
      for (const [id] of outbox) {
        if (outbox.size > maxMessages || outbox.bytes_ > maxBytes) this.discard_(id, 'overflow');
      }
    }
    return 'queued';
  }

  setCircuit_(op: ToCore, circuit: Circuit): void {
    if (this.disposed_) return;
    this.join_();
    line.loadIn_(0);
    this.post_(op);
    this.#foresee(this.circuit_, circuit);
  }

  /** What connect and reconnect share. */
  #begin(op: ToCore, dials: boolean): void {
    if (this.disposed_) return;
    this.closed_ = false;
    this.join_();
    this.post_(op);
    if (!dials) return;
    this.#foresee(this.state_, 'CONNECTING');
    if (!line.ready_) this.dial_(this.gen_ + 1);
  }

  join_(): void {
    if (this.joined_) return;
    this.joined_ = true;
    line.join_(this);
  }

  post_(op: ToCore, ...args: number[]): void {
    line.post_(op, this.id_, args);
  }

  /** Shows what the user's newest call has made true. */
  #foresee<T>(shown: Shown<T>, value: T): void {
    if (shown.value_ === value) return;
    queueMicrotask(shown.foresee_(value, line.posted_));
  }

  // ---- The socket ----

  dial_(gen: number): void {
    this.letGo_();
    this.gen_ = gen;
    this.asked_ = this.ended_ = this.dialError_ = undefined;
    this.dialledAt_ = clock.now();
    if (this.hooked_) line.then_((link) => link.dial_(this, gen));
    else this.open_(this);
  }

  /** Dials url_. */
  open_(owner: SocketOwner, protocols?: string | string[]): void {
    try {
      this.socket_ = this.make_(owner, protocols);
    } catch (error) {
      this.dialError_ = String(error);
      this.socketClosed_({ gen_: this.gen_ });
    }
  }

  /** Makes a socket of the newest generation; the first may have been dialled already. Throws what the WebSocket constructor throws. */
  make_(owner: SocketOwner, protocols = this.options_.protocols as string | string[]): Socket {
    const Native = this.user_.Native_ ?? (globalThis as any).WebSocket.native_ ?? (globalThis as any).WebSocket;
    let native = this.options_.url as EarlyWebSocket;
    if (native.readyState < 2 && native.onmessage) native.onmessage = null; // whoever adopts it takes that away
    else native = new Native(this.url_, protocols, this.options_.websocketOptions); // Node's ws takes the third; a browser does not look at it
    const socket = new Socket(owner, this.gen_, native, this.binaryType_);
    if (native.missed && native.readyState) {
      queueMicrotask(() => {
        native.onopen!(0 as any);
        // Who waits for connect() comes first.
        queueMicrotask(() => native.missed.splice(0).forEach((event) => socket.owner_?.socketMessage_(event)));
      });
    }
    return socket;
  }

  /** Detaches from the socket, if there is one, and closes it. */
  letGo_(): void {
    this.dialling_?.abort();
    this.direct_ = null;
    this.socket_?.abandon_();
    this.socket_ = undefined;
    line.link_?.giveBack_(this);
  }

  socketOpened_(socket: Socket): void {
    const { native_: native } = socket;
    this.stats_.successes++;
    socket.opened_ = true;
    this.dialling_ = undefined;
    this.openedAt_ = clock.now();
    this.extensions_ = native.extensions;
    this.protocol_ = native.protocol;
    this.post_(ToCore.Opened, socket.gen_);
    const tell = this.state_.foresee_('OPEN', line.posted_);
    this.straighten_();
    if (!line.ready_ && !this.direct_) this.#flushAll();
    tell();
    this.connecting_ = void this.connecting_?.resolve_();
    if (this.socket_ === socket) this.user_.dispatchEvent(new Event('open'));
    // Once more for the first echo to come back.
    line.loadIn_(Math.max(2 * (this.openedAt_ - this.dialledAt_), 100));
  }

  socketMessage_(event: MessageEvent): void {
    const { data } = event;
    const size = typeof data === 'string' ? data.length : (data.byteLength ?? data.size);
    this.stats_.messagesIn++;
    this.stats_.bytesIn += size;
    if (newest !== this) {
      newest.heard_ = { timeStamp: newest.heard_?.timeStamp };
      newest = this;
    }
    this.heard_ = size < LARGE ? event : { timeStamp: clock.now() };
    this.watch_?.(event, data);
    if (!this.closed_) this.messages_.deliver_(this.user_, event, data); // a WebSocket that is closing is silent
  }

  socketClosed_(socket: Pick<Socket, 'gen_'> & { readonly opened_?: boolean }, event?: CloseInfo): void {
    this.ended_ = event;
    this.direct_ = null;
    const at = clock.now();
    line.then_((link) => link.closed_(this, socket.gen_, socket.opened_, at));
  }

  /** Sends a message now, ahead of what waits. */
  sendOwn_(data: Payload, { native_: native } = this.socket_!): void {
    const before = native.bufferedAmount;
    native.send(data as string);
    // To read the clock takes longer than all else that is done here beside the native send: of many in a row every eighth does.
    if (!(this.stats_.messagesOut++ & 7 && before)) this.lastSentAt_ = clock.now();
    this.stats_.bytesOut += LARGE ? native.bufferedAmount - before : sizeOf(data); // which elsewhere may have been written by now
  }

  // ---- The outbox ----

  /** Sends a message that waits. Tells whether it could: the socket may be gone by now. */
  flush_(id: number): boolean {
    if (!this.socket_?.open_) return false;
    const message = this.outbox_.take_(id);
    if (message) this.sendOwn_(message.data);
    return true;
  }

  #flushAll(): void {
    if (this.fussy_) return line.loadIn_(0);
    for (const [id] of this.outbox_) this.flush_(id);
    this.straighten_();
  }

  /** Lets messages go straight to the socket, if it is open and nothing waits. */
  straighten_(): void {
    this.direct_ = this.socket_?.open_ && !this.outbox_.size && !this.closed_ ? this.socket_.native_ : null;
  }

  drop_(message: Waiting, reason: string): 'dropped' {
    this.stats_.dropped++;
    queueMicrotask(() => this.emit_('drop', { ...message, reason }));
    return 'dropped';
  }

  /** Drops a message that waits, if it still does. */
  discard_(id: number, reason: string): void {
    const message = this.outbox_.take_(id);
    if (message) this.drop_(message, reason);
  }

  #dropAll(): void {
    for (const [id] of this.outbox_) this.discard_(id, 'closed');
  }

  // ---- Telling the user ----

  emit_(type: string, detail: unknown): void {
    this.user_.dispatchEvent(new CustomEvent(type, { detail }));
  }

  emitError_(code: ErrorCode, message: string): void {
    const error = (this.stats_.lastError = new WebSocketReconnectError(code, message));
    this.user_.dispatchEvent(Object.assign(new Event('error'), { error, message }));
  }

  coreFailed_(why: string): void {
    if (!this.handover_) {
      this.fussy_ = false;
      this.#flushAll();
    }
    this.emitError_('CORE_UNAVAILABLE', `no core can be used: ${why}`);
  }

  /** Ends the wait of connect() with an error. */
  settle_(code: ErrorCode, message: string): void {
    this.connecting_?.reject_(new WebSocketReconnectError(code, message));
    this.connecting_ = undefined;
  }
}

function deferred() {
  let resolve_!: () => void;
  let reject_!: (error: Error) => void;
  const promise_ = new Promise<void>((yes, no) => ([resolve_, reject_] = [yes, no]));
  promise_.catch(() => {}); // who does not wait for it hears of it by events
  return { promise_, resolve_, reject_ };
}

import type { Connection } from './connection';
import { ToCore, VERDICTS } from './contract.gen';
import { provide } from './dial';
import { Reach } from './diagnose';
import { meaningOf, verdictOn } from './ended';
import { seeEnd } from './ends';
import { enter, Gate, lasting, limit, type Gated } from './gate';
import { report } from './listeners';
import type { CloseInfo, Socket, SocketOwner } from './socket';

/** The last message on a socket whose server speaks control. */
const FAREWELL = '{"type":"drained"}';

/** What is sent from now on is for the socket after this one. */
export function part(c: Connection): void {
  if (c.socket_) c.socket_.parted_ = true;
  c.straighten_();
}

/**
 * The page's part of a handover: the spare, a socket dialled beside the open
 * one, and what it receives until it takes over. When to dial it, when it takes
 * over, and what becomes of it else, is for the core to say.
 */
export class Handover implements Gated {
  readonly #connection: Connection;
  #spare!: Socket;
  readonly gen_: number;
  readonly #held: MessageEvent[] = [];
  #openedAt = 0;
  #ended: CloseInfo = { code: 1006, reason: '', wasClean: false };
  #parting = false;
  /** The spare has ended, and the core has been told. */
  over_ = false;
  /** The user's functions are told by it that there will be no handover. */
  readonly #off = new AbortController();

  constructor(connection: Connection, gen: number) {
    this.#connection = connection;
    this.gen_ = connection.gen_ = gen;
    if (connection.hooked_) void this.#provide();
    else this.#make();
  }

  #make(protocols?: string | string[], gate: SocketOwner = this): void {
    try {
      this.#spare = this.#connection.make_(gate, protocols);
      seeEnd(this.#spare);
    } catch {
      this.#tellEnd();
    }
  }

  /** As for any dial; see dial.ts. */
  async #provide(): Promise<void> {
    const c = this.#connection;
    const { options_: options } = c;
    const { signal } = this.#off;
    enter(c, this.gen_, limit(options.providerTimeout, options), 'PROVIDER_FAILED');
    try {
      const protocols = await provide(c, 0, signal);
      if (signal.aborted) return;
      enter(c, this.gen_, limit(undefined, options), 'TIMED_OUT');
      this.#make(protocols, options.onOpen && new Gate(c, this, 0, this.#off));
    } catch (error) {
      if (!signal.aborted) this.refused_(error);
    }
  }

  refused_(error: unknown): void {
    const verdict = verdictOn(error);
    if (VERDICTS[verdict] !== 'stop') report(error);
    this.#tellEnd(Reach.Hook, [verdict, 0, 0]);
  }

  endedAtGate_(event: CloseInfo): void {
    this.#ended = event;
    this.#tellEnd();
  }

  socketOpened_(socket: Socket): void {
    socket.opened_ = true;
    this.#openedAt = performance.now();
    this.#connection.post_(ToCore.Opened, this.gen_);
  }

  socketMessage_(event: MessageEvent): void {
    this.#held.push(event);
  }

  socketClosed_(_: Socket, event: CloseInfo): void {
    this.#ended = event;
    this.#tellEnd();
  }

  #tellEnd(reach = Reach.Unknown, meaning = meaningOf(this.#connection, this.#ended)): void {
    const { code, wasClean } = this.#ended;
    this.over_ = true;
    this.#connection.post_(ToCore.Closed, this.gen_, code, +wasClean, reach, ...meaning);
  }

  /** The spare is open: the socket says its last words. Messages wait from now on. */
  farewell_(): void {
    const c = this.#connection;
    this.#parting = true;
    if (c.options_.control && c.socket_?.open_) c.sendOwn_(FAREWELL);
    part(c);
  }

  /** The spare is the connection's socket from now on. */
  takeOver_(told: boolean): void {
    const c = this.#connection;
    const socket = this.#spare;
    if (c.hooked_ && !socket?.opened_) {
      // The connection is lost, and the user's functions have not let the spare through: dial anew.
      this.callOff_();
      c.letGo_();
      c.ended_ = undefined;
      return c.post_(ToCore.Closed, this.gen_, 1006, 0, 0, 0, 0, 0);
    }
    c.handover_ = undefined;
    c.letGo_();
    c.socket_ = socket;
    c.ended_ = this.#ended;
    c.dialError_ = undefined;
    socket.owner_ &&= c; // and a gate, which has let it through, is done
    socket.native_.binaryType = c.binaryType_;
    if (this.#parting) this.#moved(told);
    else if (socket.opened_) c.socketOpened_(socket); // the core did not know yet that it is
    if (c.hooked_) lasting(c, socket, this.#off);
    for (const event of this.#held) if (c.socket_ === socket) c.socketMessage_(event);
  }

  #moved(told: boolean): void {
    const c = this.#connection;
    const { native_: native } = this.#spare;
    c.stats_.successes++;
    c.openedAt_ = this.#openedAt;
    c.protocol_ = native.protocol;
    c.extensions_ = native.extensions;
    c.straighten_();
    if (told && c.state_.value_ === 'OPEN') c.user_.dispatchEvent(new Event('handover'));
  }

  /** There will be no handover. */
  callOff_(): void {
    this.#connection.handover_ = undefined;
    this.#off.abort();
    this.#spare?.abandon_();
  }
}

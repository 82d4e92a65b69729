import type { Connection } from './connection';
import { ToCore } from './contract.gen';
import type { CloseInfo, Socket, SocketOwner } from './socket';

/** The last message on a socket whose server speaks control. */
const FAREWELL = '{"type":"drained"}';

/**
 * The page's part of a handover: the spare, a socket dialled beside the open
 * one, and what it receives until it takes over. When to dial it, when it takes
 * over, and what becomes of it else, is for the core to say.
 */
export class Handover implements SocketOwner {
  readonly #connection: Connection;
  #spare!: Socket;
  readonly gen_: number;
  readonly #held: MessageEvent[] = [];
  #openedAt = 0;
  #ended: CloseInfo = { code: 1006, reason: '', wasClean: false };
  #parting = false;

  constructor(connection: Connection, gen: number) {
    this.#connection = connection;
    this.gen_ = connection.gen_ = gen;
    try {
      this.#spare = connection.make_(this);
    } catch {
      this.#tellEnd();
    }
  }

  socketOpened_(): void {
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

  #tellEnd(): void {
    const { code, wasClean } = this.#ended;
    this.#connection.post_(ToCore.Closed, this.gen_, code, +wasClean, 0);
  }

  /** The spare is open: the socket says its last words. Messages wait from now on. */
  farewell_(): void {
    const c = this.#connection;
    this.#parting = true;
    if (c.options_.control && c.socket_?.open_) c.sendOwn_(FAREWELL);
    if (c.socket_) c.socket_.parted_ = true;
    c.straighten_();
  }

  /** The spare is the connection's socket from now on. */
  takeOver_(told: boolean): void {
    const c = this.#connection;
    const socket = this.#spare;
    c.handover_ = undefined;
    c.letGo_();
    c.socket_ = socket;
    c.asked_ = undefined;
    c.ended_ = this.#ended;
    c.dialError_ = '';
    socket.owner_ &&= c;
    socket.native_.binaryType = c.binaryType_;
    if (this.#parting) this.#moved(told);
    else if (socket.opened_) c.socketOpened_(socket); // the core did not know yet that it is
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
    if (told) c.user_.dispatchEvent(new Event('handover'));
  }

  /** There will be no handover. */
  callOff_(): void {
    this.#connection.handover_ = undefined;
    this.#spare?.abandon_();
  }
}

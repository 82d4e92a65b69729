/** How a connection ended. */
export type CloseInfo = { code: number; reason: string; wasClean: boolean };

/** What a Socket tells its owner. */
export interface SocketOwner {
  socketOpened_(socket: Socket): void;
  socketMessage_(event: MessageEvent): void;
  socketClosed_(socket: Socket, event: CloseInfo): void;
}

/** The codes that a browser's `close` takes. */
export const browserSends = (code: number): boolean => code === 1000 || (code >= 3000 && code <= 4999);

/** One native WebSocket, of one generation. */
export class Socket {
  declare readonly gen_: number;
  declare readonly native_: WebSocket;
  /** It has opened, and its owner has let it. */
  opened_ = false;
  /** Hears of what happens; null: nobody. */
  declare owner_: SocketOwner | null;
  /** Nothing more is sent on it: see part() in handover.ts. */
  declare parted_: boolean | undefined;
  /** It has had an error event. */
  declare failed_: boolean | undefined;

  constructor(owner: SocketOwner, gen: number, native: WebSocket, binaryType: BinaryType) {
    this.owner_ = owner;
    this.gen_ = gen;
    this.native_ = native;
    native.binaryType = binaryType;
    native.onopen = () => this.owner_?.socketOpened_(this);
    // Chromium calls a listener 0.2 µs sooner than the attribute's handler.
    native.addEventListener('message', (event) => this.owner_?.socketMessage_(event));
    native.onclose = ({ code, reason, wasClean }) => {
      const { owner_: teller } = this;
      this.owner_ = null;
      // Deno has no code for what RFC 6455 calls 1006.
      teller?.socketClosed_(this, { code: code || 1006, reason, wasClean });
    };
    native.onerror = () => (this.failed_ = true); // close follows, and says all there is to know
  }

  /** Whether a message handed over now would leave. */
  get open_(): boolean {
    return this.opened_ && this.native_.readyState === 1 && !this.parted_;
  }

  /** Starts the closing handshake. */
  close_(code: number | undefined, reason: string): void {
    if (code === undefined) this.native_.close();
    else this.native_.close(browserSends(code) ? code : 1000, reason);
  }

  /**
   * Lets go of the socket: its events no longer matter. The listeners stay on,
   * silent, because Node's `ws` throws an error event that nobody listens to.
   */
  abandon_(): void {
    this.owner_ = null;
    this.native_.close();
  }
}

import type { Connection } from './connection';
import { CLASSES, ToCore, type Options } from './contract.gen';
import { badInput, show } from './errors';
import type { Payload } from './outbox';
import type { CloseInfo, Socket, SocketOwner } from './socket';
import { isPayload } from './types';

/** A limit's milliseconds. */
export const limit = (own: number | false | undefined, { connectionTimeout }: Options): number => (own ?? connectionTimeout) || Infinity;

/** Tells the core that the dial has come to a part that may take so long, and what its failure is called. */
export const enter = (c: Connection, gen: number, ms: number, name: (typeof CLASSES)[number]): void => c.post_(ToCore.Phase, gen, ms, CLASSES.indexOf(name));

/** onOpen's signal lasts as long as its connection: whoever lets go of that, says so. */
export function lasting(c: Connection, socket: Socket, off: AbortController): void {
  if (c.socket_ === socket) c.dialling_ = off;
  else off.abort();
}

/** Who a gate tells what has become of the socket behind it. */
export interface Gated extends SocketOwner {
  /** onOpen has failed; the socket is gone. */
  refused_(error: unknown): void;
  /** The socket has ended before onOpen let it through. */
  endedAtGate_(event: CloseInfo): void;
}

/**
 * Stands between a socket and its owner until onOpen has let it through. To the
 * connection, and to the core, the dial lasts as long.
 */
export class Gate implements SocketOwner {
  readonly #connection: Connection;
  readonly #owner: Gated;
  readonly #attempt: number;
  readonly #off: AbortController;
  /** Shut: the socket is open, and onOpen has not let it through. */
  #state: 'dialling' | 'shut' | 'open' = 'dialling';

  constructor(connection: Connection, owner: Gated, attempt: number, off: AbortController) {
    this.#connection = connection;
    this.#owner = owner;
    this.#attempt = attempt;
    this.#off = off;
  }

  async socketOpened_(socket: Socket): Promise<void> {
    const c = this.#connection;
    const { native_: native } = socket;
    const { signal } = this.#off;
    const { onOpen, onOpenTimeout } = c.options_;
    const send = (data: Payload): void => {
      if (!isPayload(data)) throw badInput(`send: data is ${show(data)}; it must be a string, an ArrayBuffer, a view of one, or a Blob (JSON.stringify an object)`);
      if (signal.aborted || native.readyState !== 1) throw new Error('send: the connection is gone');
      c.sendOwn_(data, socket);
    };
    this.#state = 'shut';
    enter(c, socket.gen_, limit(onOpenTimeout, c.options_), 'ON_OPEN_FAILED');
    try {
      await onOpen!({ send, protocol: native.protocol, attempt: this.#attempt, signal });
    } catch (error) {
      if (signal.aborted) return;
      this.#off.abort();
      socket.abandon_();
      return this.#owner.refused_(error);
    }
    if (signal.aborted) return;
    this.#state = 'open';
    native.addEventListener('close', () => this.#off.abort());
    this.#owner.socketOpened_(socket);
  }

  /** What comes while the gate is shut is for onOpen: nobody holds it back. */
  socketMessage_(event: MessageEvent): void {
    (this.#state === 'open' ? this.#owner : this.#connection).socketMessage_(event);
  }

  socketClosed_(socket: Socket, event: CloseInfo): void {
    if (this.#state !== 'shut') return this.#owner.socketClosed_(socket, event);
    this.#off.abort();
    this.#owner.endedAtGate_(event);
  }
}

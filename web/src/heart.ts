import { report } from './listeners';
import { matcher, usualReply, wire, type Matcher } from './match';
import type { Options } from './contract.gen';
import type { Payload } from './outbox';

/**
 * The page's part of the heartbeat: what is said, what is taken for an answer,
 * and when the server was last heard. When to ask, and what silence means, is
 * for the core to say.
 */
export class Heart {
  readonly pong_: Payload;
  readonly #probe: Payload;
  readonly #strict: boolean;
  readonly #isReply: Matcher;
  readonly #isPing: Matcher | undefined;
  /** performance.now() of the newest message, -1 before the first. */
  heardAt_ = -1;
  #repliedAt = -1;
  #openedAt = 0;
  /** When the outstanding probe was sent, -1 when there is none. */
  #probedAt = -1;

  constructor(options: Options) {
    this.#probe = wire(options.heartbeatMessage);
    this.pong_ = wire(options.serverPong);
    this.#strict = options.heartbeatReply !== undefined;
    this.#isReply = this.#strict ? matcher(options.heartbeatReply!) : usualReply(this.#probe);
    this.#isPing = options.serverPing === false ? undefined : matcher(options.serverPing);
  }

  /** A connection has opened. */
  start_(): void {
    this.#openedAt = this.#repliedAt = performance.now();
    this.#probedAt = -1;
  }

  /** The message to send as a probe, now. */
  probe_(): Payload {
    this.#probedAt = performance.now();
    return this.#probe;
  }

  /** Notes a message. Tells whether it is worth a closer look. */
  hear_(): boolean {
    this.heardAt_ = performance.now();
    return this.#probedAt >= 0 || this.#isPing !== undefined;
  }

  /** The round trip in milliseconds if the message answers the outstanding probe, -1 if not. */
  reply_(event: MessageEvent): number {
    if (this.#probedAt < 0 || !tried(this.#isReply, event)) return -1;
    const roundTrip = this.heardAt_ - this.#probedAt;
    this.#probedAt = -1;
    this.#repliedAt = this.heardAt_;
    return roundTrip;
  }

  /** Whether the message is the server's own probe. */
  asks_(event: MessageEvent): boolean {
    return this.#isPing !== undefined && tried(this.#isPing, event);
  }

  /** For how many milliseconds nothing has come that counts as a reply. */
  silence_(): number {
    return performance.now() - (this.#strict ? this.#repliedAt : Math.max(this.heardAt_, this.#openedAt));
  }
}

/** A matcher's verdict. A user's function that throws is reported, and has not matched. */
function tried(matches: Matcher, event: MessageEvent): boolean {
  try {
    return matches(event);
  } catch (error) {
    report(error);
    return false;
  }
}

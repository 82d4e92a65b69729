import type { Connection } from './connection';
import { ToCore } from './contract.gen';
import { obey } from './hints';
import { report } from './listeners';
import type { Matcher } from './match';
import type { Payload } from './outbox';
import { speechOf, type Speech } from './speech';

/**
 * The page's part of one client's heartbeat: what is said, what is taken for an
 * answer, and when the server was last heard. When to ask, and what silence
 * means, is for the core to say.
 */
export class Heartbeat {
  readonly #connection: Connection;
  readonly #speech: Speech;
  /** When the outstanding probe was sent, -1 when there is none. */
  #probedAt = -1;
  /** When the newest probe was sent, outstanding or not. */
  #askedAt = 0;
  /** The socket that the newest reply came from, and when. */
  #repliedGen = 0;
  #repliedAt = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#speech = speechOf(connection.options_);
    this.#rest();
  }

  /** Sends a probe, and looks out for its reply. */
  probe_(): void {
    this.#probedAt = this.#askedAt = performance.now();
    this.#connection.watch_ = this.#look;
    this.#say(this.#speech.message_);
  }

  /**
   * For how many milliseconds nothing has come that counts as a reply; Infinity
   * if nothing has since the probe. The core cannot find that out by itself: what
   * it is told from another thread is late by a few milliseconds, and a message
   * that came just before the probe would pass for its reply.
   */
  silence_(): number {
    const { heard_: heard, openedAt_: openedAt, options_: options } = this.#connection;
    const strict = options.heartbeatReply !== undefined;
    const last = Math.max(openedAt, strict ? (this.#repliedGen === this.#connection.socket_?.gen_ ? this.#repliedAt : 0) : heard.timeStamp);
    return last < this.#askedAt ? Infinity : performance.now() - last;
  }

  /** A user's function that throws is reported, and nothing is sent. */
  #say(message: () => Payload): void {
    let data: Payload;
    try {
      data = message();
    } catch (error) {
      return report(error);
    }
    this.#connection.sendOwn_(data);
  }

  /** No probe is outstanding: only the server's own are of interest, if at all; and the time, if it may have to be noted. */
  #rest(): void {
    const { options_: options, user_: user } = this.#connection;
    this.#probedAt = -1;
    this.#connection.watch_ = this.#speech.isPing_ || options.control || user.Native_ ? this.#look : undefined;
  }

  /** Looks at a message that has arrived. */
  readonly #look = (event: MessageEvent, data: unknown): void => {
    const c = this.#connection;
    const { gen_: gen } = c.socket_!;
    const { isReply_: isReply, isPing_: isPing, pong_: pong } = this.#speech;
    if (c.user_.Native_) c.heard_ = { timeStamp: performance.now() }; // events of Node's ws have none
    if (c.options_.control) obey(c, event, data);
    if (this.#probedAt >= c.openedAt_ && tried(isReply, event, data)) {
      this.#repliedAt = c.heard_.timeStamp;
      this.#repliedGen = gen;
      // Safari's clock ticks in milliseconds: within one is no time at all.
      c.post_(ToCore.Replied, gen, this.#repliedAt - this.#probedAt || 1);
      this.#rest();
    } else if (isPing && tried(isPing, event, data) && c.socket_?.open_) this.#say(pong);
  };
}

/** A matcher's verdict. A user's function that throws is reported, and has not matched. */
function tried(matches: Matcher, event: MessageEvent, data: unknown): boolean {
  try {
    return matches(event, data);
  } catch (error) {
    report(error);
    return false;
  }
}

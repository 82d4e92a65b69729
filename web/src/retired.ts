import type { Connection } from './connection';
import type { Line } from './line';

/** How many WebSockets that have ended are still known to the core: for exportTrace, which is asked for afterwards. */
const KEPT = 8;

/** Whether nothing will come of a client by itself. */
function over({ dropIn_: dropIn, disposed_: disposed, state_: state, circuit_: circuit, outbox_: outbox }: Connection): boolean {
  const ended = state.value_ === 'CLOSED' || state.value_ === 'FAILED';
  return dropIn && !disposed && ended && !state.ahead_.length && circuit.value_ === 'CLOSED' && !circuit.ahead_.length && !outbox.size;
}

/**
 * Nobody disposes of a WebSocket: who is done with it lets go of it. So the line
 * lets go of those that have ended, too, but for the newest. One that is told to
 * connect joins again, from its last snapshot.
 */
export class Retired {
  readonly #line: Line;
  readonly #ended = new Set<Connection>();

  constructor(line: Line) {
    this.#line = line;
  }

  /** The core has told something of a client. */
  look_(client: Connection): void {
    this.#ended.delete(client);
    if (!over(client)) return;
    this.#ended.add(client);
    if (this.#ended.size <= KEPT) return;
    const [oldest] = this.#ended;
    this.#ended.delete(oldest!);
    if (!over(oldest!)) return; // it has been told to connect since
    oldest!.joined_ = false;
    this.#line.leave_(oldest!);
  }
}

import type { Direction } from '../../types/chaos';
import type { ChaosSocket } from './socket';

/** What is wrong with all connections of the page at the moment. */
export class Trouble {
  readonly sockets = new Set<ChaosSocket>();
  #refusals = 0;
  #delay = 0;
  #closes = 0;
  #close = { code: 1000, reason: '' };

  /** What happens to a dial that is made now. */
  nextDial(): { refuse: boolean; delay: number } {
    const refuse = this.#refusals > 0;
    this.#refusals -= +refuse;
    return { refuse, delay: this.#delay };
  }

  /** The close frame that a connection gets which has just opened. */
  nextOpen(): { code: number; reason: string } | undefined {
    if (!this.#closes) return undefined;
    this.#closes--;
    return this.#close;
  }

  drop(): number {
    const live = [...this.sockets].filter((socket) => socket.readyState < 3);
    for (const socket of live) socket.end(1006, '', false);
    return live.length;
  }

  blackHole(direction: Direction | false): void {
    const up = direction === 'both' || direction === 'up';
    const down = direction === 'both' || direction === 'down';
    for (const socket of this.sockets) socket.swallow(up, down);
  }

  refuse(dials: number): void {
    this.#refusals = dials;
  }

  slow(ms: number): void {
    this.#delay = ms;
  }

  closeNext(connections: number, code: number, reason: string): void {
    this.#closes = connections;
    this.#close = { code, reason };
  }

  calm(): void {
    this.refuse(0);
    this.slow(0);
    this.#closes = 0;
    this.blackHole(false);
  }
}

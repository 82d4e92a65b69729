import type { WebSocketReconnect } from '../../types/websocket-reconnect';

/** Options of a client whose retries a Schedule makes: it gives up each time. */
export const SCHEDULED = { maxRetries: 0, circuitBreaker: false } as const;

/** The client's default, in milliseconds. */
const MIN_UPTIME = 5000;

/**
 * Retries at times of the user's own, since the client knows no schedule by
 * function: it is told when to start anew.
 */
export class Schedule {
  #retries = 0;
  #openedAt = Infinity;
  #next: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param delay the time to the next dial in milliseconds, after so many retries; undefined: no more.
   * @param gaveUp is called after the last of so many retries.
   * @param minUptime how long a connection must last until retries are counted anew, in milliseconds.
   */
  constructor(ws: WebSocketReconnect, delay: (retries: number) => number | undefined, gaveUp: (retries: number) => void, minUptime: () => number | undefined) {
    ws.on('open', () => (this.#openedAt = performance.now()));
    ws.on('failed', ({ attempts, reason }) => {
      if (performance.now() - this.#openedAt >= (minUptime() ?? MIN_UPTIME)) this.#retries = 0;
      this.#openedAt = Infinity;
      const ms = reason === 'stopped' ? undefined : delay(this.#retries);
      if (ms === undefined) return gaveUp(Math.max(this.#retries, attempts - 1));
      this.cancel();
      this.#next = setTimeout(() => {
        this.#next = undefined;
        if (ws.state !== 'FAILED') return; // somebody has connected it, or closed it
        this.#retries++;
        ws.reconnect();
      }, ms);
    });
    ws.on('stateChange', (state) => state === 'FAILED' || this.cancel());
  }

  /** A retry is to come. */
  get pending(): boolean {
    return this.#next !== undefined;
  }

  cancel(): void {
    clearTimeout(this.#next);
    this.#next = undefined;
  }
}

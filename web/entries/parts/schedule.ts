import type { WebSocketReconnect } from '../../types/websocket-reconnect';

/** Options of a client whose retries a Schedule makes: it gives up each time. */
export const SCHEDULED = { maxRetries: 0, circuitBreaker: false } as const;

/**
 * Retries at times of the user's own, since the client knows no schedule by
 * function: it is told when to start anew.
 */
export class Schedule {
  #retries = 0;
  #next: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param delay the time to the next dial in milliseconds, after so many retries; undefined: no more.
   * @param gaveUp is called after the last of so many retries.
   */
  constructor(ws: WebSocketReconnect, delay: (retries: number) => number | undefined, gaveUp: (retries: number) => void) {
    ws.on('open', () => (this.#retries = 0));
    ws.on('failed', ({ attempts }) => {
      const ms = delay(this.#retries);
      if (ms === undefined) gaveUp(Math.max(this.#retries, attempts - 1));
      else {
        this.#next = setTimeout(() => {
          this.#retries++;
          ws.reconnect();
        }, ms);
      }
    });
  }

  cancel(): void {
    clearTimeout(this.#next);
  }
}

/**
 * Time that passes when the test says so: setTimeout, clearTimeout,
 * performance.now and Date.now. Install it before the code under test runs.
 */
class Clock {
  now = 1000;
  readonly #started = Date.now();
  #lastId = 0;
  readonly #timers = new Map<number, { at: number; what: () => void }>();

  install(): void {
    Object.assign(globalThis, {
      setTimeout: (what: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
        this.#timers.set(++this.#lastId, { at: this.now + Math.max(Number(ms) || 0, 0), what: () => what(...args) });
        return this.#lastId;
      },
      clearTimeout: (id: number) => void this.#timers.delete(id),
    });
    Object.defineProperty(performance, 'now', { value: () => this.now, configurable: true, writable: true });
    Date.now = () => this.#started + this.now;
  }

  /** When the next timer runs out, in milliseconds from now. */
  get next(): number {
    return Math.min(...[...this.#timers.values()].map(({ at }) => at)) - this.now;
  }

  /** Forgets all timers. */
  clear(): void {
    this.#timers.clear();
  }

  /** Lets time pass, and what is due happen. Promises are given time to settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await turn();
      const [id, timer] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? [0, { at: Infinity, what() {} }];
      if (timer.at > end) break;
      this.now = Math.max(this.now, timer.at);
      this.#timers.delete(id);
      try {
        timer.what();
      } catch (error) {
        queueMicrotask(() => {
          throw error; // uncaught, as from a real timer
        });
      }
    }
    this.now = end;
    await turn();
  }
}

const later = (globalThis as unknown as { setImmediate: (what: () => void) => void }).setImmediate;

/** The end of this turn of the event loop, and of what it has started. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => later(resolve));
}

/** Waits for what takes real time: a message of another port, a compilation. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns === 300_000) throw new Error(`waited in vain for ${what}`);
    await turn();
  }
}

export const clock = new Clock();

/** How long after its own deadline a core may be silent, and how long it may take to answer then; milliseconds. */
const PATIENCE = 5000;

/**
 * Notices a Worker that has died without a word: terminated, or killed for want
 * of memory, or that never starts. A core that is alive answers at its next
 * deadline at the latest; one that does not is asked, and given up if it stays
 * silent. One that starts is asked, too: its wasm may take long to come.
 */
export class Watchdog {
  readonly #ask: () => void;
  readonly #dead: () => void;
  /** For the answer to something that was sent. */
  #waiting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: () => void, dead: () => void) {
    this.#ask = ask;
    this.#dead = dead;
  }

  /** The core has answered; it means to do something in `delay` milliseconds. */
  answered(delay: number): void {
    this.#waiting = false;
    if (delay < Infinity) this.#watch(delay);
    else this.stop();
  }

  /** Something was sent to the core, which will be answered. */
  sent(): void {
    if (!this.#waiting) this.#watch(0);
    this.#waiting = true;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #watch(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#ask();
        this.#timer = setTimeout(this.#dead, PATIENCE);
      },
      Math.min(delay + PATIENCE, 2 ** 31 - 1),
    );
  }
}

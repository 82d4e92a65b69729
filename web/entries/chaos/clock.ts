/** Clocks that can be put forward, as they are found when a machine has slept. */
export class Clock {
  #ahead = 0;
  readonly #date = globalThis.Date;
  readonly #now = performance.now;

  /** Puts the page's clocks forward, and tells that the page was resumed, as a browser does. */
  jump(ms: number): void {
    if (!this.#ahead) this.#install();
    this.#ahead += ms;
    const { document } = globalThis;
    document?.dispatchEvent(new Event('resume'));
  }

  #install(): void {
    const real = this.#date;
    const ahead = () => this.#ahead;
    globalThis.Date = class extends real {
      constructor(...args: []) {
        // Without arguments it is now.
        if (args.length) super(...args);
        else super(real.now() + ahead());
      }
      static override now(): number {
        return real.now() + ahead();
      }
    } as DateConstructor;
    const { performance } = globalThis;
    const now = this.#now;
    performance.now = () => now.call(performance) + ahead();
  }

  restore(): void {
    if (!this.#ahead) return;
    this.#ahead = 0;
    globalThis.Date = this.#date;
    performance.now = this.#now;
  }
}

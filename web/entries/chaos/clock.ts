/** Clocks that can be put forward, as they are found when a machine has slept. */
export class Clock {
  #ahead = 0;
  #installed = false;
  readonly #date = globalThis.Date;
  readonly #now = performance.now;

  /** Puts the page's clocks forward, and tells that the page was resumed, as a browser does. */
  jump(ms: number): void {
    if (!this.#installed) this.#install();
    this.#ahead += ms;
    const { document } = globalThis;
    document?.dispatchEvent(new Event('resume'));
  }

  #install(): void {
    this.#installed = true;
    const real = this.#date;
    const ahead = () => this.#ahead;
    const now = () => real.now() + ahead();
    // The same class, but for what it takes for now: dates from before, or from elsewhere, are dates as ever.
    const later: DateConstructor = new Proxy(real, {
      construct: (_, args, target) => Reflect.construct(real, args.length ? args : [now()], target === later ? real : target),
      apply: () => new real(now()).toString(),
      get: (_, name) => (name === 'now' ? now : Reflect.get(real, name)),
    });
    globalThis.Date = later;
    const { performance } = globalThis;
    const time = this.#now;
    performance.now = () => time.call(performance) + ahead();
  }

  restore(): void {
    if (!this.#installed) return;
    this.#installed = false;
    this.#ahead = 0;
    globalThis.Date = this.#date;
    performance.now = this.#now;
  }
}

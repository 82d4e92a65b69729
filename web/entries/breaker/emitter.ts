type Listener = (...args: any[]) => unknown;
type Entry = { listener: Listener; once: boolean };

/** What a browser does with an exception that nobody catches. */
export function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error);
  else setTimeout(() => {
    throw error;
  });
}

/** Listeners as Node's EventEmitter has them, in so far as a breaker's users need. */
export class Emitter {
  #listeners = new Map<string, Entry[]>();

  on(type: string, listener: Listener): this {
    return this.#add(type, listener, false);
  }

  once(type: string, listener: Listener): this {
    return this.#add(type, listener, true);
  }

  off(type: string, listener: Listener): this {
    return this.#drop(type, [...this.#of(type)].reverse().find((entry) => entry.listener === listener));
  }

  removeAllListeners(type?: string): this {
    if (type === undefined) this.#listeners.clear();
    else this.#listeners.delete(type);
    return this;
  }

  #of(type: string): Entry[] {
    return this.#listeners.get(type) ?? [];
  }

  #drop(type: string, gone: Entry | undefined): this {
    this.#listeners.set(type, this.#of(type).filter((entry) => entry !== gone));
    return this;
  }

  #add(type: string, listener: Listener, once: boolean): this {
    if (typeof listener !== 'function') throw new TypeError(`on(${JSON.stringify(type)}): the listener must be a function`);
    this.#listeners.set(type, [...this.#of(type), { listener, once }]);
    return this;
  }

  /** A listener that throws is reported, and does not stop the others. */
  protected tell_(type: string, ...args: unknown[]): void {
    for (const entry of this.#of(type)) {
      if (entry.once && !this.#of(type).includes(entry)) continue; // a listener before it has told of another event
      if (entry.once) this.#drop(type, entry);
      try {
        entry.listener.apply(this, args);
      } catch (error) {
        report(error);
      }
    }
  }
}

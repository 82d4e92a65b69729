/**
 * A value that the core decides and the page shows at once. What the user's own
 * call has just made true is shown ahead of the core's answer; the core then
 * confirms it, or is found to disagree and wins.
 */
export class Shown<T> {
  value: T;
  /** Values shown ahead, oldest first, each with the number of the message that will make the core follow. */
  #ahead: [T, number][] = [];

  /** Tells the user. */
  readonly tell_: (value: T) => void;

  constructor(value: T, tell: (value: T) => void) {
    this.value = value;
    this.tell_ = tell;
  }

  /** Shows a value ahead of the core, which learns of it by message number `seq`. The caller tells the user. */
  foresee_(value: T, seq: number): void {
    this.value = value;
    this.#ahead.push([value, seq]);
  }

  /** The core says that the value has changed. */
  confirm_(value: T): void {
    if (this.#ahead[0]?.[0] === value) {
      this.#ahead.shift();
      return;
    }
    if (this.#ahead.length) return; // overtaken by what is shown already
    this.value = value;
    this.tell_(value);
  }

  /** The core has taken all messages up to `taken`, and this is the value now. */
  settle_(value: T, taken: number): void {
    this.#ahead = this.#ahead.filter(([, seq]) => seq > taken);
    if (this.#ahead.length || this.value === value) return;
    this.value = value;
    this.tell_(value);
  }
}

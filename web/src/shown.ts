/**
 * A value that the core decides and the page shows at once. What the user's own
 * call has just made true is shown ahead of the core's answer; the core then
 * confirms it, or is found to disagree and wins (see confirm.ts).
 */
export class Shown<T> {
  declare value_: T;
  /** Tells the user. */
  declare readonly tell_: (value: T) => void;
  /** Values shown ahead, oldest first, each with the number of the message that will make the core follow, and what tells the user. */
  ahead_: [value: T, seq: number, tell: () => void][] = [];

  constructor(value: T, tell: (value: T) => void) {
    this.value_ = value;
    this.tell_ = tell;
  }

  /** Shows a value ahead of the core, which learns of it by message number `seq`. Returns what tells the user, once; the core's answer does if it comes first. */
  foresee_(value: T, seq: number): () => void {
    let told = false;
    const tell = () => {
      if (told) return;
      told = true;
      this.tell_(value);
    };
    this.value_ = value;
    this.ahead_.push([value, seq, tell]);
    return tell;
  }
}

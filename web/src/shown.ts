/**
 * A value that the core decides and the page shows at once. What the user's own
 * call has just made true is shown ahead of the core's answer; the core then
 * confirms it, or is found to disagree and wins (see confirm.ts).
 */
export class Shown<T> {
  value_ = 'CLOSED' as T; // as both begin
  declare readonly owner_: { emit_(type: string, value: T): void };
  declare readonly type_: string;
  /** Values shown ahead, oldest first, each with the number of the message that will make the core follow, and what tells the user. */
  ahead_: [value: T, seq: number, tell: () => unknown][] = [];

  /** The owner tells the user of a new value, by events of that type. */
  constructor(owner: Shown<T>['owner_'], type: string) {
    this.owner_ = owner;
    this.type_ = type;
  }

  /** Shows a value ahead of the core, which learns of it by message number `seq`. Returns what tells the user, once; the core's answer does if it comes first. */
  foresee_(value: T, seq: number): () => unknown {
    let told = 0;
    const tell = () => told++ || this.owner_.emit_(this.type_, value);
    this.value_ = value;
    this.ahead_.push([value, seq, tell]);
    return tell;
  }
}

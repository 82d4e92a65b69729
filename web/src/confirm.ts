import type { Shown } from './shown';

function show<T>(shown: Shown<T>, value: T): void {
  shown.value_ = value;
  shown.owner_.emit_(shown.type_, value);
}

/** The core says that the value has changed. */
export function confirm<T>(shown: Shown<T>, value: T): void {
  const { ahead_: ahead } = shown;
  if (ahead[0]?.[0] === value) ahead.shift()![2]();
  else if (!ahead.length) show(shown, value); // otherwise it is overtaken by what is shown already
}

/** The core has taken all messages up to number `taken`, and this is the value now. */
export function settle<T>(shown: Shown<T>, value: T, taken: number): void {
  const { ahead_: ahead } = shown;
  while (ahead.length && ahead[0]![1] <= taken) ahead.shift()![2]();
  if (!ahead.length && shown.value_ !== value) show(shown, value);
}

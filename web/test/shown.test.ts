import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirm, settle } from '../src/confirm';
import { Shown } from '../src/shown';

type Value = 'CLOSED' | 'b' | 'c';
interface Answer {
  changes: Value[];
  value: Value;
  taken: number;
}

/**
 * A page and a core with messages under way in both directions. The user's
 * calls ask for a value; the core follows, or has reasons not to; it changes
 * its value by itself, too.
 */
class World {
  /** What the user was told, from the value at the start on. */
  readonly told: Value[] = ['CLOSED'];
  readonly shown = new Shown<Value>({ emit_: (_, value) => this.told.push(value) }, 'change');
  /** What the microtasks are going to tell. */
  tells: (() => void)[] = [];
  posted = 0;
  toCore: { value: Value | undefined }[] = [];
  value: Value = 'CLOSED';
  taken = 0;
  toPage: Answer[] = [];

  /** The user calls for a value; `follows` says whether the core will agree. */
  call(value: Value, follows: boolean): void {
    this.posted++;
    this.toCore.push({ value: follows ? value : undefined });
    if (this.shown.value_ !== value) this.tells.push(this.shown.foresee_(value, this.posted));
  }

  /** The core takes what has arrived, one message or all. */
  take(count: number): boolean {
    if (this.toCore.length < count) return false;
    const changes: Value[] = [];
    for (const { value } of this.toCore.splice(0, count)) {
      this.taken++;
      if (value && value !== this.value) changes.push((this.value = value));
    }
    this.toPage.push({ changes, value: this.value, taken: this.taken });
    return true;
  }

  /** The core changes its value by itself, twice at once if there are two. */
  change(...values: Value[]): boolean {
    if (values[0] === this.value) return false;
    this.value = values.at(-1)!;
    this.toPage.push({ changes: values, value: this.value, taken: this.taken });
    return true;
  }

  /** The oldest answer arrives. */
  arrive(): boolean {
    const answer = this.toPage.shift();
    if (!answer) return false;
    for (const value of answer.changes) confirm(this.shown, value);
    settle(this.shown, answer.value, answer.taken);
    return true;
  }

  microtasks(): boolean {
    const { tells } = this;
    this.tells = [];
    for (const tell of tells) tell();
    return tells.length > 0;
  }
}

/** What may happen next. Each returns false where it cannot. */
const MOVES: [name: string, move: (w: World) => boolean | void][] = [
  ['call b', (w) => w.call('b', true)],
  ['call CLOSED', (w) => w.call('CLOSED', true)],
  ['call b in vain', (w) => w.call('b', false)],
  ['core takes one', (w) => w.take(1)],
  ['core takes two', (w) => w.take(2)],
  ['core: c', (w) => w.change('c')],
  ['core: b, CLOSED', (w) => w.change('b', 'CLOSED')],
  ['answer arrives', (w) => w.arrive()],
  ['microtasks', (w) => w.microtasks()],
];

/** Plays moves; undefined if one of them cannot be made. */
function play(moves: number[]): World | undefined {
  const w = new World();
  for (const move of moves) {
    if (MOVES[move]![1](w) === false) return undefined;
  }
  return w;
}

/** Lets everything come to rest, and checks what must hold then. */
function check(w: World, moves: number[]): void {
  const story = () => `${moves.map((m) => MOVES[m]![0]).join('; ')}: told ${w.told}, shown ${w.shown.value_}, core ${w.value}`;
  const settled = () => {
    w.microtasks();
    assert.equal(w.told.at(-1), w.shown.value_, `what was told last is what is shown: ${story()}`);
    assert.ok(w.told.every((value, i) => value !== w.told[i - 1]), `nothing is told twice: ${story()}`);
  };
  settled();
  while (w.take(1));
  while (w.arrive()) settled();
  assert.equal(w.shown.value_, w.value, `the core has the last word: ${story()}`);
  assert.equal(w.shown.ahead_.length, 0, `nothing is ahead any more: ${story()}`);
}

test('all interleavings of user, core and messages under way', (t) => {
  let checked = 0;
  const explore = (moves: number[], depth: number): void => {
    const w = play(moves);
    if (!w) return;
    check(w, moves);
    checked++;
    if (depth > 0) MOVES.forEach((_, move) => explore([...moves, move], depth - 1));
  };
  explore([], 6);
  t.diagnostic(`${checked} stories`);
  assert.ok(checked > 100_000);
});

test('a call shows at once, and the core’s word for it is not news', () => {
  const w = new World();
  w.call('b', true);
  assert.equal(w.shown.value_, 'b');
  assert.deepEqual(w.told, ['CLOSED'], 'within the call nobody is told');
  w.microtasks();
  w.take(1);
  w.arrive();
  assert.deepEqual(w.told, ['CLOSED', 'b']);
});

test('a core that disagrees wins', () => {
  const w = new World();
  w.call('b', false);
  w.microtasks();
  w.take(1);
  w.arrive();
  assert.deepEqual(w.told, ['CLOSED', 'b', 'CLOSED']);
});

test('an answer from before the call changes nothing', () => {
  const w = new World();
  w.change('c');
  w.call('b', true);
  w.microtasks();
  w.arrive();
  assert.equal(w.shown.value_, 'b');
  w.take(1);
  w.arrive();
  assert.deepEqual(w.told, ['CLOSED', 'b']);
});

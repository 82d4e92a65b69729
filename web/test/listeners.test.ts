import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Listeners } from '../src/listeners';

/** What both a Listeners and an EventTarget can do. */
interface Side {
  add(listener: any, options?: any): void;
  remove(listener: any, options?: any): void;
  dispatch(): void;
}

/** Ours, and the platform's, which says what is right. */
function sides(): Side[] {
  const ours = new Listeners();
  const target = new EventTarget();
  return [
    {
      add: (listener, options) => ours.add_(listener, options),
      remove: (listener, options) => ours.remove_(listener, options),
      dispatch: () => ours.deliver_(target, new Event('message') as MessageEvent, undefined),
    },
    {
      add: (listener, options) => target.addEventListener('message', listener, options),
      remove: (listener, options) => target.removeEventListener('message', listener, options),
      dispatch: () => target.dispatchEvent(new Event('message')),
    },
  ];
}

/** A listener that says its name into a log. */
const named = (log: string[], name: string) => () => void log.push(name);

/** Runs a story on both sides, and compares what was logged with what is right. */
function story(name: string, want: string[], tell: (side: Side, log: string[]) => void): void {
  test(name, () => {
    const [ours, platform] = sides().map((side) => {
      const log: string[] = [];
      tell(side, log);
      return log;
    });
    assert.deepEqual(platform, want, 'the platform');
    assert.deepEqual(ours, want, 'ours');
  });
}

story('in the order in which they were added', ['a', 'b', 'a', 'b'], (side, log) => {
  side.add(named(log, 'a'));
  side.add(named(log, 'b'));
  side.dispatch();
  side.dispatch();
});

story('a duplicate is not added, and keeps its first place and options', ['a', 'b', 'a', 'b'], (side, log) => {
  const a = named(log, 'a');
  side.add(a);
  side.add(named(log, 'b'));
  side.add(a);
  side.add(a, { once: true });
  side.dispatch();
  side.dispatch();
});

story('capturing ones are others', ['a', 'a', 'a'], (side, log) => {
  const a = named(log, 'a');
  side.add(a);
  side.add(a, true);
  side.dispatch();
  side.remove(a, { capture: true });
  side.dispatch();
  side.remove(a);
  side.dispatch();
});

story('once', ['a', 'b', 'b'], (side, log) => {
  side.add(named(log, 'a'), { once: true });
  side.add(named(log, 'b'));
  side.dispatch();
  side.dispatch();
});

story('once, and dispatched within: not twice', ['a', 'b', 'b'], (side, log) => {
  let deep = false;
  side.add(
    () => {
      log.push('a');
      deep = true;
      side.dispatch();
    },
    { once: true },
  );
  side.add(named(log, 'b'));
  side.dispatch();
  assert.ok(deep);
});

story('a signal removes', ['a', 'b', 'b'], (side, log) => {
  const controller = new AbortController();
  side.add(named(log, 'a'), { signal: controller.signal });
  side.add(named(log, 'b'));
  side.dispatch();
  controller.abort();
  side.dispatch();
});

story('an aborted signal never adds', ['b'], (side, log) => {
  side.add(named(log, 'a'), { signal: AbortSignal.abort() });
  side.add(named(log, 'b'), { signal: undefined });
  side.dispatch();
});

story('a signal that aborts during the dispatch', ['a'], (side, log) => {
  const controller = new AbortController();
  side.add(() => {
    log.push('a');
    controller.abort();
  });
  side.add(named(log, 'b'), { signal: controller.signal });
  side.dispatch();
});

story('handleEvent is looked up at the dispatch', ['old', 'new'], (side, log) => {
  const listener = { handleEvent: named(log, 'old') };
  side.add(listener);
  side.dispatch();
  listener.handleEvent = named(log, 'new');
  side.dispatch();
});

story('removed during the dispatch: not called any more', ['a', 'c', 'a', 'c'], (side, log) => {
  const b = named(log, 'b');
  side.add(() => {
    log.push('a');
    side.remove(b);
  });
  side.add(b);
  side.add(named(log, 'c'));
  side.dispatch();
  side.dispatch();
});

story('added during the dispatch: from the next on', ['a', 'a', 'b'], (side, log) => {
  const b = named(log, 'b');
  side.add(() => {
    log.push('a');
    side.add(b);
  });
  side.dispatch();
  side.dispatch();
});

story('removed and added again during the dispatch: from the next on', ['a', 'a', 'b'], (side, log) => {
  const b = named(log, 'b');
  let first = true;
  side.add(() => {
    log.push('a');
    if (!first) return;
    first = false;
    side.remove(b);
    side.add(b);
  });
  side.add(b);
  side.dispatch();
  side.dispatch();
});

story('null listens to nothing', [], (side) => {
  side.add(null);
  side.remove(null);
  side.dispatch();
});

story('removing what is not there', ['a'], (side, log) => {
  side.add(named(log, 'a'));
  side.remove(named(log, 'b'));
  side.dispatch();
});

story('options of odd types', ['a'], (side, log) => {
  const a = named(log, 'a');
  side.add(a, null);
  side.add(a, undefined);
  side.add(a, {});
  side.add(a, { capture: 0 });
  side.dispatch();
});

test('capturing ones come first, in their own order', () => {
  // As a browser has it; Node's EventTarget leaves them where they were added.
  const log: string[] = [];
  const listeners = new Listeners();
  for (const [name, capture] of [['a', false], ['B', true], ['c', false], ['D', true]] as const) listeners.add_(named(log, name), capture);
  listeners.deliver_({}, new Event('message') as MessageEvent, undefined);
  assert.deepEqual(log, ['B', 'D', 'a', 'c']);
});

test('the signal of one that was removed and added anew does not remove the new one', () => {
  // As the DOM standard has it ("remove an event listener" takes the listener, not its callback); Node goes by the callback.
  const log: string[] = [];
  const listeners = new Listeners();
  const controller = new AbortController();
  const a = named(log, 'a');
  listeners.add_(a, { signal: controller.signal });
  listeners.remove_(a);
  listeners.add_(a);
  controller.abort();
  listeners.deliver_({}, new Event('message') as MessageEvent, undefined);
  assert.deepEqual(log, ['a']);
});

test('this and the argument', () => {
  const listeners = new Listeners();
  const target = new EventTarget();
  const event = new Event('message');
  const seen: unknown[] = [];
  listeners.add_(function (this: unknown, e: unknown) {
    seen.push(this, e);
  });
  const object = {
    handleEvent(e: unknown) {
      seen.push(this, e);
    },
  };
  listeners.add_(object);
  listeners.deliver_(target, event as MessageEvent, undefined);
  assert.deepEqual(seen.map((x) => [target, event, object].indexOf(x as never)), [0, 1, 2, 1]);
});

test('one that throws is reported, and the others are called', async () => {
  const log: unknown[] = [];
  const listeners = new Listeners();
  listeners.add_(() => {
    throw new Error('of a listener');
  });
  listeners.add_({ handleEvent: 7 as never }); // a browser reports a TypeError
  listeners.add_(named(log as string[], 'after'));
  const reported = new Promise<unknown[]>((resolve) => {
    const errors: unknown[] = [];
    // Node has no reportError: the error is thrown in a task of its own.
    const node = (globalThis as unknown as { process: { on(type: string, listener: (e: unknown) => void): void; removeAllListeners(type: string): void } }).process;
    node.removeAllListeners('uncaughtException');
    node.on('uncaughtException', (error) => {
      errors.push(error);
      if (errors.length === 2) resolve(errors);
    });
  });
  listeners.deliver_({}, new Event('message') as MessageEvent, undefined);
  assert.deepEqual(log, ['after']);
  const [first, second] = await reported;
  assert.equal((first as Error).message, 'of a listener');
  assert.ok(second instanceof TypeError);
});

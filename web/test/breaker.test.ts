// The circuit breaker for any function: what opossum's users rely on, and what
// was wrong with it.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { CircuitBreaker } from '../entries/breaker';

const failing = async () => {
  throw new Error('down');
};

/** A breaker whose action does what the last `next` says, and what it told. */
function breaker(options: object = {}) {
  const log: string[] = [];
  let next: () => unknown = () => 'fine';
  const b = new CircuitBreaker(async (...args: unknown[]) => next.apply(null, args as []), options);
  for (const type of ['open', 'close', 'halfOpen', 'success', 'failure', 'timeout', 'reject', 'fallback', 'semaphoreLocked', 'shutdown']) b.on(type, () => log.push(type));
  return { b, log, does: (what: () => unknown) => (next = what), heard: () => log.splice(0) };
}

const code = (promise: Promise<unknown>) => promise.then(() => 'ok', (error) => error.code ?? error.message);

/** Lets what has settled be told, without time. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

function timers(t: { after(fn: () => void): void }): (ms: number) => Promise<void> {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
  t.after(() => mock.timers.reset());
  return async (ms) => {
    mock.timers.tick(ms);
    await settled();
  };
}

test('it opens at the threshold, refuses, tries once, and closes', async (t) => {
  const pass = timers(t);
  const { b, does, heard } = breaker({ errorThresholdPercentage: 50, volumeThreshold: 4, resetTimeout: 1000 });
  assert.equal(await b.fire(1, 2), 'fine');
  assert.deepEqual([heard(), b.state], [['success'], 'closed']);
  await b.fire();
  does(failing);
  assert.equal(await code(b.fire()), 'down');
  assert.equal(b.closed, true);
  assert.equal(await code(b.fire()), 'down');
  assert.deepEqual([heard(), b.opened], [['success', 'failure', 'failure', 'open'], true]);
  assert.equal(await code(b.fire()), 'EOPENBREAKER');
  assert.deepEqual(heard(), ['reject']);
  await pass(1000);
  assert.deepEqual([heard(), b.halfOpen], [['halfOpen'], true]);
  does(() => 'back');
  assert.equal(await b.fire(), 'back');
  assert.deepEqual([heard(), b.closed], [['close', 'success'], true]);
  const { fires, successes, failures, rejects } = b.stats;
  assert.deepEqual([fires, successes, failures, rejects], [6, 3, 2, 1]);
  await pass(10_000);
  assert.equal(b.stats.fires, 0);
});

test('pain 19: half-open lets exactly one trial through, however many come', async (t) => {
  const pass = timers(t);
  const { b, does } = breaker({ resetTimeout: 1000 });
  does(failing);
  await code(b.fire());
  await pass(1000);
  let calls = 0;
  let finish!: () => void;
  does(() => (calls++, new Promise<void>((resolve) => (finish = resolve))));
  const all = Array.from({ length: 50 }, () => code(b.fire()));
  await settled();
  assert.equal(calls, 1);
  finish();
  const results = await Promise.all(all);
  assert.deepEqual([results.filter((r) => r === 'ok').length, results.filter((r) => r === 'EOPENBREAKER').length, b.closed], [1, 49, true]);
});

test('pain 19: a trial that fails opens again, below the volume threshold and without a timer (opossum#276, #719)', async (t) => {
  const pass = timers(t);
  const { b, does } = breaker({ volumeThreshold: 5, resetTimeout: 1000, rollingCountTimeout: 500 });
  does(failing);
  for (let i = 0; i < 5; i++) await code(b.fire());
  for (let round = 0; round < 3; round++) {
    assert.equal(b.opened, true);
    await pass(5000);
    assert.equal(await code(b.fire()), 'down');
  }
});

test('pain 19: an error that is filtered out leaves no trial behind (opossum#388)', async (t) => {
  const pass = timers(t);
  const { b, does, heard } = breaker({ resetTimeout: 1000, errorFilter: (error: Error) => error.message === 'not found' });
  does(failing);
  await code(b.fire());
  await pass(1000);
  heard();
  does(async () => {
    throw new Error('not found');
  });
  assert.equal(await code(b.fire()), 'not found');
  assert.deepEqual([heard(), b.closed], [['close', 'success'], true]);
});

test('pain 19: what was called before it opened does not close it (opossum#381)', async (t) => {
  timers(t);
  const { b, does } = breaker({ failureThreshold: 1 });
  let finish!: (value: string) => void;
  does(() => new Promise((resolve) => (finish = resolve)));
  const slow = b.fire();
  await settled();
  does(failing);
  await code(b.fire());
  finish('late');
  assert.equal(await slow, 'late');
  assert.equal(b.opened, true);
});

test('a call that takes too long fails, and its signal is aborted', async (t) => {
  const pass = timers(t);
  const { b, does, heard } = breaker({ timeout: 100, autoRenewAbortController: true, failureThreshold: 9, errorThresholdPercentage: 0 });
  const signals: AbortSignal[] = [];
  does(() => (signals.push(b.getSignal()!), new Promise(() => {})));
  const result = code(b.fire());
  await settled();
  await pass(99);
  assert.equal(signals[0]!.aborted, false);
  await pass(1);
  assert.equal(await result, 'ETIMEDOUT');
  assert.deepEqual([heard(), signals[0]!.aborted, b.stats.timeouts], [['timeout', 'failure'], true, 1]);
  void code(b.fire());
  await settled();
  assert.deepEqual([signals.length, signals[1]!.aborted], [2, false]);
});

test('more than its capacity is refused, and says nothing about the action', async () => {
  const { b, does, heard } = breaker({ capacity: 2, timeout: false });
  let finish!: () => void;
  does(() => new Promise<void>((resolve) => (finish = resolve)));
  const first = [b.fire(), b.fire()];
  assert.equal(await code(b.fire()), 'ESEMLOCKED');
  assert.deepEqual([heard(), b.closed, b.stats.semaphoreRejections], [['semaphoreLocked'], true, 1]);
  finish();
  await first[1];
  does(() => 'room');
  assert.equal(await b.fire(), 'room');
});

test('a fallback answers for failures and refusals; it may be another breaker', async () => {
  const { b, does, heard } = breaker({ failureThreshold: 1 });
  does(failing);
  b.fallback((what: string, error: Error) => `${what} instead (${error.message})`);
  assert.equal(await b.fire('cached'), 'cached instead (down)');
  assert.deepEqual(heard(), ['failure', 'open', 'fallback']);
  assert.match((await b.fire('again')) as string, /^again instead/);
  b.fallback(new CircuitBreaker((what: string) => `${what} of another`));
  assert.equal(await b.fire('one'), 'one of another');
  assert.equal(b.stats.fallbacks, 3);
});

test('by hand: open, close, disable, enable, shutdown', async () => {
  const { b, does, heard } = breaker();
  b.open();
  assert.equal(await code(b.fire()), 'EOPENBREAKER');
  b.disable();
  assert.equal(await b.fire(), 'fine');
  b.enable();
  b.close();
  assert.equal(await b.fire(), 'fine');
  assert.deepEqual(heard(), ['open', 'reject', 'close', 'success']);
  b.shutdown();
  does(failing);
  assert.deepEqual([heard(), b.isShutdown, b.enabled], [['shutdown'], true, false]);
  const error = await b.fire().catch((e: unknown) => e);
  assert.ok(CircuitBreaker.isOurError(error) && (error as { code?: string }).code === 'ESHUTDOWN');
  assert.equal(CircuitBreaker.isOurError(new Error('x')), false);
});

test('an action that throws at once, `this`, and a listener that throws', async (t) => {
  const b = new CircuitBreaker(function (this: unknown, fail: boolean) {
    if (fail) throw new Error('at once');
    return this;
  });
  const self = {};
  assert.equal(await b.call(self, false), self);
  assert.equal(await code(b.fire(true)), 'at once');
  const heard: string[] = [];
  t.after(() => Reflect.deleteProperty(globalThis, 'reportError'));
  Object.assign(globalThis, { reportError: (error: Error) => heard.push(error.message) });
  const c = new CircuitBreaker(async () => 1);
  c.on('success', () => {
    throw new Error('a listener');
  });
  c.on('success', () => heard.push('next'));
  assert.equal(await c.fire(), 1);
  assert.deepEqual(heard, ['a listener', 'next']);
});

test('a health check that fails opens the circuit', async (t) => {
  const pass = timers(t);
  const { b } = breaker();
  let well = true;
  b.healthCheck(async () => {
    if (!well) throw new Error('ill');
  }, 1000);
  await pass(1000);
  assert.equal(b.closed, true);
  well = false;
  await pass(1000);
  assert.equal(b.opened, true);
  b.shutdown();
});

test('options are checked', () => {
  for (const [options, message] of [
    [{ timeout: -1 }, /option timeout is -1; it must be a number from 0 to 2147483647, or false/],
    [{ errorThresholdPercentage: 101 }, /from 0 to 100/],
    [{ cache: true }, /unknown option cache/],
    [{ errorFilter: 1 }, /must be a function/],
    [{ name: 7 }, /must be a string/],
    [{ abortController: {} }, /must be an AbortController/],
  ] as const) {
    assert.throws(() => new CircuitBreaker(failing, options as never), message);
  }
  assert.throws(() => new CircuitBreaker(7 as never), TypeError);
  assert.equal(new CircuitBreaker(function named() {}, { timeout: false, name: undefined as never }).name, 'named');
});

test('opened again while it is open, it is half-open later, and says so', async (t) => {
  const pass = timers(t);
  const { b, heard } = breaker({ resetTimeout: 1000 });
  b.open();
  await pass(600);
  b.open();
  await pass(600);
  assert.deepEqual(heard(), ['open']);
  await pass(400);
  assert.deepEqual(heard(), ['halfOpen']);
  b.shutdown();
});

test('an errorFilter that throws excuses nothing, and is reported', async (t) => {
  const reported: unknown[] = [];
  t.mock.method(globalThis, 'setTimeout', (what: () => void) => {
    try {
      what();
    } catch (error) {
      reported.push(error);
    }
    return 0 as never;
  });
  const { b, does, heard } = breaker({ timeout: false, failureThreshold: 1, errorFilter: (error: any) => error.response.status < 500 });
  b.fallback(() => 'instead');
  does(() => {
    throw new Error('no network');
  });
  assert.equal(await b.fire(), 'instead');
  assert.deepEqual(heard(), ['failure', 'open', 'fallback']);
  assert.match(String(reported[0]), /TypeError/);
  b.shutdown();
});

test('a timeout of 0 is none, as in opossum', async (t) => {
  const pass = timers(t);
  const { b, does } = breaker({ timeout: 0 });
  let end!: (what: string) => void;
  does(() => new Promise((resolve) => (end = resolve)));
  const result = b.fire();
  await pass(100_000);
  end('late');
  assert.equal(await result, 'late');
});

test('as opossum: an errorFilter is asked for a timeout too', async (t) => {
  const pass = timers(t);
  const { b, does, heard } = breaker({ timeout: 1000, failureThreshold: 1, errorFilter: (error: any) => error.code === 'ETIMEDOUT' });
  does(() => new Promise(() => {}));
  const call = code(b.fire());
  await pass(1000);
  assert.equal(await call, 'ETIMEDOUT');
  assert.deepEqual([heard(), b.closed, b.stats.timeouts, b.stats.failures, b.stats.successes], [['timeout', 'success'], true, 1, 0, 1]);
});

test('as in Node: off takes the listener that was added last, and what was added twice is called twice', async () => {
  const { b } = breaker();
  let heard = 0;
  const listener = () => heard++;
  b.once('success', listener).on('success', listener);
  await b.fire();
  assert.equal(heard, 2);
  await b.fire();
  assert.equal(heard, 3, 'the one that was not only for once stays');
  b.on('success', listener).off('success', listener);
  await b.fire();
  assert.equal(heard, 4);
});

test('as in Node: what was added by once is called once, though a listener before it calls', async () => {
  const { b } = breaker();
  let heard = 0;
  b.once('fire', () => void b.fire()).once('fire', () => heard++);
  await b.fire();
  assert.equal(heard, 1);
});

test('a call that ends after shutdown leaves no timer', async () => {
  const { b, does, heard } = breaker({ timeout: false, failureThreshold: 1 });
  let fail!: (error: Error) => void;
  does(() => new Promise((_, reject) => (fail = reject)));
  const call = code(b.fire());
  b.shutdown();
  const { setTimeout } = globalThis;
  let timersSet = 0;
  globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => (timersSet++, setTimeout(...args))) as typeof setTimeout;
  fail(new Error('late'));
  assert.equal(await call, 'late');
  globalThis.setTimeout = setTimeout;
  assert.deepEqual([timersSet, heard()], [0, ['shutdown']]);
});

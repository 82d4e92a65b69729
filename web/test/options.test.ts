import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { coreConfig } from '../src/coreconfig';
import { CLASSES, CORE_OPTIONS, OPTIONS, type Options } from '../src/contract.gen';
import { WebSocketReconnectError } from '../src/errors';
import { checkOptions } from '../src/options';

const url = 'ws://a/';

/** Sets an option by its full name: 'queue.maxBytes'. */
function withOption(name: string, value: unknown): object {
  const [table, key] = name.split('.') as [string, string?];
  return { ...(name !== 'url' && { url }), [table]: key ? { [key]: value } : value };
}

const checked = (given: unknown, dropIn = false): Options => checkOptions(given, dropIn);

/** Expects BAD_INPUT with exactly this text. */
function refused(given: unknown, text: string, dropIn = false): void {
  assert.throws(() => checked(given, dropIn), (error: WebSocketReconnectError) => {
    assert.equal(error.message, text);
    assert.ok(error instanceof WebSocketReconnectError && error instanceof Error);
    assert.equal(error.code, 'BAD_INPUT');
    return true;
  });
}

const LIMIT = 2 ** 31 - 1;
const ms = (min: number) => 'a number of milliseconds' + (min === 0 ? '' : `, at least ${min}`);
const binary = [new ArrayBuffer(1), new SharedArrayBuffer(1), new Uint8Array(1), new DataView(new ArrayBuffer(1)), new Blob([])];
const fn = () => true;

/** For each option: values that are fine, values that are not, and what is said to be allowed. */
const CASES: Record<string, { good: unknown[]; bad: unknown[]; allowed: string }> = {
  url: { good: ['', 'x', new URL(url), fn], bad: [undefined, null, 7, {}, []], allowed: 'a string, or a URL or WebSocket with `missed`, or a function' },
  protocols: { good: ['a', '', [], ['a', 'b'], fn], bad: [null, 7, {}, ['a', 7], [['a']]], allowed: 'a string, or an array of strings, or a function' },
  providerTimeout: { good: [1, Infinity, false], bad: [0, true, '10'], allowed: ms(1) + ', or Infinity, or false' },
  onOpen: { good: [fn], bad: [null, 7, {}, 'x'], allowed: 'a function' },
  onOpenTimeout: { good: [1, Infinity, false], bad: [0, true, '10'], allowed: ms(1) + ', or Infinity, or false' },
  onUnopened: { good: [fn], bad: [null, 7, {}, 'x'], allowed: 'a function' },
  unopenedAfter: { good: [1, 7], bad: [0, 1.5, Infinity, '3'], allowed: 'a whole number, at least 1' },
  closeCodes: { good: [{}, { 4401: 'refresh', '4500-4599': 'slow', 1000: 'stop' }], bad: [null, 7, [], 'stop', fn], allowed: 'an object' },
  hintCodes: { good: [[], '1013', ['1012', '4200-4299']], bad: [null, 1013, [1013], {}, fn], allowed: 'a string, or an array of strings' },
  websocketOptions: { good: [{}, { headers: { a: 1 } }], bad: [null, 7, 'x', [], fn], allowed: 'an object' },
  binaryType: { good: ['blob', 'arraybuffer'], bad: [null, '', 'Blob', 'nodebuffer', 0], allowed: '"blob" or "arraybuffer"' },
  maxRetries: { good: [0, 1, 1e9, Infinity], bad: [null, -1, 1.5, NaN, -Infinity, '10', false, 10n], allowed: 'a whole number, at least 0, or Infinity' },
  baseDelay: { good: [0, 0.5, 30_000], bad: [null, -1, NaN, Infinity, '1000', false], allowed: ms(0) },
  maxDelay: { good: [1000, LIMIT], bad: [-1, LIMIT + 1, Infinity, '1000', false], allowed: ms(0) },
  multiplier: { good: [1, 1.5, 100], bad: [0, 0.99, 100.1, Infinity, NaN, '2', false], allowed: 'a number from 1 to 100' },
  jitter: { good: [0, 0.1, 1, 'full', 'equal', 'decorrelated', fn], bad: [-0.1, 1.1, NaN, Infinity, 'none', 'Full', '0.1', true, false, [0.1]], allowed: 'a number from 0 to 1, or "full" or "equal" or "decorrelated", or a function' },
  connectionTimeout: { good: [1, LIMIT, Infinity, false], bad: [0, 0.5, LIMIT + 1, -1, NaN, true, '10', null], allowed: ms(1) + ', or Infinity, or false' },
  closeTimeout: { good: [1, Infinity, false], bad: [0, true, '10'], allowed: ms(1) + ', or Infinity, or false' },
  minUptime: { good: [0, 5000], bad: [-1, Infinity, false], allowed: ms(0) },
  heartbeatInterval: { good: [1, Infinity, false], bad: [0, true, NaN], allowed: ms(1) + ', or Infinity, or false' },
  heartbeatTimeout: { good: [1, Infinity, false], bad: [0, true, NaN], allowed: ms(1) + ', or Infinity, or false' },
  heartbeatMinTimeout: { good: [1, false], bad: [0, true, Infinity], allowed: ms(1) + ', or false' },
  heartbeatMessage: { good: ['', 'ping', {}, { a: 1 }, fn, ...binary], bad: [null, 7, [], false, true], allowed: 'a string, or binary data, or an object, or a function' },
  heartbeatReply: { good: ['', 'pong', {}, { a: 1 }, fn], bad: [null, 7, [], false, true], allowed: 'a string, or an object, or a function' },
  serverPing: { good: ['', 'ping', { a: 1 }, fn, false], bad: [null, 7, [], true], allowed: 'a string, or an object, or a function, or false' },
  serverPong: { good: ['', 'pong', { a: 1 }, fn, ...binary], bad: [null, 7, [], false], allowed: 'a string, or binary data, or an object, or a function' },
  control: { good: [true, false], bad: [0, 1, 'true', null], allowed: 'true or false' },
  hiddenPolicy: { good: ['normal', 'lazy', 'park'], bad: ['', 'PARK', false, null], allowed: '"normal" or "lazy" or "park"' },
  circuitBreaker: { good: [false, {}], bad: [true, null, 7, 'off', [], fn], allowed: 'an object, or false' },
  'circuitBreaker.failureThreshold': { good: [1, 5, Infinity], bad: [0, 1.5, -1, false, '5'], allowed: 'a whole number, at least 1, or Infinity' },
  'circuitBreaker.errorRate': { good: [0.01, 0.5, 1, false], bad: [0, 1.1, Infinity, '50%', true, null], allowed: 'a number from 0.01 to 1, or false' },
  'circuitBreaker.window': { good: [10, LIMIT], bad: [9, Infinity, false], allowed: ms(10) },
  'circuitBreaker.volumeThreshold': { good: [1, 100], bad: [0, Infinity, 1.5, false], allowed: 'a whole number, at least 1' },
  'circuitBreaker.exclude': { good: [[], ['TIMED_OUT'], ['HANDSHAKE_REFUSED', 'CLOSED_BY_POLICY']], bad: ['TIMED_OUT', [7], [undefined], {}, null, false], allowed: 'an array of strings' },
  'circuitBreaker.name': { good: ['', 'backend'], bad: [7, null, false, {}], allowed: 'a string' },
  alert: { good: [{}, { successRate: 0.9 }], bad: [null, 0.9, [], false, fn], allowed: 'an object' },
  logLevel: { good: ['silent', 'debug', ''], bad: [null, 3, true, {}], allowed: 'a string' },
  retryBudget: { good: [false, {}], bad: [true, null, 7, [], fn], allowed: 'an object, or false' },
  'retryBudget.tokens': { good: [1, 1e6, Infinity], bad: [0, 1.5, false], allowed: 'a whole number, at least 1, or Infinity' },
  'retryBudget.perSecond': { good: [0.001, 1, 1000], bad: [0, Infinity, false], allowed: 'a number, at least 0.001' },
  'circuitBreaker.resetTimeout': { good: [1, LIMIT], bad: [0, Infinity, false], allowed: ms(1) },
  'circuitBreaker.halfOpenMaxRequests': { good: [1, 3], bad: [0, Infinity, 1.5, false], allowed: 'a whole number, at least 1' },
  queue: { good: [{}], bad: [false, true, null, 7, []], allowed: 'an object' },
  'queue.maxMessages': { good: [0, 1, Infinity], bad: [-1, 1.5, false, '1'], allowed: 'a whole number, at least 0, or Infinity' },
  'queue.maxBytes': { good: [0, 1, Infinity], bad: [-1, 1.5, false], allowed: 'a whole number, at least 0, or Infinity' },
  'queue.maxAge': { good: [1, 60_000, Infinity, false], bad: [0, -1, true, '1 s'], allowed: 'a number of milliseconds, at least 1, or Infinity, or false' },
  'queue.overflow': { good: ['drop-oldest', 'drop-newest', 'reject'], bad: ['', 'drop', false, null], allowed: '"drop-oldest" or "drop-newest" or "reject"' },
  diagnose: { good: [true, false], bad: [0, 1, 'true', null], allowed: 'true or false' },
};

test('the table above has every option of the contract, and no other', () => {
  assert.deepEqual(Object.keys(CASES).sort(), OPTIONS.map(([name]) => name).sort());
});

for (const [name, { good, bad, allowed }] of Object.entries(CASES)) {
  test(`option ${name}`, () => {
    const table = OPTIONS.some(([other]) => other.startsWith(name + '.'));
    for (const value of good) {
      const options = checked(withOption(name, value));
      if (!table) assert.equal(options[name as keyof Options], value);
    }
    for (const value of bad) {
      if (value === undefined) refused(withOption(name, value), `option ${name} is missing; it must be ${allowed}`);
      else refused(withOption(name, value), `option ${name} is ${shown(value)}; it must be ${allowed}`);
    }
  });
}

/** How values look in the messages above. */
function shown(value: unknown): string {
  return typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
}

test('undefined is as good as not given', () => {
  const all = Object.fromEntries(OPTIONS.filter(([name]) => !name.includes('.') && name !== 'url').map(([name]) => [name, undefined]));
  assert.deepEqual({ ...checked({ url, ...all }) }, { ...checked({ url }) });
  assert.deepEqual({ ...checked({ url, queue: { maxBytes: undefined } }) }, { ...checked({ url }) });
});

test('defaults are the documented ones', () => {
  const options = checked({ url });
  for (const [name, , fallback] of OPTIONS) {
    if (name !== 'url' && !['queue', 'circuitBreaker', 'retryBudget'].includes(name)) assert.deepEqual(options[name as keyof Options], fallback, name);
  }
  assert.deepEqual(
    [options.maxRetries, options.baseDelay, options.maxDelay, options.multiplier, options.jitter, options.heartbeatInterval, options.heartbeatTimeout, options['circuitBreaker.failureThreshold'], options['circuitBreaker.resetTimeout'], options['circuitBreaker.halfOpenMaxRequests']],
    [10, 1000, 30_000, 2, 0.1, 30_000, 5000, 5, 60_000, 3],
  );
});

test('a drop-in retries for ever, is silent, and does not look into failures', () => {
  const plain = checked({ url });
  const dropIn = checked({ url }, true);
  const differ = OPTIONS.map(([name]) => name as keyof Options).filter((name) => JSON.stringify(plain[name]) !== JSON.stringify(dropIn[name]) || plain[name] !== dropIn[name]);
  assert.deepEqual(differ.sort(), ['diagnose', 'heartbeatInterval', 'maxRetries', 'serverPing']);
  assert.deepEqual([dropIn.maxRetries, dropIn.heartbeatInterval, dropIn.serverPing, dropIn.diagnose], [Infinity, false, false, false]);
});

test('what a drop-in is given counts', () => {
  const options = checked({ url, maxRetries: 3, heartbeatInterval: 1000, serverPing: 'ping', diagnose: true }, true);
  assert.deepEqual([options.maxRetries, options.heartbeatInterval, options.serverPing, options.diagnose], [3, 1000, 'ping', true]);
});

test('unknown names are refused, with the nearest known one', () => {
  for (const [name, nearest] of [
    ['maxRetry', 'maxRetries'],
    ['maxretries', 'maxRetries'],
    ['maxRetires', 'maxRetries'],
    ['axRetries', 'maxRetries'],
    ['jiter', 'jitter'],
    ['heartBeatInterval', 'heartbeatInterval'],
    ['serverPings', 'serverPing'],
    ['baseDelayMs', 'baseDelay'],
    ['failureThreshold', 'circuitBreaker.failureThreshold'],
    ['resetTimeout', 'circuitBreaker.resetTimeout'],
  ]) {
    refused({ url, [name!]: 1 }, `unknown option ${name}; did you mean ${nearest}?`);
  }
  refused({ url, zzzzzzzzzzzzzzzzzzzzzzzzz: 1 }, 'unknown option zzzzzzzzzzzzzzzzzzzzzzzzz');
  assert.throws(() => checked({ url, queue: { maxByte: 1 } }), /unknown option queue\.maxByte; did you mean queue\.maxBytes\?/);
  assert.throws(() => checked({ url, 'queue.maxBytes': 1 }), /unknown option queue\.maxBytes; did you mean .*queue\.maxBytes/);
  assert.throws(() => checked({ url, queue: { 'queue.maxBytes': 1 } }), /unknown option queue\.queue\.maxBytes; did you mean .*queue\.maxBytes/);
});

test('names of Object.prototype are unknown like others', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__']) {
    assert.throws(() => checked(JSON.parse(`{"url": "${url}", "${name}": {}}`)), new RegExp('unknown option ' + name));
    assert.throws(() => checked(JSON.parse(`{"url": "${url}", "queue": {"${name}": 1}}`)), new RegExp('unknown option queue.' + name));
  }
});

test('inherited properties are not the user’s options', (t) => {
  const polluted = Object.prototype as unknown as Record<string, unknown>;
  t.after(() => ['maxRetries', 'maxBytes', 'unheardOf'].forEach((name) => delete polluted[name]));
  polluted['maxRetries'] = 'many';
  polluted['maxBytes'] = -1;
  polluted['unheardOf'] = 1;
  const options = checked({ url, queue: {} });
  assert.deepEqual([options.maxRetries, options['queue.maxBytes']], [10, 16_777_216]);
  assert.throws(() => checked(Object.create({ url })), /option url is missing/);
});

test('what is checked is a copy; defaults are shared', () => {
  const given = { url, maxRetries: 3 };
  const options = checked(given);
  given.maxRetries = 4;
  assert.deepEqual({ ...options }, { url, maxRetries: 3 });
  assert.equal(options.baseDelay, 1000);
  assert.equal(Object.getPrototypeOf(options), Object.getPrototypeOf(checked({ url })));
});

test('what is no object of options is an address, and checked as one', () => {
  for (const given of [undefined, null, 7, true, [], Symbol('s')]) {
    assert.throws(() => new WebSocketReconnect(given as never), (error: Error) => /^option url is .*; it must be a string, or a URL/.test(error.message) && (error as WebSocketReconnectError).code === 'BAD_INPUT');
  }
});

test('baseDelay must not be more than maxDelay', () => {
  refused({ url, baseDelay: 40_000 }, 'option baseDelay is 40000; it must be a number of milliseconds from 0 to 30000');
  refused({ url, maxDelay: 10 }, 'option baseDelay is 1000; it must be a number of milliseconds from 0 to 10');
  assert.equal(checked({ url, baseDelay: 7, maxDelay: 7 }).maxDelay, 7);
});

test('circuitBreaker: false never opens', () => {
  const options = checked({ url, circuitBreaker: false });
  assert.deepEqual([options['circuitBreaker.failureThreshold'], options['circuitBreaker.resetTimeout']], [Infinity, 60_000]);
});

test('long values are cut in messages', () => {
  assert.throws(() => checked({ url, jitter: 'x'.repeat(1000) }), (error: Error) => error.message.length < 300 && error.message.includes('x…'));
  const loop: Record<string, unknown> = {};
  loop['loop'] = loop;
  assert.throws(() => checked({ url, protocols: loop }), /option protocols is an object; it must be/);
});

test('the core gets its options as numbers, in the contract’s order', () => {
  assert.deepEqual(coreConfig(checked({ url })), [10, 1000, 30_000, 2, 0.1, 10_000, 2000, 5000, 30_000, 5000, Infinity, 0, 5, Infinity, 60_000, 10, 60_000, 3, 0, 0, Infinity, 1, 10_000, 16_777_216, Infinity, 0]);
  assert.equal(coreConfig(checked({ url })).length, CORE_OPTIONS.length);
  // Each option has its own place: a value that no other has turns up there.
  const numbers: Record<string, unknown> = { multiplier: 91, jitter: 0.93, 'circuitBreaker.errorRate': 0.77, 'retryBudget.perSecond': 0.55 };
  CORE_OPTIONS.forEach(([name, choices], place) => {
    if ((choices && name !== 'jitter') || name === 'circuitBreaker.name') return;
    const value = numbers[name] ?? 29_000 + place;
    const config = coreConfig(checked({ ...withOption(name, value), ...(name === 'baseDelay' && { maxDelay: 40_000 }) }));
    assert.equal(config.indexOf(value as number), place, name);
  });
});

test('error codes are a set of bits, names are numbers of their own', () => {
  const number = (name: string, value: unknown) => coreConfig(checked(withOption(name, value)))[CORE_OPTIONS.findIndex(([n]) => n === name)];
  assert.equal(number('circuitBreaker.exclude', []), 0);
  assert.equal(number('circuitBreaker.exclude', ['UNREACHABLE', 'TIMED_OUT', 'TIMED_OUT']), (1 << CLASSES.indexOf('UNREACHABLE')) | (1 << CLASSES.indexOf('TIMED_OUT')));
  assert.equal(number('circuitBreaker.exclude', ['UNREACHABLE', 'no such code']), 1 | (1 << CLASSES.indexOf('UNREACHABLE'))); // bit 0 is no failure
  const [a, b] = [number('circuitBreaker.name', 'a'), number('circuitBreaker.name', 'b')];
  assert.ok(a! > 0 && b! > 0 && a !== b, `${a} ${b}`);
  assert.equal(number('circuitBreaker.name', 'a'), a);
  assert.equal(number('circuitBreaker.name', undefined), 0);
});

test('retryBudget: false is a bucket that never empties', () => {
  const options = checked({ url, retryBudget: false });
  assert.deepEqual([options['retryBudget.tokens'], options['retryBudget.perSecond']], [Infinity, 1]);
});

test('switched off is Infinity, a choice its place, a jitter mode or function below zero', () => {
  const place = (name: string) => CORE_OPTIONS.findIndex(([n]) => n === name);
  const number = (name: string, value: unknown) => coreConfig(checked(withOption(name, value)))[place(name)];
  for (const name of ['connectionTimeout', 'closeTimeout', 'heartbeatInterval', 'heartbeatTimeout', 'heartbeatMinTimeout']) {
    assert.equal(number(name, false), Infinity, name);
  }
  assert.deepEqual(['full', 'equal', 'decorrelated', () => 1, 0, 1].map((jitter) => number('jitter', jitter)), [-1, -2, -3, -4, 0, 1]);
  assert.deepEqual(['normal', 'lazy', 'park'].map((policy) => number('hiddenPolicy', policy)), [0, 1, 2]);
  assert.deepEqual(['drop-oldest', 'drop-newest', 'reject'].map((overflow) => number('queue.overflow', overflow)), [0, 1, 2]);
  assert.ok(coreConfig(checked({ url, circuitBreaker: false })).every((n) => typeof n === 'number' && !Number.isNaN(n)));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '../src/connection';
import { askJitter } from '../src/jitter';

/** What a function as jitter answers for retry 3, and what the page tells of it. */
function asked(jitter: unknown): unknown[] {
  const told: unknown[] = [];
  const c = { options_: { jitter }, stats_: { lastClose: null }, emitError_: (code: string, message: string) => told.push(code, message) } as unknown as Connection;
  return [askJitter(c, 3, 400, 250), ...told];
}

test('a jitter of your own is told which retry is to wait, and what the schedule says', () => {
  let got: unknown;
  assert.deepEqual(asked((retry: unknown) => ((got = retry), 12.5)), [12.5]);
  assert.deepEqual(got, { attempt: 3, delay: 400, previousDelay: 250, lastClose: null });
  for (const fine of [0, 1e9, Infinity]) assert.deepEqual(asked(() => fine), [fine]);
});

test('what is no delay is told, by the option, the value and what is allowed', () => {
  const tail = ' for retry 3; it must give a number of milliseconds, at least 0';
  const says = (text: string) => [-1, 'BAD_INPUT', 'option jitter ' + text + tail];
  for (const [value, text] of [[NaN, 'NaN'], [-0.1, '-0.1'], [-Infinity, '-Infinity'], ['5', '"5"'], [null, 'null'], [undefined, 'undefined'], [true, 'true'], [5n, '5'], [[5], '[5]']] as const) {
    assert.deepEqual(asked(() => value), says('gave ' + text), text);
  }
  const thrower = (error: unknown) => () => {
    throw error;
  };
  assert.deepEqual(asked(thrower(new TypeError('no idea'))), says('threw no idea'));
  assert.deepEqual(asked(thrower('a word')), says('threw a word'));
  assert.deepEqual(asked(thrower(null)), says('threw null'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batches, messages } from '../src/batch';
import { ToCore, ToPage } from '../src/contract.gen';

test('a log becomes batches: each message with its length and how long ago it was', () => {
  const log = [
    [ToCore.Opened, 7, 90, 3],
    [ToCore.Connect, 8, 101], // a clock that went back is no negative time
  ];
  assert.deepEqual([...batches(log, 100)], [[4, ToCore.Opened, 7, 10, 3, 3, ToCore.Connect, 8, 0]]);
  assert.deepEqual([...batches([], 100)], []);
});

test('no batch goes on beyond 1,024 numbers, and nothing is lost between two', () => {
  const log = Array.from({ length: 1100 }, (_, i) => [ToCore.MarkHealthy, i, 0]);
  const all = [...batches(log, 5)];
  assert.deepEqual(all.map((batch) => batch.length), [1024, 1024, 1024, 1024, 304]);
  assert.deepEqual(all.flat().filter((_, i) => i % 4 === 2), log.map(([, client]) => client));
});

test('an answer is taken apart', () => {
  const answer = Float64Array.of(12, 30, 2, ToPage.Abandon, 7, 4, ToPage.Probe, 8, 1, 2);
  assert.deepEqual(messages(answer).map(([op, client, args]) => [op, client, ...args]), [[ToPage.Abandon, 7], [ToPage.Probe, 8, 1, 2]]);
  assert.deepEqual(messages(Float64Array.of(12, 30)), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder } from '../src/recorder';

const steps = (recorder: Recorder, batch: Float64Array): number => {
  let noted = 1;
  while (!recorder.note(batch, new Float64Array(2))) noted++;
  return noted;
};
/** now, then one message of client 7. */
const batch = Float64Array.of(1, 3, 2, 7, 0);
/** acknowledged, delay, then one message to client 7 with so many numbers. */
const dumpOf = (numbers: number): Float64Array => Float64Array.of(0, Infinity, numbers + 2, 15, 7, ...new Array(numbers).fill(0));

test('a segment is followed by another, from a dump', () => {
  const recorder = new Recorder();
  const size = batch.length + 2;
  assert.equal(steps(recorder, batch), Math.ceil(8193 / size));
  assert.equal(recorder.run(7).dump, undefined);
  recorder.cut(dumpOf(60));
  assert.equal(recorder.run(7).dump, undefined, 'the run still reaches back to the start');
  steps(recorder, batch);
  recorder.cut(dumpOf(60));
  assert.equal(atob(recorder.run(7).dump!).length, 60 * 8);
  assert.ok(recorder.run(7).steps);
  assert.equal(recorder.run(8).steps, '');
});

test('a crowd is not remembered, until it has become smaller', () => {
  const recorder = new Recorder();
  const usual = steps(recorder, batch);
  recorder.cut(dumpOf(20_000));
  assert.deepEqual(recorder.run(7), { steps: '' });
  assert.ok(steps(recorder, batch) > 50 * usual, 'a dump of a crowd is asked for rarely');
  recorder.cut(dumpOf(60));
  steps(recorder, batch);
  assert.ok(recorder.run(7).dump);
  assert.ok(recorder.run(7).steps);
});

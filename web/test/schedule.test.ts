// Retries at times of the user's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Schedule } from '../entries/parts/schedule';
import { clock } from './clock';

clock.install();

/** A client that does what it is told, and a schedule of 100 ms each. */
function scheduled(most = Infinity, minUptime?: number) {
  const listeners: Record<string, ((payload: any) => void)[]> = {};
  const log: unknown[] = [];
  const ws = {
    state: 'CONNECTING',
    on: (type: string, listener: (payload: any) => void) => (listeners[type] ??= []).push(listener),
    reconnect: () => (log.push('dial'), become('CONNECTING')),
  };
  const tell = (type: string, payload?: unknown) => listeners[type]?.forEach((listener) => listener(payload));
  const become = (state: string) => {
    ws.state = state;
    tell('stateChange', state);
    if (state === 'OPEN') tell('open');
  };
  const fail = (reason = 'retries') => {
    become('FAILED');
    tell('failed', { attempts: 1, reason });
  };
  const schedule = new Schedule(ws as never, (retries) => (log.push(retries), retries < most ? 100 : undefined), (retries) => log.push(`gave up after ${retries}`), () => minUptime);
  return { schedule, become, fail, heard: () => log.splice(0) };
}

test('it dials when it is time, as often as is asked', async () => {
  const { schedule, fail, heard } = scheduled(2);
  fail();
  assert.equal(schedule.pending, true);
  await clock.pass(99);
  assert.deepEqual(heard(), [0]);
  await clock.pass(1);
  assert.deepEqual([heard(), schedule.pending], [['dial'], false]);
  fail();
  await clock.pass(100);
  fail();
  assert.deepEqual([heard(), schedule.pending], [[1, 'dial', 2, 'gave up after 2'], false]);
});

test('not where somebody has connected or closed meanwhile, or it is to stop', async () => {
  for (const state of ['CONNECTING', 'OPEN', 'CLOSED']) {
    const { schedule, become, fail, heard } = scheduled();
    fail();
    become(state);
    assert.equal(schedule.pending, false);
    await clock.pass(1000);
    assert.deepEqual(heard(), [0], state);
  }
  const { fail, heard } = scheduled();
  fail('stopped');
  await clock.pass(1000);
  assert.deepEqual(heard(), ['gave up after 0']);
});

for (const minUptime of [undefined, 300]) {
  test(`retries are counted anew after a connection that has lasted ${minUptime ?? 5000} ms`, async () => {
    const { become, fail, heard } = scheduled(Infinity, minUptime);
    for (const uptime of [0, (minUptime ?? 5000) - 1, minUptime ?? 5000]) {
      fail();
      await clock.pass(100);
      become('OPEN');
      await clock.pass(uptime);
    }
    fail();
    assert.deepEqual(heard(), [0, 'dial', 1, 'dial', 2, 'dial', 0]);
  });
}

// What the core hears of the page's surroundings.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ToCore } from '../src/contract.gen';
import { clock, turn } from './clock';
import { FakeWorker } from './fakeworker';
import { install } from './played';
import { opened, Subject } from './subject';

install();
afterEach(() => Subject.disposeAll());

test('news of the surroundings go to all clients, while there are any', async (t) => {
  const heard: Record<string, ((event: Event) => void)[]> = {};
  const scope = globalThis as any;
  scope.addEventListener = (type: string, listener: (event: Event) => void) => (heard[type] ??= []).push(listener);
  scope.removeEventListener = (type: string, listener: (event: Event) => void) => (heard[type] = heard[type]!.filter((l) => l !== listener));
  t.after(() => (delete scope.addEventListener, delete scope.removeEventListener));
  const { ws } = await opened();
  assert.deepEqual([heard['online']!.length, heard['offline']!.length], [1, 1]);
  for (const type of ['offline', 'online']) heard[type]![0]!(new Event(type));
  heard['pageshow']![0]!(Object.assign(new Event('pageshow'), { persisted: false }));
  heard['pageshow']![0]!(Object.assign(new Event('pageshow'), { persisted: true }));
  await turn();
  assert.deepEqual(FakeWorker.last.got().map(({ op, client }) => [op, client]), [[ToCore.Offline, 0], [ToCore.Online, 0], [ToCore.Wake, 0]]);
  ws.dispose();
  assert.deepEqual([heard['online'], heard['offline'], heard['pageshow']], [[], [], []]);
});

test('what the surroundings said while no core was there is told as of now', async (t) => {
  const heard: Record<string, (event: Event) => void> = {};
  const scope = globalThis as any;
  scope.addEventListener = (type: string, listener: (event: Event) => void) => (heard[type] = listener);
  scope.removeEventListener = () => {};
  t.after(() => (delete scope.addEventListener, delete scope.removeEventListener));
  const { ws } = await opened();
  FakeWorker.last.die('killed');
  ws.markHealthy();
  await clock.pass(600);
  heard['online']!(new Event('online'));
  await clock.pass(400);
  FakeWorker.last.ready();
  const messages = FakeWorker.last.got().slice(2).map(({ op, client, age }) => [op, client, age]);
  assert.deepEqual(messages, [[ToCore.MarkHealthy, messages[0]![1], 1000], [ToCore.Online, 0, 0]]);
});

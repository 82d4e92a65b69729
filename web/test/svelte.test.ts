// The Svelte store, without a core: what is sent before there is a connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webSocketStore } from '../entries/svelte';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';

clock.install();
FakeSocket.install();
FakeWorker.install();

test('a component that is rendered on a server connects to nothing', () => {
  const dials = FakeSocket.all.length;
  const store = webSocketStore('/relative');
  const seen: unknown[] = [];
  store.subscribe((message) => seen.push(message))();
  store.state.subscribe((state) => seen.push(state))();
  assert.deepEqual([seen, FakeSocket.all.length], [[undefined, 'CLOSED'], dials]);
  Object.assign(globalThis, { document: new EventTarget() }); // a page, from here on
});

test('messages go in the order in which they are sent, whoever sends in a subscriber of the state', async () => {
  const store = webSocketStore('wss://host/order');
  store.send('early');
  const stop = store.subscribe(() => {});
  store.send('a');
  const quit = store.state.subscribe((state) => state === 'OPEN' && store.send('b'));
  FakeSocket.last.open();
  await turn();
  assert.deepEqual(FakeSocket.last.sent, ['early', 'a', 'b']);
  stop();
  quit();
  await clock.pass(1);
});

test('what cannot be sent is refused at once, and takes nothing with it', () => {
  const store = webSocketStore('wss://host/refused');
  assert.throws(() => store.set({ a: 1 }), { code: 'BAD_INPUT' });
  const stop = store.subscribe(() => {});
  assert.throws(() => store.set({ a: 1 }), { code: 'BAD_INPUT' });
  store.send('x');
  FakeSocket.last.open();
  assert.deepEqual(FakeSocket.last.sent, ['x']);
  stop();
});

test('the queue’s limits are the client’s', async () => {
  const store = webSocketStore('wss://host/limits', { queue: { maxMessages: 1, overflow: 'reject' } });
  const stop = store.subscribe(() => {});
  assert.deepEqual([store.send('a'), store.send('b')], ['queued', 'rejected']);
  stop();
});

test('what waits when the last subscriber goes is sent when there is one again', async () => {
  const store = webSocketStore('wss://host/again');
  store.subscribe(() => {})();
  const stop = store.subscribe(() => {});
  store.send('a');
  stop();
  await clock.pass(1);
  const dials = FakeSocket.all.length;
  const quit = store.subscribe(() => {});
  assert.equal(FakeSocket.all.length, dials + 1);
  FakeSocket.last.open();
  assert.deepEqual(FakeSocket.last.sent, ['a']);
  quit();
});

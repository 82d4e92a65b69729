// Messages that wait, each in its own way, while no core is there; and what a
// core is told of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { ToCore } from '../src/contract.gen';
import { enqueue } from '../src/ended';
import { WebSocketReconnectError } from '../src/errors';
import { checkHow, usable } from '../src/how';
import { line } from '../src/line';
import type { SendOptions } from '../src/outbox';
import { alone } from './alone';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';

alone();

function client(queue: object = {}): { ws: WebSocketReconnect; drops: string[] } {
  const ws = new WebSocketReconnect({ url: 'ws://host/', queue });
  const drops: string[] = [];
  ws.on('drop', ({ reason, data }) => drops.push(`${data} ${reason}`));
  return { ws, drops };
}

/** What goes out at the next open. */
function sent(ws: WebSocketReconnect): unknown[] {
  void ws.connect();
  FakeSocket.last.open();
  return FakeSocket.last.sent;
}

const wishes: SendOptions[] = [{ priority: 1 }, { ttl: 500 }, { key: 'k' }];
for (const how of wishes) {
  test(`a message with ${Object.keys(how)} waits for the core, with all that are sent after it`, () => {
    const { ws } = client();
    ws.send('before');
    ws.send('x', how);
    ws.send('after');
    assert.deepEqual(sent(ws), []);
    assert.equal(ws.send('open'), 'queued');
    assert.equal(ws.getStats().queueLength, 4);
  });

  test(`a message with ${Object.keys(how)} is as any other where no core can be had`, () => {
    const { ws } = client();
    ws.send('x', how);
    ws.send('y');
    sent(ws);
    line.clients_.forEach((c) => c.coreFailed_('of the test'));
    assert.deepEqual(FakeSocket.last.sent, ['x', 'y']);
    assert.equal(ws.send('z'), 'sent');
  });
}

test('with queue.maxAge all wait for the core', () => {
  const { ws } = client({ maxAge: 1000 });
  ws.send('x');
  assert.deepEqual(sent(ws), []);
});

test('a volatile message never waits', async () => {
  const { ws, drops } = client();
  assert.equal(ws.send('early', { volatile: true }), 'dropped');
  assert.deepEqual(sent(ws), []);
  assert.equal(ws.send('now', { volatile: true, ttl: 1, key: 'k' }), 'sent');
  FakeSocket.last.end();
  assert.equal(ws.send('late', { volatile: true }), 'dropped');
  ws.close();
  assert.equal(ws.send('closed', { volatile: true }), 'dropped');
  await turn();
  assert.deepEqual([drops, ws.getStats().dropped], [['early volatile', 'late volatile', 'closed closed'], 3]);
});

for (const [overflow, result, told] of [['reject', 'rejected', []], ['drop-newest', 'dropped', ['c overflow', 'too long for ever overflow']]] as const) {
  test(`a full queue, ${overflow}: the message itself, unless it may replace another`, async () => {
    const { ws, drops } = client({ maxMessages: 2, maxBytes: 10, overflow });
    ws.send('a');
    ws.send('k', { key: 'k' });
    assert.equal(ws.send('c', { priority: 9 }), result);
    assert.equal(ws.send('k2', { key: 'k' }), 'queued');
    assert.equal(ws.send('too long for ever', { key: 'k' }), result);
    await turn();
    assert.deepEqual(drops, told);
    assert.equal(ws.getStats().dropped, drops.length, 'a message that is rejected is still the caller’s');
  });
}

test('what the core is told of a message', async () => {
  const { ws, drops } = client();
  void ws.connect();
  const key = {};
  ws.send('x1', { key, ttl: 700 });
  ws.send('y', { key: {}, priority: -2 });
  clock.now += 100;
  ws.send('x2', { key, ttl: NaN, priority: 99 });
  ws.send('z');
  line.log_ = [];
  for (const c of line.clients_.values()) {
    for (const id of [...c.outbox_.keys()]) enqueue(c, id);
  }
  assert.deepEqual(line.log_.map(([op, , , ...args]) => [op, ...args]), [
    [ToCore.Enqueue, 1, 2, 100, 700, 0, 0],
    [ToCore.Enqueue, 2, 1, 100, Infinity, -2, 0],
    [ToCore.Enqueue, 3, 2, 0, 1, 9, 1],
    [ToCore.Enqueue, 4, 1, 0, Infinity, 0, 0],
  ]);
  await turn();
  assert.deepEqual(drops, ['x1 replaced']);
  assert.equal(ws.getStats().queueLength, 3);
});

test('drain takes back all that waits, oldest first; nobody hears of it', async () => {
  const { ws, drops } = client();
  assert.deepEqual(ws.drain(), []);
  const bytes = Uint8Array.of(1, 2);
  ws.send('a', { key: 'k', ttl: 500 });
  clock.now += 100;
  ws.send(bytes);
  ws.send('b', { priority: 3 });
  bytes.fill(9);
  const all = ws.drain();
  assert.deepEqual(all, [
    { data: 'a', bytes: 1, key: 'k', ttl: 500, at: clock.now - 100 },
    { data: Uint8Array.of(1, 2), bytes: 2, at: clock.now },
    { data: 'b', bytes: 1, priority: 3, at: clock.now },
  ]);
  assert.deepEqual([ws.getStats().queueLength, ws.getStats().queueBytes, ws.drain()], [0, 0, []]);
  const { ws: next } = client();
  for (const unsent of all) next.send(unsent.data, unsent);
  assert.deepEqual(next.drain().map(({ data, priority, key, ttl }) => [data, priority, key, ttl]), all.map(({ data, priority, key, ttl }) => [data, priority, key, ttl]));
  assert.deepEqual(sent(ws), []);
  await turn();
  assert.deepEqual(drops, []);
});

test('a drop event has the message, and how it was sent', async () => {
  const { ws } = client({ maxMessages: 1 });
  const details: unknown[] = [];
  ws.on('drop', (detail) => details.push(detail));
  ws.send('a', { key: 'k', priority: -2, ttl: 9 });
  ws.send('b');
  await turn();
  assert.deepEqual(details, [{ reason: 'overflow', data: 'a', bytes: 1, key: 'k', priority: -2, ttl: 9, at: clock.now }]);
});

test('what Node’s ws is given with a message is not ours', () => {
  const ws = new WebSocketReconnect('ws://host/');
  FakeSocket.last.open();
  for (const extra of [() => {}, { binary: true, compress: false }, undefined, null]) assert.equal(ws.send('x', extra as never), 'sent');
});

test('what says how to send is checked', () => {
  for (const [how, message] of [
    [{ ttl: 0 }, 'ttl is 0; it must be a number of milliseconds, more than 0'],
    [{ ttl: NaN }, 'ttl is NaN; it must be a number of milliseconds, more than 0'],
    [{ ttl: 10n as never }, 'ttl is 10; it must be a number of milliseconds, more than 0'],
    [{ priority: 1n as never }, 'priority is 1; it must be a whole number from -9 to 9'],
    [{ priority: 10 }, 'priority is 10; it must be a whole number from -9 to 9'],
    [{ priority: 0.5 }, 'priority is 0.5; it must be a whole number from -9 to 9'],
    [{ priority: 'high' as never }, 'priority is "high"; it must be a whole number from -9 to 9'],
  ] as const) {
    assert.throws(() => checkHow(how), (error) => error instanceof WebSocketReconnectError && error.code === 'BAD_INPUT' && error.message === 'send: ' + message);
  }
  for (const how of [{}, { ttl: 0.1 }, { ttl: Infinity, priority: -9 }, { priority: 9, key: 1, volatile: true }]) checkHow(how);
  assert.deepEqual([5, 99, -99, 0.4, NaN, 'x', 7n, Symbol('x')].map((n) => usable(n as number)), [5, 9, -9, 0, 0, 0, 0, 0]);
});

test('taking back is told to the core', () => {
  const { ws } = client();
  void ws.connect();
  ws.send('x');
  ws.drain();
  assert.deepEqual(line.log_.map(([op]) => op), [ToCore.Connect, ToCore.TakeBack]);
});

for (const overflow of ['reject', 'drop-newest'] as const) {
  test(`a full queue, ${overflow}: a message takes another's place if that has its key, whatever the key is`, async () => {
    const { ws, drops } = client({ maxMessages: 2, overflow });
    const refused = overflow === 'reject' ? 'rejected' : 'dropped';
    ws.send('a', { key: 0 });
    ws.send('b', { key: '' });
    assert.deepEqual([ws.send('c'), ws.send('d', { key: 'd' }), ws.send('e', { priority: 9 })], [refused, refused, refused]);
    assert.deepEqual([ws.send('f', { key: 0 }), ws.send('g', { key: '' })], ['queued', 'queued']);
    await turn();
    assert.deepEqual(drops, overflow === 'reject' ? [] : ['c overflow', 'd overflow', 'e overflow']);
    ws.dispose();
  });
}

test('a message that was dropped can be sent as it was told of, and is dropped for a reason of its own', async () => {
  const { ws, drops } = client({ maxMessages: 0 });
  let dropped: any;
  ws.once('drop', (message) => (dropped = message));
  ws.send('a');
  await turn();
  ws.close();
  ws.send(dropped.data, dropped);
  await turn();
  assert.deepEqual(drops, ['a overflow', 'a closed']);
  ws.dispose();
});

test('of one key the newest wins, though a higher priority comes first', async () => {
  const { ws } = client();
  for (const [data, priority] of [['a', 0], ['b', 0], ['c', 9]] as const) ws.send(data, { key: 'k', priority });
  const c = line.clients_.get(line.lastId_)!;
  const [a, b, last] = [...c.outbox_.keys()];
  enqueue(c, last!);
  enqueue(c, b!);
  enqueue(c, a!);
  assert.deepEqual([...c.outbox_.values()].map(({ data }) => data), ['c']);
  ws.dispose();
});

test('nor does one take a place for which messages of a higher priority leave no room', async () => {
  const { ws, drops } = client({ maxBytes: 10 });
  void ws.connect();
  const c = line.clients_.get(line.lastId_)!;
  const put = (data: string, how: SendOptions) => c.outbox_.put_({ data, bytes: data.length, at: 0, ...how });
  put('abcdef', { priority: 5 });
  put('k1', { key: 'k' });
  enqueue(c, put('k2 longer', { key: 'k' }));
  put('low', { priority: -1 });
  enqueue(c, put('k2', { key: 'k' }));
  await turn();
  assert.deepEqual([[...c.outbox_.values()].map(({ data }) => data), drops], [['abcdef', 'low', 'k2'], ['k2 longer overflow', 'k1 replaced']]);
  ws.dispose();
});

test('one that finds no room even in the place of the one before, leaves that where it is', async () => {
  const { ws, drops } = client({ maxBytes: 10, overflow: 'reject' });
  ws.send('abcdef');
  ws.send('k1', { key: 'k' });
  assert.equal(ws.send('k2 longer', { key: 'k' }), 'queued');
  const c = line.clients_.get(line.lastId_)!;
  for (const id of [...c.outbox_.keys()]) enqueue(c, id);
  await turn();
  assert.deepEqual([[...c.outbox_.values()].map(({ data }) => data), drops], [['abcdef', 'k1'], ['k2 longer overflow']]);
  ws.dispose();
});

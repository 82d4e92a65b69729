// Sharing, without a core: what is claimed, kept and closed.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { acquire, shared } from '../entries/shared';
import { keyOf } from '../entries/parts/key';
import { clock } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';

clock.install();
FakeSocket.install();
FakeWorker.install();

const handles: ReturnType<typeof acquire>[] = [];
/** How many linger for ever. */
let leftOver = 0;

/** acquire(), released at the end of the test. */
function take(...args: Parameters<typeof acquire>) {
  const handle = acquire(...args);
  handles.push(handle);
  return handle;
}

afterEach(async () => {
  for (const handle of handles.splice(0)) handle.release();
  await clock.pass(100_000);
  assert.equal(shared().length, leftOver);
  FakeSocket.all.length = 0;
});

test('who asks for the same gets the same, whatever the order of options', () => {
  const reply = () => true;
  const a = take('wss://host/x', { baseDelay: 5, maxDelay: 50, protocols: ['p'], heartbeatReply: reply });
  assert.equal(take(new URL('https://host/x'), { protocols: ['p'], maxDelay: 50, heartbeatReply: reply, baseDelay: 5 }).ws, a.ws);
  assert.equal(FakeSocket.all.length, 1);
  for (const other of [
    take('wss://host/y', { baseDelay: 5, maxDelay: 50, protocols: ['p'], heartbeatReply: reply }),
    take('wss://host/x', { baseDelay: 6, maxDelay: 50, protocols: ['p'], heartbeatReply: reply }),
    take('wss://host/x', { baseDelay: 5, maxDelay: 50, protocols: ['q'], heartbeatReply: reply }),
    take('wss://host/x', { baseDelay: 5, maxDelay: 50, protocols: ['p'], heartbeatReply: () => true }),
  ]) assert.notEqual(other.ws, a.ws);
  assert.equal(FakeSocket.all.length, 5);
  assert.deepEqual(shared().map(({ handles: n }) => n), [2, 1, 1, 1, 1]);
});

test('an address that a function gives is the same if the function is', () => {
  const url = async () => 'wss://host/x?token=fresh';
  const a = take(url);
  assert.equal(take(url).ws, a.ws);
  assert.notEqual(take(async () => 'wss://host/x?token=fresh').ws, a.ws);
});

test('a key of one\'s own makes the first one\'s options hold', () => {
  const a = take('wss://host/x', { key: 'chat' });
  assert.equal(take('wss://host/y', { key: 'chat', baseDelay: 7 }).ws, a.ws);
  assert.equal(a.ws.url, 'wss://host/x');
});

test('the last release closes, a macrotask later', async () => {
  const [a, b] = [take('wss://host/x'), take('wss://host/x')];
  const socket = FakeSocket.last;
  socket.open();
  a.release();
  a.release();
  await clock.pass(10);
  assert.equal(b.ws.state, 'OPEN');
  b.release();
  assert.equal(b.ws.state, 'OPEN');
  await clock.pass(0);
  assert.equal(b.ws.state, 'CLOSED');
  assert.deepEqual(socket.closes, [[]]);
  assert.notEqual(take('wss://host/x').ws, a.ws);
});

test('pain 24: who comes back within the macrotask finds the connection', async () => {
  const a = take('wss://host/x');
  a.release();
  const b = take('wss://host/x');
  await clock.pass(1000);
  assert.equal(b.ws, a.ws);
  assert.equal(FakeSocket.all.length, 1);
  assert.deepEqual(FakeSocket.last.closes, []);
});

test('the longest linger holds', async () => {
  const [a, b] = [take('wss://host/x', { linger: 5000 }), take('wss://host/x', { linger: 100 })];
  a.release();
  b.release();
  await clock.pass(4999);
  assert.equal(take('wss://host/x').ws, a.ws);
  assert.equal(FakeSocket.all.length, 1);
});

test('an exclusive connection is nobody else\'s, until it lingers', async () => {
  const a = take('wss://host/x', { exclusive: true });
  const b = take('wss://host/x', { exclusive: true });
  const c = take('wss://host/x');
  assert.equal(new Set([a.ws, b.ws, c.ws]).size, 3);
  a.release();
  b.release();
  assert.equal(take('wss://host/x', { exclusive: true }).ws, a.ws);
  assert.equal(take('wss://host/x', { exclusive: true }).ws, b.ws);
  assert.equal(FakeSocket.all.length, 3);
});

test('listeners go with the claim, also those that two claims have in common', () => {
  const [a, b] = [take('wss://host/x'), take('wss://host/x')];
  const heard: string[] = [];
  const note = (event: MessageEvent) => heard.push(event.data);
  const offs = [a.on('message', note), b.on('message', note)];
  FakeSocket.last.open();
  FakeSocket.last.message('1');
  a.release();
  FakeSocket.last.message('2');
  offs[1]!();
  FakeSocket.last.message('3');
  assert.deepEqual(heard, ['1', '1', '2']);
  a.on('message', note);
  FakeSocket.last.message('4');
  assert.equal(heard.length, 3);
  assert.equal(a.send('late'), 'dropped');
  assert.equal(b.send('early'), 'sent');
  assert.ok(a.released && !b.released);
});

test('what is sent through a claim waits as its options say', () => {
  const a = take('wss://host/x');
  assert.equal(a.send('now or never', { volatile: true }), 'dropped');
  assert.equal(a.send('price', { key: 'prices', ttl: 5000, priority: 2 }), 'queued');
  assert.deepEqual(a.ws.drain().map(({ at, ...message }) => message), [{ data: 'price', bytes: 5, key: 'prices', ttl: 5000, priority: 2 }]);
});

test('a connection that somebody has closed is connected again by the next claim', () => {
  const a = take('wss://host/x');
  a.ws.close();
  assert.equal(a.ws.state, 'CLOSED');
  take('wss://host/x');
  assert.equal(a.ws.state, 'CONNECTING');
});

test('what the class refuses leaves nothing behind', () => {
  assert.throws(() => acquire('ftp://host/'), /scheme/);
  assert.throws(() => acquire('wss://host/', { baseDelay: -1 }), /baseDelay/);
  assert.deepEqual(shared(), []);
});

test('using', async () => {
  const a = take('wss://host/x');
  if (Symbol.dispose) a[Symbol.dispose]();
  else a.release();
  assert.ok(a.released);
});

test('keys tell apart what differs', () => {
  const f = () => 0;
  const same: [unknown, unknown][] = [[{ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }], [[f], [f]], [undefined, undefined]];
  for (const [a, b] of same) assert.equal(keyOf(a), keyOf(b));
  const values = [1, '1', Infinity, 'Infinity', null, f, () => 0, [1, 2], [2, 1], { a: 1 }, { a: '1' }, new Uint8Array(1), new Uint8Array(1), undefined];
  assert.equal(new Set(values.map((value) => keyOf(value))).size, values.length);
});

test('a linger that is no time is refused', () => {
  for (const linger of [NaN, -1, '5s']) assert.throws(() => acquire('wss://host/', { linger: linger as number }), { name: 'RangeError' });
});

for (const linger of [Infinity, 2 ** 31]) {
  test(`a linger of ${linger}, which no timer can wait, is for ever`, async () => {
    const handle = acquire(`wss://host/${linger}`, { linger });
    clock.clear();
    handle.release();
    assert.equal(clock.next, Infinity, 'no timer: a browser’s would run out at once');
    await clock.pass(100_000);
    const again = acquire(`wss://host/${linger}`);
    assert.equal(again.ws, handle.ws);
    again.release();
    leftOver++;
  });
}

// Faults from page code: what a socket's user sees, and what the native socket gets.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { chaos } from '../entries/chaos';
import type { Chaos, ChaosOptions } from '../types/chaos';
import { clock } from './clock';
import { FakeSocket } from './fakesocket';

clock.install();
FakeSocket.install();

let it: Chaos | undefined;
afterEach(() => it?.restore());

function begin(options?: ChaosOptions): Chaos {
  FakeSocket.all.length = 0;
  return (it = chaos(options));
}

/** A socket of the page's, and what it tells. */
function dial(url = 'ws://host/a', protocols?: string[]) {
  const seen: unknown[][] = [];
  const ws = new WebSocket(url, protocols);
  ws.onopen = () => seen.push(['open', ws.readyState]);
  ws.onmessage = ({ data }) => seen.push(['message', data]);
  ws.onerror = () => seen.push(['error']);
  ws.addEventListener('close', ({ code, reason, wasClean }) => seen.push(['close', code, reason, wasClean]));
  return { ws, heard: () => seen.splice(0) };
}

test('without faults it is not noticed', () => {
  begin();
  const { ws, heard } = dial('ws://host/a', ['chat']);
  assert.deepEqual(FakeSocket.last.args, ['ws://host/a', ['chat']]);
  assert.ok(ws instanceof WebSocket);
  assert.deepEqual([ws.url, ws.readyState, WebSocket.OPEN, ws.OPEN], ['ws://host/a', 0, 1, 1]);
  assert.throws(() => ws.send('early'), { name: 'InvalidStateError' });
  ws.binaryType = 'arraybuffer';
  FakeSocket.last.open('chat');
  ws.send('up');
  FakeSocket.last.message('down');
  assert.deepEqual([FakeSocket.last.sent, FakeSocket.last.binaryType, ws.protocol, ws.bufferedAmount], [['up'], 'arraybuffer', 'chat', 2]);
  assert.throws(() => ws.close(1001), { name: 'InvalidAccessError' });
  ws.close(3000, 'bye');
  assert.deepEqual([ws.readyState, FakeSocket.last.closes], [2, [[3000, 'bye']]]);
  FakeSocket.last.end(3000, 'bye', true);
  assert.deepEqual(heard(), [['open', 1], ['message', 'down'], ['close', 3000, 'bye', true]]);
  assert.equal(it!.connections, 0);
});

test('drop ends what there is, and nothing is heard of it afterwards', () => {
  const c = begin();
  const open = dial();
  FakeSocket.last.open();
  const native = FakeSocket.last;
  const dialling = dial();
  assert.equal(c.drop(), 2);
  native.message('late');
  native.end(1000, '', true);
  assert.deepEqual(open.heard(), [['open', 1], ['close', 1006, '', false]]);
  assert.deepEqual(dialling.heard(), [['error'], ['close', 1006, '', false]]);
  assert.deepEqual([native.closes.length, open.ws.readyState, c.drop()], [1, 3, 0]);
});

test('a black hole swallows a direction, or both, until it is lifted; new dials are healthy', async () => {
  const c = begin();
  const { ws, heard } = dial();
  const native = FakeSocket.last;
  native.open();
  c.blackHole('up');
  ws.send('lost');
  native.message('heard');
  c.blackHole('down');
  ws.send('sent');
  native.message('lost');
  dial();
  FakeSocket.last.open();
  c.blackHole(true);
  ws.close();
  native.end(1000, '', true);
  await clock.pass(59_999);
  assert.deepEqual([heard(), native.sent, ws.readyState], [[['open', 1], ['message', 'heard']], ['sent'], 2]);
  await clock.pass(1);
  assert.deepEqual(heard(), [['close', 1006, '', false]]);
});

test('a connection that ended in a black hole is told of when that is lifted', () => {
  const c = begin();
  const { heard } = dial();
  FakeSocket.last.open();
  c.blackHole(true);
  FakeSocket.last.end(1001);
  c.blackHole(false);
  assert.deepEqual(heard(), [['open', 1], ['close', 1006, '', false]]);
});

test('a dial that fails in a black hole fails as any other when that is lifted', () => {
  const c = begin();
  const { ws, heard } = dial();
  c.blackHole(true);
  FakeSocket.last.end();
  assert.deepEqual([ws.readyState, heard()], [0, []]);
  c.blackHole('up');
  assert.deepEqual(heard(), []);
  c.calm();
  assert.deepEqual([ws.readyState, heard(), c.connections], [3, [['error'], ['close', 1006, '', false]], 0]);
});

test('dials are refused, some or all, and never leave the page', async () => {
  const c = begin();
  c.refuseDial(2);
  const refused = [dial(), dial()];
  dial();
  assert.equal(FakeSocket.all.length, 1);
  await clock.pass(0);
  for (const { heard } of refused) assert.deepEqual(heard(), [['error'], ['close', 1006, '', false]]);
  c.refuseDial(Infinity);
  for (let i = 0; i < 5; i++) dial();
  c.calm();
  dial();
  assert.equal(FakeSocket.all.length, 2);
});

test('slow dials leave later; one that is closed meanwhile not at all', async () => {
  const c = begin();
  c.slowDial(500);
  const slow = dial();
  const given = dial();
  given.ws.close();
  await clock.pass(499);
  assert.deepEqual([FakeSocket.all.length, given.heard()], [0, [['error'], ['close', 1006, '', false]]]);
  await clock.pass(1);
  assert.equal(FakeSocket.all.length, 1);
  FakeSocket.last.open();
  assert.deepEqual(slow.heard(), [['open', 1]]);
});

test('connections are accepted and closed', () => {
  const c = begin();
  c.acceptThenClose({ code: 1013, reason: 'try again later', connections: 1 });
  const { heard } = dial();
  FakeSocket.last.open();
  assert.deepEqual(heard(), [['open', 1], ['close', 1013, 'try again later', true]]);
  const next = dial();
  FakeSocket.last.open();
  assert.deepEqual(next.heard(), [['open', 1]]);
});

test('addresses that do not match are left alone; restore gives everything back', () => {
  const c = begin({ match: (url) => url.startsWith('ws://mine/') });
  assert.ok(!('swallow' in dial('ws://other/').ws));
  assert.equal(c.connections, 0);
  assert.throws(() => chaos(), /already/);
  c.restore();
  assert.equal(globalThis.WebSocket as unknown, FakeSocket);
  c.restore(); // once is enough
});

test('clocks jump ahead, and come back', () => {
  const c = begin();
  const [date, now] = [Date.now(), performance.now()];
  c.clockJump(60_000);
  c.clockJump(1000);
  assert.deepEqual([Date.now() - date, performance.now() - now, new Date().getTime() - date], [61_000, 61_000, 61_000]);
  assert.equal(new Date(5).getTime(), 5);
  assert.ok(new Date() instanceof Date);
  c.restore();
  assert.deepEqual([Date.now() - date, performance.now() - now], [0, 0]);
});

test('the time of a message is that of the clocks that jump', () => {
  const c = begin();
  const { ws } = dial();
  FakeSocket.last.open();
  const times: number[] = [];
  ws.onmessage = ({ timeStamp }) => times.push(timeStamp - performance.now());
  FakeSocket.last.message('before');
  c.clockJump(3_600_000);
  FakeSocket.last.message('after');
  assert.deepEqual(times, [0, 0]);
});

test('random faults are the same for the same seed, and end', async () => {
  const run = async (seed: number) => {
    const log: string[] = [];
    const c = begin({ log: (what) => log.push(what) });
    const stop = c.random({ seed, every: 100 });
    await clock.pass(5000);
    stop();
    const { length } = log;
    await clock.pass(5000);
    assert.equal(log.length, length, 'it was stopped');
    c.restore();
    return log;
  };
  const first = await run(7);
  assert.deepEqual(await run(7), first);
  assert.notEqual(String(await run(8)), String(first));
  for (const fault of ['drop', 'blackHole', 'slowDial', 'refuseDial', 'acceptThenClose']) assert.ok(first.some((what) => what.startsWith(fault)), fault);
});

test('a dial that opens in a black hole is open when that is lifted, and hears nothing before', () => {
  const c = begin();
  const { ws, heard } = dial();
  c.blackHole(true);
  FakeSocket.last.open();
  FakeSocket.last.message('lost');
  assert.deepEqual([ws.readyState, heard()], [0, []]);
  c.calm();
  FakeSocket.last.message('heard');
  assert.deepEqual([ws.readyState, heard()], [1, [['open', 1], ['message', 'heard']]]);
});

test('a black hole that comes after close(): a browser waits for a minute', async () => {
  const c = begin();
  const { ws, heard } = dial();
  FakeSocket.last.open();
  ws.close();
  FakeSocket.last.message('too late, as a browser has it');
  c.blackHole(true);
  FakeSocket.last.end(1000, '', true);
  await clock.pass(59_999);
  assert.deepEqual(heard(), [['open', 1]]);
  await clock.pass(1);
  assert.deepEqual(heard(), [['close', 1006, '', false]]);
});

test('a subclass keeps its methods, whatever its address; every socket is a WebSocket', () => {
  begin({ match: (url) => url.endsWith('/a') });
  class Mine extends WebSocket {
    extra(): string {
      return this.url;
    }
  }
  const others = [new Mine('ws://host/a'), new Mine('ws://host/b')];
  assert.deepEqual(others.map((ws) => ws.extra()), ['ws://host/a', 'ws://host/b']);
  assert.ok(others.every((ws) => ws instanceof Mine && ws instanceof WebSocket));
  assert.equal(it!.connections, 1);
  const plain = [new WebSocket('ws://host/a'), new WebSocket('ws://host/b')];
  assert.ok(plain.every((ws) => ws instanceof WebSocket && !(ws instanceof Mine)));
});

test('dates are dates after a jump, and a jump back is taken back, too', () => {
  const before = new Date(0);
  const real = Date;
  const c = begin();
  c.clockJump(5000);
  assert.ok(before instanceof Date && new Date() instanceof real && structuredClone(before) instanceof Date);
  class Mine extends Date {}
  assert.ok(new Mine() instanceof Mine && new Mine(7).getTime() === 7);
  assert.deepEqual([Date.length, new Date(2020, 0).getFullYear(), typeof Date(), Date.UTC(1970)], [7, 2020, 'string', 0]);
  c.clockJump(-5000);
  c.restore();
  assert.equal(Date, real);
});

test('what cannot be dialled or closed throws as ever, and changes nothing', async () => {
  const c = begin();
  const { ws } = dial();
  FakeSocket.last.open();
  FakeSocket.last.close = () => {
    throw new DOMException('too long', 'SyntaxError');
  };
  assert.throws(() => ws.close(1000, 'x'.repeat(200)), { name: 'SyntaxError' });
  assert.equal(ws.readyState, 1);
  c.slowDial(1000);
  FakeSocket.refuse = new DOMException('no address', 'SyntaxError');
  for (const url of ['http:', 'ftp://host/', 'ws://host/#x']) assert.throws(() => new WebSocket(url), { name: 'SyntaxError' });
  FakeSocket.refuse = undefined;
  const slow = dial();
  slow.ws.close();
  assert.equal(slow.ws.readyState, 2);
  await clock.pass(1000);
  assert.deepEqual([slow.heard(), FakeSocket.all.length], [[['error'], ['close', 1006, '', false]], 1]);
});

test('what the native constructor alone refuses: thrown, or under slowDial a dial that fails', async () => {
  const c = begin();
  FakeSocket.refuse = new DOMException('named twice', 'SyntaxError');
  assert.throws(() => dial('ws://host/a', ['a', 'a']), { name: 'SyntaxError' });
  assert.equal(c.connections, 0);
  c.slowDial(100);
  const { ws, heard } = dial('ws://host/a', ['a', 'a']);
  await clock.pass(100);
  FakeSocket.refuse = undefined;
  assert.deepEqual([ws.readyState, heard(), c.connections], [3, [['error'], ['close', 1006, '', false]], 0]);
});

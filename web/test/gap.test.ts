// The event gap: when, in which order, and what it says.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ToPage } from '../src/contract.gen';
import { line } from '../src/line';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { install, Played, state } from './played';

install();
afterEach(() => Played.disposeAll());

const events = ['open', 'gap', 'message', 'handover'];

// First: with no core yet.
test('a reopen before the core is there: its gap is told when it is', async () => {
  const p = new Played({}, ...events);
  void p.ws.connect();
  FakeSocket.last.open();
  clock.now += 500;
  p.ws.reconnect();
  clock.now += 250;
  FakeSocket.last.open();
  await turn();
  assert.deepEqual([line.link_, p.heard], [undefined, [['open'], ['open']]]);
  await p.core({ state: 'OPEN' });
  assert.deepEqual(p.heard.slice(2).map(([type, gap]: any) => [type, gap.downMs, gap.lastMessageAt, gap.attempts, gap.queued]), [['gap', 250, null, 1, 0]]);
});

test('after the open, before a message, once for each reopen; none after the first', async () => {
  const p = new Played({}, ...events);
  await p.open();
  const at = performance.timeOrigin + clock.now;
  FakeSocket.last.message('before');
  assert.deepEqual(p.heard.splice(0), [['open'], ['message']]);
  clock.now += 3000;
  await p.fails(1, 'CONNECTION_LOST', 700);
  clock.now += 700;
  p.ws.send('waits');
  p.dial(2);
  FakeSocket.last.end();
  await turn();
  clock.now += 300;
  await p.reopens(3);
  FakeSocket.last.message('after');
  const { lastClose } = p.ws.getStats();
  assert.equal(lastClose!.code, 1006);
  assert.deepEqual(p.heard.splice(0), [['open'], ['gap', { downMs: 1000, lastMessageAt: at, attempts: 2, lastClose, queued: 1 }], ['message']]);
  await p.fails(3, 'CONNECTION_LOST', 10);
  await p.reopens(4);
  assert.deepEqual(p.heard.map(([type, gap]: any) => [type, gap?.attempts]), [['open', undefined], ['gap', 1]]);
});

test('a connection given up for dead counts from then on', async () => {
  const p = new Played({}, ...events);
  await p.open();
  clock.now += 4000;
  p.answer([[ToPage.Abandon, 1], [ToPage.EmitStateChange, state('CONNECTING')], [ToPage.EmitRetry, 1, 90, 0]], { state: 'CONNECTING', 5: 90 } as object);
  clock.now += 90;
  await p.reopens(2);
  assert.equal((p.heard.at(-1) as any)[1].downMs, 90);
});

test('closed and connected again by the user is a gap, too; one that open closes is none', async () => {
  const p = new Played({}, ...events);
  await p.open();
  p.ws.close();
  FakeSocket.last.end(1000, '', true);
  await turn();
  p.answer([[ToPage.EmitStateChange, state('CLOSING')], [ToPage.EmitStateChange, state('CLOSED')]], { state: 'CLOSED' });
  clock.now += 60;
  void p.ws.connect();
  await turn();
  p.answer([[ToPage.EmitStateChange, state('CONNECTING')]], { state: 'CONNECTING' });
  await p.reopens(2);
  assert.deepEqual(p.heard.splice(0).map(([type, gap]: any) => [type, gap?.downMs]), [['open', undefined], ['open', undefined], ['gap', 60]]);
  p.ws.once('open', () => p.ws.close());
  await p.fails(2, 'CONNECTION_LOST', 10);
  p.dial(3);
  FakeSocket.last.open();
  await turn();
  assert.deepEqual(p.heard.splice(0), [['open']]);
});

test('a handover leaves no gap; what is lost after it does', async () => {
  const p = new Played({}, ...events);
  await p.open();
  p.answer([[ToPage.OpenSpare, 2]], { state: 'OPEN' });
  const old = FakeSocket.all.at(-2)!;
  FakeSocket.last.open();
  p.answer([[ToPage.Farewell, 1]], { state: 'OPEN' });
  old.end(1000, '', true);
  await turn();
  p.answer([[ToPage.TakeOver, 2, 1]], { state: 'OPEN' });
  await turn();
  assert.deepEqual(p.heard.splice(0), [['open'], ['handover']]);
  clock.now += 500;
  await p.fails(2, 'CONNECTION_LOST', 20);
  clock.now += 20;
  await p.reopens(3);
  assert.deepEqual(p.heard.map(([type, gap]: any) => [type, gap?.downMs, gap?.attempts]), [['open', undefined, undefined], ['gap', 20, 1]]);
});

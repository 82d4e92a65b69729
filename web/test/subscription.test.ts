// The React hook without React: what it shows and keeps through losses, other addresses and other hooks.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ReadyState, Subscription } from '../entries/react/subscription';
import { CLASSES, Snap, ToPage } from '../src/contract.gen';
import { line } from '../src/line';
import type { Options } from '../types/react';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';
import { cause, install, state } from './played';

install();

const leaves: (() => void)[] = [];
afterEach(async () => {
  for (const leave of leaves.splice(0)) leave();
  await clock.pass(10);
});

/** What waits in the client: a core has it flushed. */
const waiting = (id: number) => [...line.clients_.get(id)!.outbox_.values()].map(({ data }) => data);

let hosts = 0;
/** A hook whose connection is open, under a core that the test plays. */
async function opened(options: Options = {}, url = `ws://host/${++hosts}`) {
  const sub = new Subscription(options);
  const leave = sub.open(url);
  leaves.push(leave);
  const id = line.lastId_;
  const answer = (actions: number[][], told: object) => FakeWorker.last.answer(actions.map(([op, ...args]) => [op!, id, ...args]), { [id]: told });
  if (!line.ready_) {
    await clock.pass(2000);
    FakeWorker.last.ready();
  }
  await turn();
  answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 1]], { state: 'CONNECTING', [Snap.Gen]: 1 });
  FakeSocket.last.open();
  await turn();
  answer([[ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, 1]], { state: 'OPEN', [Snap.Gen]: 1 });
  /** The connection ends, and the client gives up, as it does where the hook has a schedule. */
  const lose = async (why: (typeof CLASSES)[number] = 'CONNECTION_LOST', gen = 1) => {
    FakeSocket.last.end();
    await turn();
    answer([[ToPage.EmitError, gen, cause(why)], [ToPage.EmitClose, gen, 0], [ToPage.EmitStateChange, state('FAILED')], [ToPage.EmitFailed, 1, cause(why)]], { state: 'FAILED', [Snap.Gen]: gen });
    await turn();
  };
  /** The core dials again, and it opens. */
  const back = async (gen: number) => {
    await turn();
    answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, gen]], { state: 'CONNECTING', [Snap.Gen]: gen });
    FakeSocket.last.open();
    await turn();
    answer([[ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, gen]], { state: 'OPEN', [Snap.Gen]: gen });
  };
  /** The connection ends, and the client would dial again; if it was closed meanwhile, that is a further close. */
  const ends = async (code: number) => {
    FakeSocket.last.end(code, '', true);
    await turn();
    answer([[ToPage.EmitError, 1, cause('CLOSED_BY_SERVER')], [ToPage.EmitClose, 1, 0], [ToPage.EmitStateChange, state('CONNECTING')]], { state: 'CONNECTING', [Snap.Gen]: 1 });
    await turn();
    if (sub.webSocket()!.state === 'CLOSED') answer([[ToPage.EmitClose, 1, 1006], [ToPage.EmitStateChange, state('CLOSED')]], { state: 'CLOSED', [Snap.Gen]: 1 });
    await turn();
  };
  return { sub, leave, lose, ends, back, shows: () => sub.snapshot().readyState, url, waiting: () => waiting(id) };
}

test('with a schedule by function: it shows CONNECTING between dials, and what is sent then waits in the client', async () => {
  const { sub, lose, back, shows, waiting } = await opened({ reconnectInterval: () => 100 });
  await lose();
  assert.equal(shows(), ReadyState.CONNECTING);
  sub.send('x');
  const dials = FakeSocket.all.length;
  await clock.pass(100);
  await back(2);
  assert.deepEqual([FakeSocket.all.length, waiting(), shows()], [dials + 1, ['x'], ReadyState.OPEN]);
});

test('no more retries: CLOSED, and onReconnectStop', async () => {
  const stops: number[] = [];
  const { lose, shows } = await opened({ reconnectInterval: () => 100, reconnectAttempts: 0, onReconnectStop: (n) => stops.push(n) });
  await lose();
  assert.deepEqual([shows(), stops], [ReadyState.CLOSED, [0]]);
});

test('nobody wants another connection: its end is told once, and asked about once, until somebody connects it all the same', async () => {
  const told: unknown[][] = [];
  const of = (name: string): Options => ({
    share: true,
    onClose: ({ code }) => told.push([name, 'close', code]),
    shouldReconnect: ({ code }) => (told.push([name, 'asked', code]), false),
    onReconnectStop: () => told.push([name, 'stop']),
  });
  const { ends, back, shows, url } = await opened(of('a'));
  const other = new Subscription(of('b'));
  leaves.push(other.open(url));
  await ends(4999);
  assert.deepEqual([told.map(String).sort(), shows()], [['a,asked,4999', 'a,close,4999', 'b,asked,4999', 'b,close,4999'], ReadyState.CLOSED]);
  told.length = 0;
  void line.clients_.get(line.lastId_)!.connect_();
  await back(2);
  await turn();
  FakeSocket.last.end();
  await turn();
  FakeWorker.last.answer([[ToPage.EmitError, line.lastId_, 2, cause('CONNECTION_LOST')], [ToPage.EmitClose, line.lastId_, 2, 0]], { [line.lastId_]: { state: 'CONNECTING', [Snap.Gen]: 2 } });
  await turn();
  assert.deepEqual(told.map(String).sort(), ['a,asked,1006', 'a,close,1006', 'b,asked,1006', 'b,close,1006']);
});

test('what waits goes along to another address', async () => {
  const { sub, leave, lose } = await opened({ reconnectInterval: () => 100 });
  await lose();
  sub.send('a');
  leave();
  leaves.push(sub.open('ws://host/elsewhere'));
  const id = line.lastId_;
  sub.send('b');
  await turn();
  FakeWorker.last.answer([[ToPage.OpenSocket, id, 1]], { [id]: { state: 'CONNECTING', [Snap.Gen]: 1 } });
  assert.match(FakeSocket.last.url, /elsewhere/);
  FakeSocket.last.open();
  await turn();
  assert.deepEqual(waiting(id), ['a', 'b']);
});

test('who shares a connection goes on reconnecting it when its maker, who had a schedule, has left', async () => {
  const maker = await opened({ share: true, reconnectInterval: () => 100 });
  const other = new Subscription({ share: true, reconnectInterval: 700 });
  leaves.push(other.open(maker.url));
  maker.leave();
  await maker.lose();
  assert.equal(other.snapshot().readyState, ReadyState.CONNECTING);
  const posted = line.posted_;
  await clock.pass(699);
  assert.equal(line.posted_, posted);
  await clock.pass(1);
  assert.ok(line.posted_ > posted, 'reconnect() was called');
});

test('who does not share makes a connection of its own kind', async () => {
  const { leave, url } = await opened({ reconnectInterval: () => 100 });
  leave();
  const before = line.lastId_;
  leaves.push(new Subscription({}).open(url));
  assert.equal(line.lastId_, before + 1, 'another client');
});

for (const [why, again] of [['CLOSED_BY_SERVER', false], ['CONNECTION_LOST', false], ['HEARTBEAT_LOST', true]] as const) {
  test(`retryOnError: ${why} is ${again ? 'one' : 'none'}`, async () => {
    const { lose, shows } = await opened({ retryOnError: true, reconnectInterval: () => 100 });
    await lose(why);
    assert.equal(shows(), again ? ReadyState.CONNECTING : ReadyState.CLOSED);
  });
}

test('what is kept while CLOSED goes out when the same connection is opened again', async () => {
  const { sub, lose, back, waiting } = await opened({ reconnectAttempts: 0, reconnectInterval: () => 100 });
  await lose();
  sub.send('kept');
  assert.deepEqual(waiting(), []);
  void sub.webSocket()!.connect();
  await back(2);
  assert.deepEqual([waiting(), FakeSocket.last.sent], [[], ['kept']]);
});

test('a mount with functions of its own does not take over the connection of another’s', async () => {
  const of = (user: string): Options => ({ client: { onOpen: ({ send }) => send(`login ${user}`) } });
  const alice = of('alice');
  const first = new Subscription(alice);
  const url = `ws://host/${++hosts}`;
  const leave = first.open(url);
  const made = line.lastId_;
  leave();
  const again = new Subscription({ ...alice }).open(url);
  assert.equal(line.lastId_, made, 'the same mount, as under StrictMode');
  again();
  leaves.push(new Subscription(of('bob')).open(url));
  assert.equal(line.lastId_, made + 1);
});

// A handover with a core that the test plays: which socket is spoken on, and in
// which order what two sockets receive is told.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { CLASSES, Snap, ToCore, ToPage, VERDICTS } from '../src/contract.gen';
import { WebSocketReconnectError } from '../src/errors';
import { line } from '../src/line';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';
import { install } from './played';

install();

const clients: WebSocketReconnect[] = [];
afterEach(() => {
  for (const ws of clients.splice(0)) ws.dispose();
});

/** A client with an open socket and a spare that is being dialled. */
async function withSpare(options: object = {}) {
  const ws = new WebSocketReconnect({ url: 'ws://host/', heartbeatInterval: 1000, diagnose: false, ...options });
  clients.push(ws);
  const id = line.lastId_;
  const log: unknown[] = [];
  for (const type of ['open', 'handover', 'close', 'stateChange'] as const) ws.on(type, () => log.push(type));
  ws.on('message', ({ data }) => log.push(data));
  void ws.connect();
  if (!line.ready_) {
    await clock.pass(2000);
    FakeWorker.last.ready();
  }
  await turn();
  /** What the core says; it takes the client for open unless told otherwise. */
  const answer = (actions: number[][], gen = 1) => FakeWorker.last.answer(actions.map(([op, ...args]) => [op!, id, ...args]), { [id]: { state: 'OPEN', [Snap.Gen]: gen } });
  if (FakeSocket.last?.readyState !== 0) FakeWorker.last.answer([[ToPage.OpenSocket, id, 1]], { [id]: { state: 'CONNECTING' } });
  await turn();
  const old = FakeSocket.last;
  old.open('one');
  await turn();
  answer([]);
  ws.handover();
  await turn();
  got();
  answer([[ToPage.OpenSpare, 2]]);
  await turn(); // if functions have a say in it
  const spare = FakeSocket.last;
  log.splice(0);
  const told = got();
  return { ws, log, old, spare, answer, told };
}

/** The messages that the core got, as [op, …arguments]. */
const got = () => FakeWorker.last.got().map(({ op, args }) => [op, ...args]);

test('handover: what is sent and received keeps its order, and the user sees one event', async () => {
  const { ws, log, old, spare, answer } = await withSpare({ control: true });
  ws.send('on the old one');
  old.message('old 1');
  spare.open('two');
  spare.message('new 1');
  await turn();
  assert.deepEqual(got(), [[ToCore.Opened, 2]]);
  assert.equal(ws.send('the core does not know yet'), 'sent');
  answer([[ToPage.Farewell, 1]]);
  assert.equal(ws.send('waits 1'), 'queued');
  old.message('old 2');
  await turn();
  assert.deepEqual(got(), [[ToCore.Enqueue, 1, 7, 0, Infinity, 0, 0]]);
  assert.equal(ws.send('waits 2'), 'queued');
  spare.message('new 2');
  old.end(1000, 'drained', true);
  await turn();
  assert.deepEqual(got(), [[ToCore.Enqueue, 2, 7, 0, Infinity, 0, 0], [ToCore.Closed, 1, 1000, 1, 0, 1, 0, 0]]);
  assert.equal(ws.state, 'OPEN');
  answer([[ToPage.TakeOver, 2, 1], [ToPage.Flush, 1, 2]], 2);
  spare.message('new 3');
  assert.equal(ws.send('direct'), 'sent');
  assert.deepEqual(log, ['old 1', 'old 2', 'handover', 'new 1', 'new 2', 'new 3']);
  assert.deepEqual(old.sent, ['on the old one', 'the core does not know yet', '{"type":"drained"}']);
  assert.deepEqual(spare.sent, ['waits 1', 'waits 2', 'direct']);
  assert.deepEqual([ws.protocol, ws.getStats().successes, ws.getStats().attempts], ['two', 2, 2]);
});

test('handover: a server that does not speak control is not told', async () => {
  const { ws, old, spare, answer } = await withSpare();
  spare.open();
  await turn();
  answer([[ToPage.Farewell, 1]]);
  ws.send('waits');
  answer([[ToPage.Abandon, 1], [ToPage.TakeOver, 2, 1], [ToPage.Flush, 1, 1]], 2);
  assert.deepEqual([old.sent, spare.sent, old.closes.length], [[], ['waits'], 1]);
});

test('handover: a core that dies in the middle lets nothing out behind the farewell', async () => {
  const { ws, old, spare, answer } = await withSpare({ control: true });
  spare.open();
  await turn();
  answer([[ToPage.Farewell, 1]]);
  ws.on('error', () => {});
  FakeWorker.last.die('by the test');
  assert.equal(ws.send('waits'), 'queued');
  assert.deepEqual([old.sent, spare.sent], [['{"type":"drained"}'], []]);
  await clock.pass(1000);
  FakeWorker.last.ready();
  await turn();
  assert.deepEqual(got().at(-1), [ToCore.Enqueue, 1, 5, 1000, Infinity, 0, 0]);
  answer([[ToPage.Abandon, 1], [ToPage.TakeOver, 2, 1], [ToPage.Flush, 1, 1]], 2);
  assert.deepEqual(spare.sent, ['waits']);
});

test('handover: the dial of a spare becomes the retry when its socket is lost', async () => {
  const { ws, log, old, spare, answer } = await withSpare();
  old.end();
  await turn();
  assert.deepEqual(got(), [[ToCore.Closed, 1, 1006, 0, 0, 1, 0, 0]]);
  answer([[ToPage.EmitClose, 1, 0, 0], [ToPage.TakeOver, 2, 0]], 2);
  log.splice(0);
  spare.open();
  spare.message('new 1');
  assert.deepEqual(log.filter((entry) => entry !== 'stateChange'), ['open', 'new 1']);
  assert.equal(ws.send('direct'), 'sent');
  assert.deepEqual(spare.sent, ['direct']);
});

test('handover: a spare that opened before it became the retry opens then, and what it received follows', async () => {
  const { log, old, spare, answer } = await withSpare();
  old.end();
  spare.open();
  spare.message('new 1');
  assert.deepEqual(log, []);
  answer([[ToPage.EmitClose, 1, 0, 0], [ToPage.TakeOver, 2, 0]], 2);
  assert.deepEqual(log.filter((entry) => entry !== 'stateChange'), ['close', 'open', 'new 1']);
});

test('handover: dispose, or the core, leaves no spare behind', async () => {
  const first = await withSpare();
  first.ws.dispose();
  assert.deepEqual([first.old.closes.length, first.spare.closes.length], [1, 1]);
  const second = await withSpare();
  second.answer([[ToPage.Abandon, 2]]);
  assert.deepEqual([second.old.closes.length, second.spare.closes.length], [0, 1]);
  second.spare.open();
  await turn();
  assert.deepEqual(got(), []);
});

test('handover: reconnect() while no core is there leaves no spare behind', async () => {
  const { ws, old, spare } = await withSpare();
  ws.on('error', () => {});
  FakeWorker.last.die('by the test');
  ws.reconnect();
  assert.deepEqual([old.closes.length, spare.closes.length, FakeSocket.last.readyState], [1, 1, 0]);
  assert.notEqual(FakeSocket.last, spare);
});

test('handover: close() is faster than the spare, which is not dialled, and counts', async () => {
  const { ws, old, spare, answer } = await withSpare();
  answer([[ToPage.Abandon, 2]]);
  ws.close();
  answer([[ToPage.OpenSpare, 3]]);
  assert.equal(FakeSocket.last, spare);
  answer([[ToPage.Abandon, 3], [ToPage.CloseSocket, 1, 0]]);
  await turn();
  got();
  old.end(1005, '', true);
  await turn();
  assert.deepEqual(got().map(([op, gen]) => [op, gen]), [[ToCore.Closed, 1]], 'the end of the socket is still heard');
  assert.equal(ws.getStats().attempts, 3, 'the next dial is the fourth, for the core too');
});

test('handover: close() during the farewell closes the spare, as it was asked', async () => {
  const { ws, spare, answer } = await withSpare();
  spare.open();
  await turn();
  answer([[ToPage.Farewell, 1]]);
  ws.close(3000, 'bye');
  await turn();
  answer([[ToPage.Abandon, 1], [ToPage.TakeOver, 2, 0], [ToPage.CloseSocket, 2, 3000]], 2);
  assert.deepEqual(spare.closes, [[3000, 'bye']]);
});

test('handover: one of a connection that was replaced, while no core was there, is not told', async () => {
  const { ws, answer } = await withSpare();
  answer([[ToPage.Abandon, 2]]);
  ws.on('error', () => {});
  FakeWorker.last.die('by the test');
  ws.handover();
  ws.reconnect();
  FakeSocket.last.open();
  ws.handover();
  await clock.pass(1000);
  FakeWorker.last.ready();
  const told = got().map(([op, gen]) => [op, ...(op === ToCore.Opened ? [gen] : [])]);
  assert.deepEqual(told.slice(2), [[ToCore.Reconnect], [ToCore.Opened, 3], [ToCore.Handover]]);
});

for (const connects of [false, true]) {
  test(`handover: who has closed${connects ? ', and connects again,' : ''} hears of none`, async () => {
    const { ws, log, spare, answer } = await withSpare();
    spare.open();
    await turn();
    answer([[ToPage.Farewell, 1]]);
    ws.close();
    if (connects) void ws.connect();
    answer([[ToPage.Abandon, 1], [ToPage.TakeOver, 2, 1]], 2); // before it has heard of close()
    assert.deepEqual(log.filter((entry) => entry !== 'stateChange'), []);
  });
}

test('handover: a spare that fails tells the core, and nobody else', async () => {
  const { log, spare } = await withSpare();
  spare.end();
  await turn();
  assert.deepEqual([got(), log], [[[ToCore.Closed, 2, 1006, 0, 0, VERDICTS.indexOf('retry'), 0, 0]], []]);
});

test('handover: the end of a spare means what the end of any connection does', async () => {
  const { spare } = await withSpare({ closeCodes: { 4444: 'stop' } });
  spare.open();
  await turn();
  got();
  spare.end(4444, '', true);
  await turn();
  const hinted = await withSpare();
  hinted.spare.end(1012, 'retry=700', true);
  await turn();
  assert.deepEqual(got().at(-1), [ToCore.Closed, 2, 1012, 1, 0, VERDICTS.indexOf('retry'), 700, 0]);
});

test('handover: one that has failed is over once the core says that there is no spare', async () => {
  const { ws, spare, answer } = await withSpare();
  const c = line.clients_.get(line.lastId_)!;
  spare.end();
  await turn();
  assert.ok(c.handover_);
  answer([]);
  assert.equal(c.handover_, undefined);
  assert.equal(ws.state, 'OPEN');
});

test('reconnect() while an answer is under way that brings a spare in: nothing is sent on that', async () => {
  const { ws, old, spare, answer } = await withSpare();
  spare.open();
  await turn();
  answer([[ToPage.Farewell, 1]]);
  old.end(1000);
  await turn();
  ws.reconnect();
  answer([[ToPage.TakeOver, 2, 1]], 2);
  assert.equal(ws.send('for the next'), 'queued');
});

test('handover: the core is told of the parts of a dial that needs functions, and to stop if one of them says so', async () => {
  const phase = (ms: number, name: (typeof CLASSES)[number]) => [ToCore.Phase, 2, ms, CLASSES.indexOf(name)];
  let dials = 0;
  const stops = () => {
    if (++dials > 1) throw new WebSocketReconnectError('STOPPED', 'logged out');
    return 'ws://host/';
  };
  const stopped = await withSpare({ url: stops, providerTimeout: 300 });
  assert.deepEqual(stopped.told, [phase(300, 'PROVIDER_FAILED'), [ToCore.Closed, 2, 1006, 0, 3, VERDICTS.indexOf('stop'), 0, 0]]);
  const { told, spare } = await withSpare({ onOpen: () => new Promise(() => {}), providerTimeout: false, onOpenTimeout: 200, connectionTimeout: 700 });
  spare.open();
  await turn();
  assert.deepEqual([...told, ...got()], [phase(Infinity, 'PROVIDER_FAILED'), phase(700, 'TIMED_OUT'), phase(200, 'ON_OPEN_FAILED')]);
});

test('handover: onOpen’s signal of the spare lasts as long as the connection to which it becomes', async () => {
  const signals: AbortSignal[] = [];
  const { old, spare, answer } = await withSpare({ onOpen: ({ signal }: { signal: AbortSignal }) => void signals.push(signal) });
  spare.open();
  await turn();
  answer([[ToPage.Farewell, 1]]);
  old.end(1000);
  answer([[ToPage.TakeOver, 2, 1]], 2);
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true, false]);
  spare.end();
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true, true]);
});

test('handover: the heartbeat of the old socket goes on while the spare is dialled', async () => {
  const { old, answer } = await withSpare({ heartbeatMessage: 'there?', heartbeatReply: 'yes' });
  answer([[ToPage.Probe, 1]]);
  clock.now += 5;
  old.message('yes');
  await clock.pass(50); // replies leave together
  assert.deepEqual(got(), [[ToCore.Replied, 1, 5]]);
  assert.deepEqual(old.sent, ['there?']);
});

test('control: a drain is passed on, capped; what is not one, or comes with control off, is an ordinary message', async () => {
  const drains = async (control: boolean, data: unknown): Promise<number[][]> => {
    const { log, old, spare } = await withSpare({ control, serverPing: false });
    spare.end();
    await turn();
    got();
    old.message(data);
    await turn();
    assert.deepEqual(log, [data], 'dispatched like any other');
    return got();
  };
  assert.deepEqual(await drains(true, '{"type":"drain","within":5000,"spread":100}'), [[ToCore.Drain, 5000, 100]]);
  assert.deepEqual(await drains(true, '{ "spread": 1e300, "type": "drain" }'), [[ToCore.Drain, 30_000, 600_000]]);
  assert.deepEqual(await drains(true, '{"type":"drain","within":1e300}'), [[ToCore.Drain, 600_000, 0]]);
  const hostile = ['{"type":"reconnect","retryAfter":-1}', '{"type":"reconnect","retryAfter":"9"}', '{"type":"reconnect","spread":null}','{"type":"drain"', '["drain"]', '"drain"', 'drain', '', '{"drain":1}', '{"type":"drain","within":-1}', '{"type":"drain","within":"1"}', '{"type":"drain","spread":null}', '{"type":"drain","within":1e999}', '{"type":"drain","within":[1]}', '{"__proto__":{"type":"drain"},"x":"drain"}', `{"type":"drain","x":"${'x'.repeat(200)}"}`, new ArrayBuffer(8)];
  for (const data of hostile) assert.deepEqual(await drains(true, data), [], String(data));
  for (const data of ['{"type":"drain"}', '{"type":"drain","within":0}', ...hostile]) assert.deepEqual(await drains(false, data), [], String(data));
});

test('control: reconnect says when the next dial is to come, for this socket only', async () => {
  const { old, spare } = await withSpare({ control: true, serverPing: false });
  spare.end();
  await turn();
  got();
  old.message('{"type":"reconnect","retryAfter":700,"spread":50}');
  old.message('{"type":"reconnect","retryAfter":"9"}');
  await turn();
  assert.deepEqual(got(), [[ToCore.Hint, 1, 700, 50]]);
});

// When a core dies: what the page does alone, and how the next one goes on.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { CLASSES, Snap, ToCore, ToPage } from '../src/contract.gen';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker, snapshotOf, type Told } from './fakeworker';
import { line } from '../src/line';
import { install, state } from './played';
import { got, opened, Subject, url } from './subject';

install();

/** The page gets no module: what it tries is in vain. */
let fetches = 0;
globalThis.fetch = async () => {
  fetches++;
  throw new TypeError('no network');
};

afterEach(() => Subject.disposeAll());

test('a core that dies: sockets stay, and the next one goes on from the last snapshot', async () => {
  const { s, ws, socket } = await opened();
  const told: Told = { state: 'OPEN', [Snap.Gen]: 1, [Snap.Attempts]: 1 };
  s.answer([], told);
  socket.message('x');
  // Taken and acknowledged, taken but not acknowledged, never sent.
  ws.openCircuit();
  await turn();
  s.answer([[ToPage.EmitCircuitChange, 1]], { ...told, circuit: 'OPEN' });
  ws.closeCircuit();
  await turn();
  s.heard();
  const snapshotAt = clock.now;
  const worker = FakeWorker.last;
  clock.now += 40;
  worker.die('core panicked: index out of range');
  assert.deepEqual([s.heard(), worker.terminated, ws.state, socket.closes], [[['error', 'CORE_UNAVAILABLE']], true, 'OPEN', []]);
  assert.match(ws.getStats().lastError!.message, /index out of range/);
  assert.equal(ws.send('straight on'), 'sent');
  ws.close(3000, 'bye'); // does not wait for a core
  assert.deepEqual(socket.closes, [[3000, 'bye']]);
  await clock.pass(999);
  assert.equal(FakeWorker.last, worker);
  await clock.pass(1);
  assert.notEqual(FakeWorker.last, worker);
  FakeWorker.last.ready();
  const messages = FakeWorker.last.got();
  assert.deepEqual(messages.map(({ op, client, args }) => [op, client, ...(op === ToCore.Create ? [] : args)]), [
    [ToCore.Create, s.id],
    [ToCore.Restore, s.id, ...snapshotOf({ ...told, circuit: 'OPEN' })],
    [ToCore.ResetCircuit, s.id],
    [ToCore.Close, s.id, 3000],
  ]);
  assert.equal(messages[1]!.age, clock.now - snapshotAt, 'the snapshot is as old as it is');
  assert.deepEqual(messages.slice(2).map(({ age }) => age), [1040, 1000]);
});

test('messages that wait are told to the next core; it hears of none twice', async () => {
  const { s, ws, socket } = await opened();
  socket.end();
  ws.send('a');
  ws.send('bb');
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CONNECTING')]], { state: 'CONNECTING' });
  ws.send('ccc');
  await turn();
  FakeWorker.last.die('killed');
  ws.send('dddd');
  await clock.pass(1000);
  FakeWorker.last.ready();
  const enqueued = FakeWorker.last.got().filter(({ op }) => op === ToCore.Enqueue).map(({ args }) => args);
  assert.deepEqual(enqueued, [1, 2, 3, 4].map((n) => [n, n, 1000, Infinity, 0, 0]), 'with how long each has waited');
});

test('connect() while closing survives the core', async () => {
  const { s, ws } = await opened();
  ws.close();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CLOSING')], [ToPage.CloseSocket, 1, 0]], { state: 'CLOSING' });
  void ws.connect();
  await turn();
  s.answer([], { state: 'CLOSING' }); // acknowledged, and not part of a snapshot
  FakeWorker.last.die('killed');
  await clock.pass(1000);
  FakeWorker.last.ready();
  assert.deepEqual(got().map(([op]) => op), [ToCore.Create, ToCore.Restore, ToCore.Connect]);
});

test('cores that do not start are followed by others in longer and longer pauses, in a Worker and on the page in turns; one that lives ends that', async () => {
  const { s } = await opened();
  FakeWorker.last.die('killed');
  const starts: [placement: string, pause: number][] = [];
  for (let last = clock.now; starts.length < 9; ) {
    const [workers, onPage] = [FakeWorker.all.length, fetches];
    await clock.pass(clock.next);
    if (FakeWorker.all.length + fetches === workers + onPage) continue;
    starts.push([fetches > onPage ? 'page' : 'worker', clock.now - last]);
    last = clock.now;
    if (fetches === onPage) FakeWorker.last.die('no wasm for you');
  }
  assert.deepEqual(starts, [1, 2, 4, 8, 16, 32, 60, 60, 60].map((s, i) => [i % 2 ? 'page' : 'worker', 1000 * s]));
  assert.equal(s.heard().length, 10);
  await clock.pass(60_000); // the page's turn
  await clock.pass(60_000);
  FakeWorker.last.ready();
  FakeWorker.last.die('again');
  const { length } = FakeWorker.all;
  await clock.pass(1000);
  assert.equal(FakeWorker.all.length, length + 1);
  FakeWorker.last.ready();
});

test('a core that fails, once it has run, is replaced too', async () => {
  const { s, ws } = await opened();
  s.answer([]);
  FakeWorker.last.error('out of memory');
  assert.deepEqual(s.heard(), [['error', 'CORE_UNAVAILABLE']]);
  const late = FakeWorker.last;
  await clock.pass(1000);
  assert.notEqual(FakeWorker.last, late);
  FakeWorker.last.ready();
  late.answer([[ToPage.OpenSocket, s.id, 99]]);
  assert.equal(ws.state, 'OPEN', 'what the dead one says late is not heard');
  assert.ok(FakeSocket.all.every((socket) => socket.args[0] === url));
});

test('a client that joins while the core is away is introduced with the others', async () => {
  await opened();
  FakeWorker.last.die('killed');
  const joined = new Subject();
  void joined.ws.connect();
  await turn();
  assert.equal(FakeSocket.last.readyState, 0, 'and dials by itself');
  FakeWorker.last.ready();
  assert.equal(got().filter(([op]) => op === ToCore.Create).length, 2);
});

test('reconnect() while no core is there ends the socket before the next one opens, and once', async () => {
  const { s, ws, socket } = await opened();
  s.answer([[ToPage.EmitStateChange, state('OPEN')]], { state: 'OPEN', [Snap.Gen]: 1 });
  FakeWorker.last.die('killed');
  s.heard();
  ws.reconnect();
  await turn();
  assert.notEqual(FakeSocket.last, socket);
  FakeSocket.last.open();
  assert.deepEqual(s.heard(), [['close', 1000, '', false], ['stateChange', 'CONNECTING'], ['stateChange', 'OPEN'], ['open']]);
  await clock.pass(1000);
  FakeWorker.last.ready();
  // The next core does what was asked of the one before.
  s.answer([[ToPage.Abandon, 1], [ToPage.EmitClose, 1, 1000, 0], [ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 2], [ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, 2]], { state: 'OPEN', [Snap.Gen]: 2 });
  assert.deepEqual(s.heard(), []);
  s.answer([[ToPage.EmitClose, 2, 1006, 0]], { state: 'OPEN', [Snap.Gen]: 2 });
  assert.deepEqual(s.heard(), [['close', 1006, '', false]], 'a later socket ends as ever');
});

test('a core that dies before it has begun does not begin', async () => {
  await opened();
  FakeWorker.last.die('killed');
  await clock.pass(1000);
  const still = FakeWorker.last;
  still.die('killed while it started');
  still.ready();
  await turn();
  assert.deepEqual(still.got(), []);
  await clock.pass(2000 + 4000); // the page's turn, then a Worker's
  FakeWorker.last.ready();
  assert.deepEqual(got().slice(0, 2).map(([op]) => op), [ToCore.Create, ToCore.Restore]);
});

test('a dial that opened as the core gave up on it ends, for the user, before the next', async () => {
  const { s, ws, socket } = await opened();
  socket.end();
  await turn();
  s.answer([[ToPage.EmitClose, 1, 0, 0], [ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 2]], { state: 'CONNECTING', [Snap.Gen]: 2 });
  const before = FakeWorker.last.taken;
  FakeSocket.last.open();
  assert.equal(ws.state, 'OPEN');
  s.heard();
  // It woke up, and has not heard of the open.
  s.answer([[ToPage.Abandon, 2], [ToPage.OpenSocket, 3]], { state: 'CONNECTING', [Snap.Gen]: 3 }, before);
  assert.deepEqual(s.heard(), [['close', 1006, '', false]]);
  await turn();
  s.answer([], { state: 'CONNECTING', [Snap.Gen]: 3 }); // the open of the socket before is of no interest
  FakeSocket.last.open();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, 3]], { state: 'OPEN', [Snap.Gen]: 3 });
  assert.deepEqual(s.heard(), [['stateChange', 'CONNECTING'], ['stateChange', 'OPEN'], ['open']]);
});

test('a dial that opened while no core was there has opened, whatever its surroundings or the user said meanwhile', async () => {
  const { s, ws, socket } = await opened();
  socket.end();
  await turn();
  s.answer([[ToPage.EmitClose, 1, 0, 0], [ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 2]], { state: 'CONNECTING', [Snap.Gen]: 2 });
  FakeWorker.last.die('killed');
  s.heard();
  ws.openCircuit();
  FakeSocket.last.open();
  ws.close(3000, 'bye');
  void ws.connect();
  FakeSocket.last.end(3000, 'bye', true);
  ws.reconnect();
  ws.openCircuit();
  FakeSocket.last.open();
  await clock.pass(1000);
  FakeWorker.last.ready();
  // A core that heard of the circuit first would give up the dial: what came after would not be told as it was.
  assert.deepEqual(got().map(([op, gen]) => [op, ...(op === ToCore.Opened || op === ToCore.Closed ? [gen] : [])]), [
    [ToCore.Create], [ToCore.Restore], [ToCore.Opened, 2], [ToCore.TripCircuit], [ToCore.Close], [ToCore.Connect], [ToCore.Closed, 2],
    [ToCore.Reconnect], [ToCore.Opened, 3], [ToCore.TripCircuit],
  ]);
});

test('close() of a socket that was gone, which nobody knew: it is CLOSED before it is BLOCKED', async () => {
  const { s, ws, socket } = await opened();
  s.answer([[ToPage.EmitStateChange, state('OPEN')]], { state: 'OPEN', [Snap.Gen]: 1 });
  FakeWorker.last.die('killed');
  s.heard();
  socket.end(4000, 'over', true);
  ws.close();
  ws.openCircuit();
  void ws.connect();
  await clock.pass(1000);
  FakeWorker.last.ready();
  assert.deepEqual(got().map(([op]) => op), [ToCore.Create, ToCore.Restore, ToCore.Closed, ToCore.Close, ToCore.TripCircuit, ToCore.Connect]);
  s.heard();
  const told = { state: 'BLOCKED', circuit: 'OPEN', [Snap.Gen]: 1 } as const;
  s.answer([[ToPage.EmitClose, 1, 0, 1], ...(['CONNECTING', 'CLOSED', 'BLOCKED'] as const).map((name) => [ToPage.EmitStateChange, state(name)])], told);
  assert.deepEqual(s.heard(), [['close', 4000, 'over', true], ['stateChange', 'CLOSED'], ['stateChange', 'BLOCKED']]);
});

test('close() again, while closing, changes nothing', async () => {
  const { s, ws, socket } = await opened();
  s.answer([[ToPage.EmitStateChange, state('OPEN')]], { state: 'OPEN', [Snap.Gen]: 1 });
  FakeWorker.last.die('killed');
  s.heard();
  ws.close(3000, 'bye');
  void ws.connect();
  ws.close(3001, 'bye again');
  await turn();
  assert.deepEqual([ws.state, s.heard(), FakeSocket.last], ['CLOSING', [['stateChange', 'CLOSING']], socket]);
  socket.end(3000, 'bye', true); // is still heard of
  await clock.pass(1000);
  FakeWorker.last.ready();
  assert.deepEqual(got().map(([op]) => op), [ToCore.Create, ToCore.Restore, ToCore.Close, ToCore.Connect, ToCore.Close, ToCore.Closed]);
});

test('while no core can be had, an end is told by the page itself, once', async () => {
  const { s, ws, socket } = await opened();
  FakeWorker.last.onmessage!({ data: { dead: 'once' } });
  await clock.pass(1000);
  FakeWorker.last.onmessage!({ data: { dead: 'again' } });
  s.heard();
  socket.end(1001, 'gone', true);
  await turn();
  assert.deepEqual(s.heard(), [['stateChange', 'CONNECTING'], ['close', 1001, 'gone', true]]);
  assert.equal(ws.readyState, 0);
  ws.close();
  await turn();
  assert.equal(ws.state, 'CLOSED');
});

test('a dial that the user closed while no core was there: its end is told before the next one opens, or never', async () => {
  const { s, ws, socket } = await opened();
  s.answer([[ToPage.EmitStateChange, state('OPEN')]], { state: 'OPEN', [Snap.Gen]: 1 });
  FakeWorker.last.die('killed');
  socket.end();
  s.heard();
  ws.reconnect();
  ws.close();
  await turn();
  void ws.connect();
  await turn();
  FakeSocket.last.open();
  assert.deepEqual(s.heard(), [
    ['close', 1006, '', false], ['stateChange', 'CONNECTING'], ['stateChange', 'CLOSED'], // the connection, and the dial that was closed
    ['close', 1006, '', false], ['stateChange', 'CONNECTING'], ['stateChange', 'OPEN'], ['open'],
  ]);
  await clock.pass(1000);
  FakeWorker.last.ready();
  // To the core all that happened at once, and in its own order. A retry that waits is told by none who hears of an open link.
  const [lost, closed] = [CLASSES.indexOf('UNREACHABLE'), CLASSES.indexOf('CLOSED_BY_USER')];
  s.answer(
    [[ToPage.EmitError, 1, lost], [ToPage.EmitClose, 1, 0, 0], [ToPage.EmitRetry, 1, 20, 0], [ToPage.EmitError, 2, closed], [ToPage.EmitClose, 2, 0, 0], [ToPage.OpenSocket, 3], [ToPage.EmitOpen, 3]],
    { state: 'OPEN', [Snap.Gen]: 3 },
  );
  assert.deepEqual([s.heard(), ws.state], [[], 'OPEN']);
  s.answer([[ToPage.EmitError, 3, lost], [ToPage.EmitClose, 3, 1006, 0]], { state: 'OPEN', [Snap.Gen]: 3 });
  assert.deepEqual(s.heard(), [['error', 'UNREACHABLE'], ['close', 1006, '', false]], 'of the one that is open everything is told');
});

test('a core that dies under close(): the page closes, and sends nothing more', async () => {
  const { s, ws, socket } = await opened();
  ws.send('sent');
  ws.close(3001, 'bye');
  await turn();
  assert.deepEqual(socket.closes, [], 'a core that is there says when');
  FakeWorker.last.die('killed');
  assert.deepEqual(socket.closes, [[3001, 'bye']]);
  assert.deepEqual(s.heard().filter(([what]) => what !== 'stateChange'), [['error', 'CORE_UNAVAILABLE']]);
});

test('what waits without a core is dropped by close(), and does not come back with connect()', async () => {
  const { s, ws, socket } = await opened();
  socket.end();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CONNECTING')]], { state: 'CONNECTING' });
  FakeWorker.last.die('killed');
  s.heard();
  ws.send('a');
  ws.close();
  void ws.connect();
  await turn();
  assert.deepEqual(s.heard().filter(([what]) => what === 'drop'), [['drop', 'closed', 'a']]);
  FakeSocket.last.open();
  assert.deepEqual(FakeSocket.last.sent, []);
});

test('an end that is found out late is not taken for that of the dial that has followed', async () => {
  const { s, ws } = await opened();
  FakeWorker.last.die('killed');
  await clock.pass(1000);
  FakeWorker.last.die('killed'); // there may be none for long
  ws.reconnect();
  FakeSocket.last.open();
  await turn();
  s.heard();
  const c = line.clients_.get(s.id)!;
  line.post_(ToCore.Closed, s.id, [c.gen_ - 1, 1006, 0, 0, 0, 0, 0]);
  assert.deepEqual([s.heard(), ws.state], [[], 'OPEN']);
  line.post_(ToCore.Closed, s.id, [c.gen_, 1006, 0, 0, 0, 0, 0]);
  assert.deepEqual(s.heard().map(([what]) => what), ['stateChange', 'close']);
});

test('many clients at once: an answer to a first part of what was posted changes nothing that is shown', async () => {
  await opened();
  FakeWorker.last.die('killed');
  const all = Array.from({ length: 80 }, () => new Subject());
  for (const { ws } of all) {
    void ws.connect();
    FakeSocket.last.open();
  }
  await turn();
  for (const s of all) s.heard();
  await clock.pass(1000);
  const worker = FakeWorker.last;
  worker.ready();
  assert.ok(worker.batches > 1, `${worker.batches} batches`);
  const closed = Object.fromEntries(all.map(({ id }) => [id, { state: 'CLOSED' as const }]));
  worker.answer([], closed, 40);
  assert.deepEqual(new Set(all.map(({ ws }) => ws.state)), new Set(['OPEN']));
  assert.deepEqual(all.flatMap((s) => s.heard()), []);
  worker.answer([], Object.fromEntries(all.map(({ id }) => [id, { state: 'OPEN' as const, [Snap.Gen]: 1 }])));
  assert.deepEqual(all.flatMap((s) => s.heard()), []);
});

test('more messages in one turn than a call takes arguments', async () => {
  const { s, ws, socket } = await opened({ queue: { maxMessages: Infinity } });
  socket.end();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CONNECTING')]], { state: 'CONNECTING' });
  got();
  const many = 200_000;
  for (let i = 0; i < many; i++) ws.send('');
  await turn();
  assert.equal(got().filter(([op]) => op === ToCore.Enqueue).length, many);
});

test('exportTrace() finds out that a Worker has died without a word, however idle its client', async () => {
  const { s, ws } = await opened();
  s.answer([], { state: 'OPEN', [Snap.Gen]: 1, [Snap.Attempts]: 1 });
  await clock.pass(600_000);
  assert.equal(FakeWorker.last.terminated, false);
  let why = '';
  void ws.exportTrace().catch((error) => (why = error.message));
  await turn();
  await clock.pass(10_001);
  await turn();
  assert.match(why, /the core was stopped/);
});

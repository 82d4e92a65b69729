// The page and its core: what goes over the line, and what answers cause.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { coreConfig } from '../src/coreconfig';
import { CLASSES, HASH, RETRY_REASONS, Snap, ToCore, ToPage, VERDICTS } from '../src/contract.gen';
import { config, line } from '../src/line';
import { checkOptions } from '../src/options';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';
import { install, state } from './played';
import { got, opened, Subject, url } from './subject';

install();
afterEach(() => Subject.disposeAll());

test('a core that becomes ready learns of all that happened, with its age', async () => {
  const s = new Subject();
  const other = new Subject();
  s.ws.send('first');
  void s.ws.connect();
  clock.now += 300;
  FakeSocket.last.open();
  s.ws.send('direct');
  clock.now += 200;
  void other.ws.connect();
  other.ws.send('12345');
  await clock.pass(2000);
  const worker = FakeWorker.last;
  assert.deepEqual([worker.url, worker.wasm, worker.batches], [config.coreUrl, [`${config.wasmUrl}#${HASH}`], 0]);
  const begun = clock.now;
  worker.ready();
  assert.equal(worker.batches, 1);
  const messages = worker.got();
  assert.deepEqual(messages.map(({ op, client, args }) => [op, client, ...(op === ToCore.Create ? ['…'] : args)]), [
    [ToCore.Create, s.id, '…'],
    [ToCore.Create, other.id, '…'],
    [ToCore.Connect, s.id],
    [ToCore.Opened, s.id, 1],
    [ToCore.Connect, other.id],
    [ToCore.Enqueue, other.id, 1, 5, 2000, Infinity, 0, 0],
  ]);
  assert.deepEqual(messages.map(({ age }) => age), [0, 0, begun - 1000, begun - 1300, begun - 1500, 0]);
  const [seed, dropIn, ...options] = messages[0]!.args;
  assert.ok(seed! >= 0 && seed! < 2 ** 53 && Number.isInteger(seed) && seed !== messages[1]!.args[0], 'a seed of its own');
  assert.equal(dropIn, 0);
  assert.deepEqual(options, coreConfig(checkOptions({ url, heartbeatInterval: 1000 }, false)));
  // The core follows, and nobody hears anything twice.
  s.heard();
  s.answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 1], [ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, 1]], { state: 'OPEN', [Snap.Attempts]: 1, [Snap.Gen]: 1 });
  assert.deepEqual([s.heard(), FakeSocket.all.length, s.ws.state], [[], 2, 'OPEN']);
});

test('what is posted in one turn is one batch', async () => {
  const { ws } = await opened();
  const before = FakeWorker.last.batches;
  ws.openCircuit();
  ws.closeCircuit();
  ws.close();
  assert.equal(FakeWorker.last.batches, before, 'not within the call');
  await turn();
  assert.equal(FakeWorker.last.batches, before + 1);
  assert.deepEqual(got(), [[ToCore.TripCircuit], [ToCore.ResetCircuit], [ToCore.Close, 0]]);
});

test('the core dials, abandons and closes; what is not about the newest socket is left alone', async () => {
  const { s, ws, socket } = await opened();
  const sockets = FakeSocket.all.length;
  s.answer([[ToPage.OpenSocket, 1]]);
  assert.equal(FakeSocket.all.length, sockets, 'generation 1 was dialled already');
  s.answer([[ToPage.CloseSocket, 7, 1000], [ToPage.Abandon, 7]]);
  assert.deepEqual(socket.closes, []);
  s.answer([[ToPage.Abandon, 1], [ToPage.OpenSocket, 2]]);
  assert.deepEqual([socket.closes.length, FakeSocket.all.length], [1, sockets + 1]);
  const second = FakeSocket.last;
  socket.message('late');
  socket.end();
  await turn();
  assert.deepEqual([got(), ws.getStats().messagesIn], [[], 0]);
  second.open();
  ws.close(3001, 'bye');
  assert.deepEqual(second.closes, [], 'messages that the core has let go come first');
  await turn();
  s.answer([[ToPage.CloseSocket, 2, 3001]]);
  assert.deepEqual(second.closes, [[3001, 'bye']]);
});

test('pain 22: a dial that the core asked for before it heard of close() is not made', async () => {
  const { s, ws, socket } = await opened();
  socket.end();
  await turn();
  s.answer([[ToPage.Abandon, 1], [ToPage.EmitStateChange, state('CONNECTING')], [ToPage.EmitRetry, 1, 90, 0]], { state: 'CONNECTING', 5: 90 } as object);
  const sockets = FakeSocket.all.length;
  ws.close();
  s.answer([[ToPage.OpenSocket, 2]], { state: 'CONNECTING' });
  await turn();
  s.answer([[ToPage.Abandon, 2], [ToPage.EmitStateChange, state('CLOSED')]], { state: 'CLOSED' });
  assert.deepEqual([FakeSocket.all.length, ws.state], [sockets, 'CLOSED']);
  void ws.connect();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 3]], { state: 'CONNECTING' });
  assert.equal(FakeSocket.all.length, sockets + 1);
});

test('close, and connect in the same turn: the code and the reason are still sent', async () => {
  const { s, ws, socket } = await opened();
  ws.close(3001, 'bye');
  void ws.connect();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CLOSING')], [ToPage.CloseSocket, 1, 3001]], { state: 'CLOSING' });
  assert.deepEqual(socket.closes, [[3001, 'bye']]);
});

test('connect() while closing resolves at the next open', async () => {
  const { s, ws, socket } = await opened();
  ws.close(1001, 'going');
  const connected = ws.connect();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CLOSING')], [ToPage.CloseSocket, 1, 1001]], { state: 'CLOSING' });
  assert.deepEqual(socket.closes, [[1000, 'going']]);
  socket.end(1000, 'going', true);
  await turn();
  s.heard();
  s.answer([[ToPage.EmitClose, 1, 0, 1], [ToPage.EmitStateChange, state('CLOSED')], [ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 2]], { state: 'CONNECTING' });
  assert.deepEqual(s.heard(), [['close', 1000, 'going', true, 1001], ['stateChange', 'CLOSED'], ['stateChange', 'CONNECTING']]);
  FakeSocket.last.open();
  await connected;
});

test('what is sent after reconnect() is for the next socket, though the core has not let go of this one', async () => {
  const { s, ws, socket } = await opened();
  ws.send('before');
  ws.reconnect();
  assert.equal(ws.send('a'), 'queued');
  await turn();
  assert.equal(ws.send('b'), 'queued');
  await turn();
  assert.deepEqual(got(), [[ToCore.Reconnect], [ToCore.Enqueue, 1, 1, 0, Infinity, 0, 0], [ToCore.Enqueue, 2, 1, 0, Infinity, 0, 0]]);
  s.answer([[ToPage.Abandon, 1], [ToPage.OpenSocket, 2]], { state: 'CONNECTING' });
  FakeSocket.last.open();
  s.answer([[ToPage.Flush, 1, 2]], { state: 'OPEN' });
  assert.deepEqual([socket.sent, FakeSocket.last.sent], [['before'], ['a', 'b']]);
  assert.equal(ws.send('c'), 'sent');
});

test('onOpen’s signal lasts as long as its connection, however that ends', async () => {
  const signals: AbortSignal[] = [];
  const onOpen = ({ signal }: { signal: AbortSignal }) => void signals.push(signal);
  const ends: [string, (s: Subject, socket: FakeSocket) => void][] = [
    ['lost', (_, socket) => socket.end()],
    ['let go', (s) => s.answer([[ToPage.Abandon, 1]])],
    ['disposed of', ({ ws }) => ws.dispose()],
  ];
  for (const [name, end] of ends) {
    const { s, socket } = await opened({ onOpen });
    const signal = signals.at(-1)!;
    assert.equal(signal.aborted, false, name);
    end(s, socket);
    assert.equal(signal.aborted, true, name);
  }
  const s = new Subject({ onOpen });
  s.ws.on('open', () => s.ws.dispose());
  void s.ws.connect().catch(() => {});
  await turn();
  s.answer([[ToPage.OpenSocket, 1]], { state: 'CONNECTING' });
  await turn();
  FakeSocket.last.open();
  await turn();
  assert.equal(signals.length, ends.length + 1);
  assert.equal(signals.at(-1)!.aborted, true, 'let go of within its open event');
});

test('the queue: the core lets go and drops, the page keeps the payloads', async () => {
  const { s, ws, socket } = await opened();
  socket.end();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 2]], { state: 'CONNECTING' });
  ['a', 'b', 'c', 'd'].forEach((text) => ws.send(text));
  await turn();
  assert.deepEqual(got().slice(1), [[ToCore.Enqueue, 1, 1, 0, Infinity, 0, 0], [ToCore.Enqueue, 2, 1, 0, Infinity, 0, 0], [ToCore.Enqueue, 3, 1, 0, Infinity, 0, 0], [ToCore.Enqueue, 4, 1, 0, Infinity, 0, 0]]);
  FakeSocket.last.open();
  assert.equal(ws.send('e'), 'queued', 'what waits goes first');
  s.heard();
  s.answer([[ToPage.Drop, 2, 1, 0], [ToPage.Flush, 1, 1], [ToPage.Flush, 3, 2]]);
  assert.deepEqual(FakeSocket.last.sent, ['a', 'c', 'd']);
  assert.equal(ws.send('f'), 'queued');
  s.answer([[ToPage.Flush, 5, 2]]);
  assert.equal(ws.send('g'), 'sent');
  assert.deepEqual(FakeSocket.last.sent, ['a', 'c', 'd', 'e', 'f', 'g']);
  await turn();
  assert.deepEqual(s.heard(), [['drop', 'overflow', 'b']]);
});

for (const [name, state] of [['is closing', 2], ['has closed, and its close event is held back (a frozen page)', 3]] as const) {
  test(`what cannot be flushed since the socket ${name} is given back once the core knows`, async () => {
    const { s, ws, socket } = await opened();
    socket.readyState = state;
    assert.equal(ws.send('x'), 'queued');
    await turn();
    assert.deepEqual(got(), [[ToCore.Enqueue, 1, 1, 0, Infinity, 0, 0]]);
    s.answer([[ToPage.Flush, 1, 1]]);
    await turn();
    assert.deepEqual(got(), [], 'or it would be flushed again, and again');
    socket.end();
    await turn();
    assert.deepEqual(got().map(([op, id]) => [op, id]), [[ToCore.Closed, 1], [ToCore.Enqueue, 1]]);
  });
}

test('events carry what is documented', async () => {
  const { s, ws, socket } = await opened({ maxRetries: 4 });
  socket.end(1011, 'oops', true);
  await turn();
  assert.deepEqual(got(), [[ToCore.Closed, 1, 1011, 1, 0, VERDICTS.indexOf('retry'), 0, 0]]);
  const lost = CLASSES.indexOf('CLOSED_BY_SERVER');
  s.answer(
    [[ToPage.EmitError, 1, lost], [ToPage.EmitClose, 1, 0, 1], [ToPage.EmitStateChange, state('CONNECTING')], [ToPage.EmitRetry, 1, 1000.4, RETRY_REASONS.indexOf('backoff')]],
    { state: 'CONNECTING', [Snap.RetryIn]: 1000.4, [Snap.RetryCount]: 1 },
  );
  assert.deepEqual(s.heard(), [['error', 'CLOSED_BY_SERVER'], ['close', 1011, 'oops', true], ['stateChange', 'CONNECTING'], ['retry', { attempt: 1, delay: 1000, maxRetries: 4, reason: 'backoff' }]]);
  const { lastClose, lastError, nextRetry, retryCount } = ws.getStats();
  assert.deepEqual([lastClose, lastError!.message, retryCount], [{ code: 1011, reason: 'oops', wasClean: true, at: Date.now() }, 'the server closed the connection (code 1011, "oops")', 1]);
  assert.ok(Math.abs(nextRetry! - (Date.now() + 1000.4)) < 1e-3);
  const connected = ws.connect();
  s.answer([[ToPage.EmitStateChange, state('FAILED')], [ToPage.EmitFailed, 5, lost]], { state: 'FAILED' });
  const [change, [type, failed]] = s.heard() as [unknown, [string, any]];
  assert.deepEqual([change, type, failed.reason, failed.attempts, failed.error.code, failed.lastClose.code], [['stateChange', 'FAILED'], 'failed', 'retries', 5, 'CLOSED_BY_SERVER', 1011]);
  await assert.rejects(connected, { code: 'CLOSED_BY_SERVER' });
});

test('listeners find the new state, whatever they are told first', async () => {
  const { s, ws, socket } = await opened();
  socket.end();
  const seen: unknown[] = [];
  ws.on('retry', () => seen.push(ws.getStats().nextRetry !== null));
  s.answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.EmitRetry, 1, 50, 0]], { state: 'CONNECTING', [Snap.RetryIn]: 50 });
  assert.deepEqual(seen, [true]);
});

test('an answer that was under way does not undo what the user did since', async () => {
  const { s, ws, socket } = await opened();
  const taken = FakeWorker.last.taken;
  ws.close();
  assert.equal(ws.state, 'CLOSING');
  s.answer([], { state: 'OPEN' }, taken);
  assert.equal(ws.state, 'CLOSING');
  await turn();
  s.answer([[ToPage.EmitStateChange, state('CLOSING')], [ToPage.CloseSocket, 1, 0]], { state: 'CLOSING' });
  assert.deepEqual([s.heard(), socket.closes], [[['stateChange', 'CLOSING']], [[]]]);
});

test('a dial that the core refuses: the user hears of both, the truth last', async () => {
  const s = new Subject();
  void s.ws.connect();
  assert.equal(s.ws.state, 'CONNECTING');
  await turn();
  s.answer([[ToPage.EmitStateChange, state('BLOCKED')]], { state: 'BLOCKED' });
  assert.deepEqual([s.heard(), s.ws.state, s.ws.readyState], [[['stateChange', 'CONNECTING'], ['stateChange', 'BLOCKED']], 'BLOCKED', 0]);
});

test('the circuit’s counts come with the core’s answers', async () => {
  const { s, ws } = await opened();
  s.answer([], { state: 'OPEN', [Snap.CircuitTrips]: 2, [Snap.CircuitRefusals]: 7, [Snap.WindowGood]: 3, [Snap.WindowBad]: 1, [Snap.CircuitFailures]: 4 });
  assert.deepEqual(ws.getStats().circuitCounts, { opened: 2, refused: 7, errorRate: 0.25 });
  assert.equal(ws.getStats().circuitFailures, 4);
  s.answer([], { state: 'OPEN' });
  assert.deepEqual(ws.getStats().circuitCounts, { opened: 0, refused: 0, errorRate: 0 });
});

test('what a machine is told of others is not the page’s affair', async () => {
  const { s } = await opened({ circuitBreaker: { name: 'a' } });
  s.answer([[ToPage.Told, ToCore.CircuitIs, 0, 1, 2, 3]], { state: 'OPEN' });
  assert.deepEqual([s.heard(), got()], [[], []]);
});

test('an error code that does not exist is told', async () => {
  const { s } = await opened();
  const other = new Subject({ circuitBreaker: { exclude: ['TIMED_OUT', 'TIMEDOUT'] } });
  void other.ws.connect();
  await null;
  assert.deepEqual(other.heard(), [['error', 'BAD_INPUT'], ['stateChange', 'CONNECTING']]);
  assert.equal(other.ws.getStats().lastError!.message, 'option circuitBreaker.exclude has "TIMEDOUT", which is no error code');
  assert.deepEqual(s.heard(), []);
});

test('what goes wrong for one client does not cost the others what the core says', async () => {
  const { s } = await opened();
  const other = await opened();
  const reported: unknown[] = [];
  FakeSocket.last.readyState = 1;
  const { stats_: stats } = line.clients_.get(s.id)!;
  Object.defineProperty(stats, 'lastClose', { set: () => { throw new Error('of the test'); }, configurable: true });
  const { process } = globalThis as unknown as { process: { on(type: string, listener: (error: Error) => void): void; removeAllListeners(type: string): void } };
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', ({ message }) => reported.push(message));
  FakeWorker.last.answer([[ToPage.EmitClose, s.id, 1, 1006, 0], [ToPage.EmitClose, other.s.id, 1, 1006, 0]]);
  await turn();
  await clock.pass(1);
  assert.deepEqual(other.s.heard(), [['close', 1006, '', false]]);
  assert.deepEqual(reported, ['of the test']);
});

test('a heartbeat object that is no JSON is told by its option, and replaced', async () => {
  const ping: Record<string, unknown> = {};
  ping['self'] = ping;
  const { ws } = await opened();
  const s = new Subject({ heartbeatMessage: ping });
  const errors: string[] = [];
  s.ws.on('error', ({ message }) => errors.push(message));
  void s.ws.connect();
  await turn();
  assert.match(errors.join(), /^option heartbeatMessage is an object that is no JSON: /);
  assert.equal(ws.state, 'OPEN');
});

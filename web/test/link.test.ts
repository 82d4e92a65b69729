// The page and a core that the test plays, in a Worker: what goes over the line,
// what answers cause, and what happens when a core dies.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { coreConfig } from '../src/coreconfig';
import { CLASSES, RETRY_REASONS, Snap, STATES, ToCore, ToPage, VERDICTS } from '../src/contract.gen';
import { config, line, type Line } from '../src/line';
import { Link, type LinkConfig } from '../src/link';
import { checkOptions } from '../src/options';
import { clock, turn, until } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker, snapshotOf, type Told } from './fakeworker';

clock.install();
FakeSocket.install();
FakeWorker.install();
Object.assign(globalThis, { __wsrLink: (l: Line, c: LinkConfig) => new Link(l, c) });
config.coreUrl = 'https://host/core.js';
config.wasmUrl = 'https://host/core.wasm';

const url = 'ws://host/';
const state = (name: (typeof STATES)[number]) => STATES.indexOf(name);

/** A client, its number on the line, and what it dispatches. */
class Subject {
  static all: Subject[] = [];
  readonly log: unknown[][] = [];
  readonly id: number;
  readonly ws: WebSocketReconnect;

  constructor(options: object = {}) {
    this.ws = new WebSocketReconnect({ url, heartbeatInterval: 1000, diagnose: false, ...options });
    for (const type of ['stateChange', 'circuitChange', 'retry', 'failed'] as const) this.ws.on(type, (payload) => this.log.push([type, payload]));
    this.ws.on('open', () => this.log.push(['open']));
    this.ws.on('drop', ({ reason, data }) => this.log.push(['drop', reason, data]));
    this.ws.on('error', ({ code }) => this.log.push(['error', code]));
    this.ws.on('close', ({ code, reason, wasClean, requestedCode }) => this.log.push(['close', code, reason, wasClean, ...(requestedCode ? [requestedCode] : [])]));
    this.id = line.newId_() - 1;
    Subject.all.push(this);
  }

  /** What was dispatched since the last look. */
  heard(): unknown[][] {
    return this.log.splice(0);
  }

  /** Answers about this client: actions as [op, …arguments]. */
  answer(actions: number[][], told?: Told, taken?: number): void {
    FakeWorker.last.answer(actions.map(([op, ...args]) => [op!, this.id, ...args]), told && { [this.id]: told }, taken);
  }
}

afterEach(() => {
  for (const { ws } of Subject.all.splice(0)) ws.dispose();
});

/** The messages that the core got, as [op, …arguments]. */
const got = () => FakeWorker.last.got().map(({ op, args }) => [op, ...args]);

/** Waits for the next batch that the page sends. */
async function answered(): Promise<void> {
  const { last, last: { batches } } = FakeWorker;
  await until(() => last.batches > batches, 'an answer');
}

/** A client that is open under a core that is ready and agrees. */
async function opened(options?: object): Promise<{ s: Subject; ws: WebSocketReconnect; socket: FakeSocket }> {
  const s = new Subject(options);
  void s.ws.connect();
  if (!line.ready_) {
    await clock.pass(2000);
    FakeWorker.last.ready();
  }
  await turn();
  if (FakeSocket.last?.readyState !== 0) s.answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 1]], { state: 'CONNECTING' });
  const socket = FakeSocket.last;
  socket.open();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, 1]], { state: 'OPEN' });
  s.heard();
  got();
  return { s, ws: s.ws, socket };
}

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
  assert.deepEqual([worker.url, worker.wasm, worker.batches], [config.coreUrl, [config.wasmUrl], 0]);
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

test('the heartbeat: probe, reply, question', async () => {
  const { s, ws, socket } = await opened({ heartbeatMessage: { type: 'ping' } });
  s.answer([[ToPage.Probe, 7]]);
  assert.deepEqual(socket.sent, []);
  s.answer([[ToPage.Probe, 1]]);
  assert.deepEqual(socket.sent, ['{"type":"ping"}']);
  clock.now += 12;
  socket.message('something else');
  socket.message('{"type":"pong"}');
  socket.message('{"type":"pong"}');
  await clock.pass(50);
  assert.deepEqual(got(), [[ToCore.Replied, 1, 12]], 'one reply to one probe');
  s.answer([[ToPage.Ask, 1]]);
  assert.deepEqual(got(), [], 'messages that have arrived come first');
  await answered();
  assert.deepEqual(got(), [[ToCore.Heard, 1, 50]]);
  assert.equal(ws.getStats().messagesOut, 1);
});

test('a strict heartbeat counts only the reply', async () => {
  const { s, socket } = await opened({ heartbeatReply: 'yes', heartbeatMessage: 'there?' });
  clock.now += 100;
  s.answer([[ToPage.Probe, 1]]);
  clock.now += 10;
  socket.message('chatter');
  clock.now += 5;
  s.answer([[ToPage.Ask, 1]]);
  await answered();
  const [[, , silence] = []] = got();
  assert.ok(silence! >= 115, `silent for ${silence} ms: since the open, or for ever`);
  socket.message('yes');
  await clock.pass(50);
  assert.deepEqual(got(), [[ToCore.Replied, 1, 15]]);
});

test('the server’s own probes are answered, and dispatched', async () => {
  const { ws, socket } = await opened();
  const seen: string[] = [];
  ws.on('message', ({ data }) => seen.push(data));
  socket.message('{"type":"ping"}');
  assert.deepEqual([socket.sent, seen], [['{"type":"pong"}'], ['{"type":"ping"}']]);
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
  assert.ok(Math.abs(nextRetry! - (performance.timeOrigin + clock.now + 1000.4)) < 1e-3);
  const connected = ws.connect();
  s.answer([[ToPage.EmitStateChange, state('FAILED')], [ToPage.EmitFailed, 5, lost]], { state: 'FAILED' });
  const [change, [type, failed]] = s.heard() as [unknown, [string, any]];
  assert.deepEqual([change, type, failed.reason, failed.attempts, failed.error.code, failed.lastClose.code], [['stateChange', 'FAILED'], 'failed', 'retries', 5, 'CLOSED_BY_SERVER', 1011]);
  await assert.rejects(connected, { code: 'CLOSED_BY_SERVER' });
});

test('listeners find the new state, whatever they are told first', async () => {
  const { s, ws } = await opened();
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

test('cores that keep dying are started in longer and longer pauses; one that lives ends that', async () => {
  const { s } = await opened();
  const pauses: number[] = [];
  for (let i = 0; i < 9; i++) {
    const started = FakeWorker.all.length;
    FakeWorker.last.onmessage!({ data: { dead: 'no wasm for you' } });
    const died = clock.now;
    while (FakeWorker.all.length === started) await clock.pass(clock.next);
    pauses.push(clock.now - died);
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  assert.equal(s.heard().length, 9);
  FakeWorker.last.ready();
  FakeWorker.last.die('again');
  assert.equal(clock.next, 1000);
  await clock.pass(1000);
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
  await clock.pass(2000);
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
  assert.deepEqual(other.heard(), [['error', 'BAD_INPUT']]);
  assert.equal(other.ws.getStats().lastError!.message, 'option circuitBreaker.exclude has "TIMEDOUT", which is no error code');
  assert.deepEqual(s.heard(), []);
});

test('replies to probes wait for one another, and for whatever else is told', async () => {
  const { s, socket } = await opened({ heartbeatReply: 'yes' });
  got();
  const replied = async () => {
    s.answer([[ToPage.Probe, 1]]);
    clock.now += 7;
    socket.message('yes');
    await turn();
  };
  await replied();
  await replied();
  assert.deepEqual(got(), [], 'they wait');
  await clock.pass(50);
  assert.deepEqual(got(), [[ToCore.Replied, 1, 7], [ToCore.Replied, 1, 7]]);
  await replied();
  s.ws.openCircuit();
  await turn();
  assert.deepEqual(got(), [[ToCore.Replied, 1, 7], [ToCore.TripCircuit]]);
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

// The core on the page: where no Worker can be started, and where that is asked
// for. The module is empty, and Go is the test.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { HASH, ToCore, ToPage } from '../src/contract.gen';
import { config, line, type Line } from '../src/line';
import { Link, type LinkConfig } from '../src/link';
import { clock, turn, until } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';

clock.install();
FakeSocket.install();
FakeWorker.install();

/** How many messages the core has got, and what it says to them. */
let taken = 0;
function agrees(batch: Float64Array): number[] | string | undefined {
  taken += codes(batch).length;
  return [taken, Infinity];
}

/** The messages of a batch. */
function codes(batch: Float64Array): number[] {
  const found: number[] = [];
  for (let at = 1; at < batch.length; at += 1 + batch[at]!) found.push(batch[at + 1]!);
  return found;
}

/** What the next core does. */
const core = {
  hash: HASH,
  serves: true,
  /** Answers a batch: acknowledged, delay, messages. */
  step: agrees,
  batches: [] as Float64Array[],
  /** The module runs until this is called. */
  end: () => {},
};

const scope = globalThis as any;
scope.goGlobal = scope;
scope.Go = class {
  importObject = {};
  env = {};
  exit = (_code: number) => {};
  async run() {
    taken = 0;
    if (core.serves) {
      scope.__websocketReconnectReady(core.hash, (bytes: Uint8Array) => {
        const batch = new Float64Array(bytes.slice().buffer);
        core.batches.push(batch);
        const answer = core.step(batch);
        return Array.isArray(answer) ? new Uint8Array(new Float64Array(answer).buffer) : answer;
      });
    }
    await new Promise<void>((resolve) => (core.end = resolve));
  }
};
scope.__wsrLink = (l: Line, c: LinkConfig) => new Link(l, c);

const files = { status: 200, type: 'application/wasm', bytes: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], script: 200, stalls: false };
const fetched: string[] = [];
scope.fetch = async (address: string, { method, signal }: RequestInit) => {
  if (method === 'HEAD') return new Response(null, { status: files.script });
  fetched.push(String(address));
  if (files.stalls) await new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)));
  return new Response(Uint8Array.from(files.bytes), { status: files.status, headers: { 'content-type': files.type } });
};

config.coreUrl = 'https://host/core.js';

const page = new EventTarget();
scope.addEventListener = page.addEventListener.bind(page);
scope.removeEventListener = page.removeEventListener.bind(page);

/** A policy is violated, the browser says. */
const violated = (disposition: string, effectiveDirective: string, blockedURI: string) => page.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), { disposition, effectiveDirective, blockedURI }));

const clients: WebSocketReconnect[] = [];
let runs = 0;

/** Loads a link anew, with a client that dials; each time under another address, since modules are kept. */
async function start(placement: 'worker' | 'page'): Promise<{ ws: WebSocketReconnect; errors: string[] }> {
  config.placement = placement;
  config.wasmUrl = `https://host/${++runs}.wasm`;
  line.link_ = undefined;
  const ws = new WebSocketReconnect({ url: 'ws://host/', diagnose: false });
  clients.push(ws);
  const errors: string[] = [];
  ws.on('error', ({ message }) => errors.push(message));
  void ws.connect();
  await clock.pass(2000);
  await real();
  return { ws, errors };
}

/** Compiling takes real time: until a core is there or was given up. */
const real = () => until(() => line.ready_ || clock.next < 10_000 || files.stalls || FakeWorker.all.some((worker) => !worker.terminated), 'a core');

afterEach(async () => {
  for (const ws of clients.splice(0)) ws.dispose();
  await turn();
  line.ready_ = false;
  line.log_ = [];
  clock.clear();
  Object.assign(core, { hash: HASH, serves: true, step: agrees, batches: [] });
  Object.assign(files, { status: 200, type: 'application/wasm', bytes: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], script: 200, stalls: false });
  FakeSocket.all = [];
  FakeWorker.all = [];
  FakeWorker.refuse = undefined;
});

const ops = () => core.batches.flatMap(codes);

test('placement page: no Worker, and the same messages', async () => {
  const { errors } = await start('page');
  assert.deepEqual([FakeWorker.all.length, fetched.at(-1), errors], [0, config.wasmUrl, []]);
  assert.deepEqual(ops(), [ToCore.Create, ToCore.Connect]);
});

test('a Worker that cannot be made: the page will do', async () => {
  FakeWorker.refuse = new DOMException('no workers from elsewhere', 'SecurityError');
  const { errors } = await start('worker');
  assert.deepEqual([line.ready_, ops(), errors], [true, [ToCore.Create, ToCore.Connect], []]);
});

/** The core on the page panics; the next one will not. Until that one is started. */
async function dies(): Promise<void> {
  core.step = () => 'core panicked: of the test';
  clients[0]!.openCircuit();
  await turn();
  core.step = agrees;
  await clock.pass(1000);
}

test('a Worker whose script could not be loaded: the page will do, this time, and nobody is told', async () => {
  const { errors } = await start('worker');
  assert.equal(line.ready_, false);
  const worker = FakeWorker.last;
  worker.error('');
  await real();
  assert.deepEqual([worker.terminated, line.ready_, ops(), errors, fetched.at(-1)], [true, true, [ToCore.Create, ToCore.Connect], [], config.wasmUrl]);
  await dies();
  assert.equal(errors.length, 1);
  assert.match(errors[0]!, /core panicked: of the test/);
  assert.equal(FakeWorker.all.length, 2, 'the next start is in a Worker again');
  FakeWorker.last.ready();
  assert.deepEqual([line.ready_, FakeWorker.last.got().map(({ op }) => op)], [true, [ToCore.Create, ToCore.TripCircuit]]);
});

for (const [what, forbid] of [
  ['a policy forbids it', () => violated('enforce', 'worker-src', config.coreUrl)],
  ['the script is gone', () => (files.script = 404)],
] as const) {
  test(`a Worker that is never to be had, since ${what}, is asked for once`, async () => {
    config.coreUrl = `https://host/${what.length}/core.js`; // what is forbidden stays so
    const { errors } = await start('worker');
    FakeWorker.last.error('');
    forbid();
    await real();
    await dies();
    await real();
    await clock.pass(10 * 3_600_000);
    assert.deepEqual([FakeWorker.all.length, line.ready_, errors.length], [1, true, 1]);
  });
}

test('what a policy says of something else, or only reports, forbids nothing', async () => {
  config.coreUrl = 'https://host/other/core.js';
  await start('worker');
  FakeWorker.last.error('');
  violated('report', 'worker-src', config.coreUrl);
  violated('enforce', 'worker-src', 'blob');
  violated('enforce', 'connect-src', config.coreUrl);
  files.script = 503;
  await real();
  await dies();
  assert.equal(FakeWorker.all.length, 2);
});

test('from the page the core moves to a Worker, once one can be had; only that is heard', async () => {
  const { ws, errors } = await start('worker');
  FakeWorker.last.error('');
  await real();
  ws.openCircuit();
  await turn();
  const messages = core.batches.length;
  // Two that cannot be had either, in longer and longer pauses.
  for (const pause of [60_000, 120_000]) {
    const workers = FakeWorker.all.length;
    await clock.pass(pause - 1);
    assert.equal(FakeWorker.all.length, workers);
    await clock.pass(1);
    assert.equal(FakeWorker.all.length, workers + 1);
    FakeWorker.last.error('');
    await turn();
  }
  await clock.pass(240_000);
  assert.deepEqual([line.ready_, core.batches.length], [true, messages], 'the page’s goes on, and hears of nothing');
  const worker = FakeWorker.last;
  ws.closeCircuit(); // the page's hears of it yet
  worker.ready();
  assert.deepEqual([ops().at(-1), worker.got().map(({ op }) => op)], [ToCore.ResetCircuit, [ToCore.Create]]);
  ws.openCircuit();
  await turn();
  assert.deepEqual([worker.got().map(({ op }) => op), core.batches.length, errors], [[ToCore.TripCircuit], messages + 1, []]);
  // It dies: the next one is in a Worker, at once.
  worker.die('killed');
  await clock.pass(1000);
  assert.equal(FakeWorker.all.at(-2), worker);
});

test('the core on the page that dies while a Worker starts beside it: one core follows', async () => {
  await start('worker');
  FakeWorker.last.error('');
  await real();
  await clock.pass(60_000);
  const beside = FakeWorker.last;
  await dies();
  assert.deepEqual([beside.terminated, FakeWorker.all.length], [true, 3]);
  beside.ready();
  assert.deepEqual([line.ready_, beside.got()], [false, []], 'what was given up is not heard');
  FakeWorker.last.ready();
  assert.equal(line.ready_, true);
});

test('a download that stalls is given up: the next start asks anew, and has more time', async () => {
  const starting = start('page');
  files.stalls = true;
  const { ws, errors } = await starting;
  const asked = fetched.length;
  await clock.pass(30_000);
  assert.equal(errors.length, 1);
  assert.match(errors[0]!, /\.wasm has not come within 30 s; its download is stalled/);
  assert.deepEqual([line.ready_, ws.readyState], [false, 0]);
  await clock.pass(1000);
  assert.equal(fetched.length, asked + 1);
  files.stalls = false;
  await clock.pass(59_999);
  assert.equal(errors.length, 1);
  await clock.pass(1);
  assert.match(errors[1]!, /within 60 s/);
  await clock.pass(2000);
  await real();
  assert.deepEqual([line.ready_, fetched.length, errors.length], [true, asked + 2, 2]);
});

test('a Worker that does not start, and says nothing: it is missed, and the page will do', async () => {
  const { errors } = await start('worker');
  const worker = FakeWorker.last;
  await clock.pass(5000);
  assert.equal(worker.asked, 1);
  worker.starting(); // its script runs; the module takes its time to come
  await clock.pass(9999);
  assert.deepEqual([worker.asked, worker.terminated, errors], [2, false, []]);
  await clock.pass(1);
  assert.equal(worker.terminated, true);
  assert.equal(errors.length, 1);
  assert.match(errors[0]!, /the worker has not started/);
  await clock.pass(1000);
  await real();
  assert.deepEqual([FakeWorker.all.length, line.ready_, ops(), errors.length], [1, true, [ToCore.Create, ToCore.Connect], 1]);
  await dies();
  assert.equal(FakeWorker.all.length, 2, 'the next start is in a Worker again');
});

test('a Worker whose script has started, but whose module does not come: it is given up, and the page tries', async () => {
  const { errors } = await start('worker');
  const worker = FakeWorker.last;
  for (let passed = 0; passed < 25_000; passed += 5000) {
    await clock.pass(5000);
    worker.starting();
  }
  assert.deepEqual([worker.terminated, errors], [false, []]);
  await clock.pass(5000);
  assert.deepEqual([worker.terminated, errors.length], [true, 1]);
  assert.match(errors[0]!, /\.wasm has not come within 30 s; its download is stalled/);
  await clock.pass(1000);
  await real();
  assert.deepEqual([line.ready_, FakeWorker.all.length, errors.length], [true, 1, 1]);
});

test('a Worker that has started is asked no more, until it is silent', async () => {
  const { errors } = await start('worker');
  const worker = FakeWorker.last;
  await clock.pass(9000);
  worker.ready();
  worker.answer([]);
  await clock.pass(60_000);
  assert.deepEqual([worker.asked, worker.terminated, errors], [1, false, []]);
  clients[0]!.openCircuit();
  await clock.pass(5000);
  assert.deepEqual([worker.asked, worker.terminated], [2, false]);
  await clock.pass(5000);
  assert.equal(worker.terminated, true);
  assert.match(errors[0]!, /the worker has stopped/);
});

test('on the page the core answers in the turn of the call', async () => {
  const { ws } = await start('page');
  core.step = () => [3, Infinity, 3, ToPage.OpenSocket, clientId(), 2];
  ws.reconnect();
  assert.equal(FakeSocket.all.length, 1);
  await Promise.resolve();
  assert.equal(FakeSocket.all.length, 2);
});

const clientId = () => [...line.clients_.keys()][0]!;

test('the host keeps one timer, and says how late it is', async () => {
  core.step = () => [0, 500.2];
  await start('page');
  core.batches = [];
  assert.equal(clock.next, 501);
  await clock.pass(300);
  clients[0]!.openCircuit();
  await turn();
  assert.deepEqual([clock.next, core.batches.length], [501, 1]);
  core.step = () => [0, Infinity];
  const [epoch] = core.batches[0]!;
  await clock.pass(501);
  assert.deepEqual([...core.batches[1]!], [epoch! + 501, 4, ToCore.Timer, 0, 0, 0]);
  assert.equal(clock.next, Infinity);
});

test('a delay longer than a timer can count is waited in parts', async () => {
  core.step = () => [0, 2 ** 40];
  await start('page');
  assert.equal(clock.next, 2 ** 31 - 1);
});

for (const [name, prepare, message] of [
  ['an HTTP error', () => (files.status = 404), /HTTP status 404 for https:\/\/host\/\d+\.wasm/],
  ['a page instead of the module', () => Object.assign(files, { type: 'text/html', bytes: [60, 33] }), /https:\/\/host\/\d+\.wasm is not WebAssembly \(Content-Type text\/html\)/],
  ['an empty file', () => Object.assign(files, { type: '', bytes: [] }), /is not WebAssembly \(Content-Type missing\)/],
  ['a module of another version', () => (core.hash = 'other'), /contract other.*contract \w+.*different versions; deploy them together/],
  ['a module that does not serve', () => (core.serves = false), /the module did not start/],
] as const) {
  test(`${name}: told, with the reason, and tried again`, async () => {
    prepare();
    const { ws, errors } = await start('page');
    assert.equal(errors.length, 1);
    assert.match(errors[0]!, message);
    assert.deepEqual([ws.getStats().lastError!.code, line.ready_, clock.next], ['CORE_UNAVAILABLE', false, 1000]);
    Object.assign(core, { hash: HASH, serves: true });
    Object.assign(files, { status: 200, type: 'application/wasm', bytes: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0] });
    await clock.pass(1000);
    await real();
    assert.equal(line.ready_, true);
  });
}

test('a wrong Content-Type alone does not matter', async () => {
  files.type = 'application/octet-stream';
  const { errors } = await start('page');
  assert.deepEqual([line.ready_, errors], [true, []]);
});

test('a module that answers nothing, throws or ends is dead', async () => {
  for (const [step, message] of [
    [() => undefined, /the core stopped without a word/],
    [() => { throw new Error('unreachable'); }, /Error: unreachable/],
    [() => (core.end(), [0, Infinity]), /the core ended/],
  ] as [() => number[] | undefined, RegExp][]) {
    const { ws, errors } = await start('page');
    core.step = step;
    ws.openCircuit();
    await turn();
    assert.equal(errors.length, 1, String(message));
    assert.match(errors[0]!, message);
    core.step = () => [0, Infinity];
    ws.dispose();
    line.ready_ = false;
    clock.clear();
  }
});

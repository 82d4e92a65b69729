// Where the core runs: in a Worker, or on the page where none can be had, and for
// how long.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ToCore, ToPage } from '../src/contract.gen';
import { config, line } from '../src/line';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';
import { agrees, clients, core, dies, fetched, files, forget, ops, real, start, violated } from './pagecore';

afterEach(forget);

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

test('a handover that is under way is waited for', async () => {
  const { ws } = await start('worker');
  FakeWorker.last.error('');
  await real();
  const [client] = line.clients_.keys();
  FakeSocket.last.open();
  const says = async (...action: number[]) => {
    core.step = (batch) => [...(agrees(batch) as number[]), action.length, ...action];
    ws.markHealthy();
    await turn();
    core.step = agrees;
  };
  await says(ToPage.OpenSpare, client!, 2);
  assert.equal(FakeSocket.all.length, 2);
  await clock.pass(60_000);
  const early = FakeWorker.last;
  early.ready();
  assert.deepEqual([early.terminated, early.got(), line.ready_], [true, [], true]);
  await says(ToPage.Abandon, client!, 2);
  await clock.pass(60_000);
  assert.notEqual(FakeWorker.last, early);
  FakeWorker.last.ready();
  assert.equal(FakeWorker.last.got()[0]!.op, ToCore.Create);
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

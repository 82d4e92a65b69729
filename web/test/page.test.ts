// The core on the page, and the host that runs it there.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { HASH, ToCore, ToPage } from '../src/contract.gen';
import { start as startCore } from '../src/host';
import { line } from '../src/line';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { clients, core, fetched, files, forget, real, start } from './pagecore';

afterEach(forget);

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
test('on the page the core answers in the turn of the call', async () => {
  const { ws } = await start('page');
  core.step = () => [3, Infinity, 3, ToPage.OpenSocket, clientId(), 2];
  ws.reconnect();
  assert.equal(FakeSocket.all.length, 1);
  await Promise.resolve();
  assert.equal(FakeSocket.all.length, 2);
});

const clientId = () => [...line.clients_.keys()][0]!;

test('batches and answers of all lengths come through whole, whatever came before', async () => {
  const told: number[][] = [];
  const running = await startCore('https://host/lengths.wasm', (answer) => told.push([...(answer as Float64Array)]));
  const numbers = (length: number, first: number) => Array.from({ length }, (_, i) => first + i);
  core.batches = [];
  const lengths = [3, 5000, 4, 8446, 8447, 8448, 9000, 3];
  const wanted: number[][] = [];
  for (const [i, answered] of lengths.entries()) {
    for (const sent of lengths) {
      const answer = [0, Infinity, ...numbers(answered, i)];
      core.step = () => answer;
      running.take(numbers(sent, i));
      wanted.push(answer);
      assert.deepEqual([...core.batches.filter(({ length }) => length === sent + 1).at(-1)!].slice(1), numbers(sent, i)); // there may be one since that asks for a dump
    }
  }
  assert.deepEqual(told, wanted);
});

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

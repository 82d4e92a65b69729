// How the core's files are found and loaded. The modules are data: addresses,
// which Node imports as a browser imports a file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { config, configure, line } from '../src/line';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';

clock.install();
FakeSocket.install();

const url = 'ws://host/';
const scope = globalThis as unknown as { loads: string[]; made: number; location?: unknown; __wsrLink?: unknown };
scope.loads = [];

/** The address of a script. What it does when loaded is `code`; it notes under which address it was asked for. */
const script = (code: string): string => `data:text/javascript,loads.push(import.meta.url);${encodeURIComponent(code)}//`;

/** A link that does nothing. How many were made is counted. */
const works = `globalThis.made = 0;
  globalThis.__wsrLink = () => (made++, new Proxy({}, {get: () => () => {}}))`;

test('configure says where the files are', (t) => {
  const before = { ...config };
  t.after(() => Object.assign(config, before));
  configure({ baseUrl: 'https://cdn/x/' });
  assert.deepEqual(config, { coreUrl: 'https://cdn/x/websocket-reconnect.core.js', wasmUrl: 'https://cdn/x/websocket-reconnect.wasm', placement: 'worker' });
  configure({ baseUrl: new URL('https://cdn/y') });
  assert.equal(config.wasmUrl, 'https://cdn/y/websocket-reconnect.wasm');
  configure({ wasmUrl: 'https://other/core.wasm', placement: 'page' });
  assert.deepEqual(config, { coreUrl: 'https://cdn/y/websocket-reconnect.core.js', wasmUrl: 'https://other/core.wasm', placement: 'page' });
  scope.location = { href: 'https://page/app/' };
  t.after(() => delete scope.location);
  configure({ coreUrl: '../static/core.js' });
  assert.equal(config.coreUrl, 'https://page/static/core.js');
});

test('configure refuses what it does not know', () => {
  assert.throws(() => configure({ placement: 'shared' as never }), { code: 'BAD_INPUT', message: 'option placement is "shared"; it must be "worker" or "page"' });
  assert.throws(() => configure({ wasm: 'x' } as never), { code: 'BAD_INPUT', message: 'unknown option wasm' });
});

test('a core that cannot be loaded is told and tried again, in longer and longer pauses; the socket goes on', async () => {
  config.coreUrl = script('throw new Error("of the script")');
  const ws = new WebSocketReconnect({ url });
  const errors: [number, string, string][] = [];
  const start = clock.now;
  ws.on('error', ({ code, message }) => errors.push([clock.now - start, code, message]));
  void ws.connect();
  await clock.pass(300_000);
  const times = errors.map(([at]) => at);
  assert.deepEqual(times.slice(0, 8), [2000, 3000, 5000, 9000, 17_000, 27_000, 37_000, 47_000], 'a first dial has 2 s for itself; then 1 s, doubled, at most 10 s');
  for (const [, code, message] of errors) {
    assert.equal(code, 'CORE_UNAVAILABLE');
    assert.match(message, /of the script/);
  }
  assert.equal(new Set(scope.loads).size, errors.length, 'a failed import is remembered by its address: each try has another');
  FakeSocket.last.open();
  assert.equal(ws.send('x'), 'sent');
  assert.equal(ws.getStats().lastError!.code, 'CORE_UNAVAILABLE');
  ws.dispose();
  const loads = scope.loads.length;
  await clock.pass(600_000);
  assert.equal(scope.loads.length, loads, 'nobody needs it any more');
});

test('a file that is not the core is said to be the wrong one', async () => {
  config.coreUrl = script('');
  const ws = new WebSocketReconnect({ url });
  const errors: string[] = [];
  ws.on('error', ({ message }) => errors.push(message));
  void ws.connect();
  await clock.pass(2000);
  assert.equal(errors.length, 1);
  assert.match(errors[0]!, /wrong file at data:text\/javascript/);
  ws.dispose();
});

test('clients that keep coming do not put the core off', async () => {
  config.coreUrl = script('/* of a crowd */');
  scope.loads = [];
  const clients: WebSocketReconnect[] = [];
  for (let i = 0; i < 5; i++) {
    const ws = new WebSocketReconnect({ url });
    clients.push(ws);
    void ws.connect();
    const { last } = FakeSocket;
    await clock.pass(150);
    last.open();
    await clock.pass(100);
  }
  await turn();
  assert.equal(scope.loads.length, 1, '300 ms after the first open');
  for (const ws of clients) ws.dispose();
});

test('the core comes after the first open, not beside the dial', async () => {
  config.coreUrl = script(works);
  scope.loads = [];
  const waiting = new WebSocketReconnect({ url });
  await clock.pass(10_000);
  assert.equal(scope.loads.length, 0, 'nobody has connected');
  void waiting.connect();
  await clock.pass(50);
  FakeSocket.last.open();
  await clock.pass(99);
  assert.equal(scope.loads.length, 0, 'the first echo comes first');
  await clock.pass(1);
  await turn();
  assert.deepEqual([scope.loads.length, scope.made, line.link_ !== undefined], [1, 1, true]);
  const other = new WebSocketReconnect({ url });
  void other.connect();
  FakeSocket.last.open();
  await clock.pass(10_000);
  assert.deepEqual([scope.loads.length, scope.made], [1, 1], 'one for all');
  waiting.dispose();
  other.dispose();
});

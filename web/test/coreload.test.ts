// The file of the core that could not be had when nobody was connected yet, and what waits for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { config, line, type Line } from '../src/line';
import { Link, type LinkConfig } from '../src/link';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';

clock.install();
FakeSocket.install();
FakeWorker.install();
globalThis.fetch = () => Promise.reject(new TypeError('offline'));
config.coreUrl = 'https://host/core.js'; // Node cannot import it: the page is offline
config.wasmUrl = 'https://host/core.wasm';

test('the core is loaded after connect(), though it could not be for getCloseCodes() before', async () => {
  const ws = new WebSocketReconnect({ url: 'ws://host/', diagnose: false });
  let table: unknown;
  void ws.getCloseCodes().then((codes) => (table = codes));
  await clock.pass(10);
  for (let i = 0; i < 50; i++) await turn(); // the import has failed
  Object.assign(globalThis, { __wsrLink: (l: Line, c: LinkConfig) => new Link(l, c) }); // the network is back: the file would come
  void ws.connect();
  FakeSocket.last.open();
  await clock.pass(60_000);
  FakeSocket.last.end(); // a connection is lost
  await clock.pass(3_600_000);
  assert.ok(line.link_, 'no core was asked for within an hour: the connection never comes back');
  assert.ok(table);
});

test('what waits for the core is told, though its client or another is disposed of meanwhile', async () => {
  const a = new WebSocketReconnect({ url: 'ws://host/', diagnose: false });
  const b = new WebSocketReconnect({ url: 'ws://host/', diagnose: false });
  const settled: string[] = [];
  void b.connect().catch(() => {});
  void a.getCloseCodes().then(() => settled.push('codes'));
  void b.exportTrace().catch(() => settled.push('no trace'));
  b.dispose();
  await clock.pass(60_000);
  for (let i = 0; i < 50; i++) await turn();
  assert.deepEqual(settled.sort(), ['codes', 'no trace']);
});

test('a client that was disposed of does not join by its circuit', () => {
  const before = line.clients_.size;
  const ws = new WebSocketReconnect({ url: 'ws://host/' });
  ws.dispose();
  ws.openCircuit();
  assert.deepEqual([line.clients_.size, ws.getCircuitState()], [before, 'CLOSED']);
});

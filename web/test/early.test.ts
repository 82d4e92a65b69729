// A WebSocket that the page dialled before the script was there, given in place of an address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import type { EarlyWebSocket } from '../src/early';
import { WebSocketReconnectError } from '../src/errors';
import { alone } from './alone';
import { turn } from './clock';
import { FakeSocket } from './fakesocket';

alone();

const url = 'ws://host/path?q';

/** As README's snippet dials. */
function dialled(): { early: EarlyWebSocket; server: FakeSocket } {
  const early: EarlyWebSocket = Object.assign(new WebSocket(url), { missed: [] as MessageEvent[] });
  early.onmessage = (event) => early.missed.push(event);
  return { early, server: FakeSocket.last };
}

function listen(ws: WebSocketReconnect): unknown[] {
  const log: unknown[] = [];
  ws.on('stateChange', (state) => log.push(state));
  ws.on('open', () => log.push('open'));
  ws.on('message', ({ data, target }) => log.push([data, target === ws]));
  ws.on('drop', ({ reason }) => log.push(reason));
  return log;
}

test('one that is connecting is the first connection', async () => {
  const { early, server } = dialled();
  const ws = new WebSocketReconnect({ url: early, binaryType: 'arraybuffer' });
  const log = listen(ws);
  assert.equal(ws.url, url);
  void ws.connect();
  ws.send('waits');
  await turn();
  assert.deepEqual([FakeSocket.all.length, ws.state, early.binaryType], [1, 'CONNECTING', 'arraybuffer']);
  server.open();
  server.message('hello');
  assert.deepEqual([log, server.sent], [['CONNECTING', 'OPEN', 'open', ['hello', true]], ['waits']]);
  assert.deepEqual(early.missed, [], 'its own handler is off');
});

test('the dials that follow go to its address', () => {
  const { early, server } = dialled();
  const ws = new WebSocketReconnect({ url: early });
  void ws.connect();
  server.open();
  ws.reconnect();
  assert.deepEqual([server.closes.length, FakeSocket.all.length, FakeSocket.last.args[0]], [1, 2, url]);
});

test('one that is open tells what it has missed, when the caller is done', async () => {
  const { early, server } = dialled();
  server.open('chat');
  server.message('one');
  server.message('two');
  const ws = new WebSocketReconnect(early, ['chat']);
  const log = listen(ws);
  ws.send('waits');
  assert.deepEqual([ws.readyState, log], [0, []]);
  await turn();
  server.message('three');
  assert.deepEqual(log, ['CONNECTING', 'OPEN', 'open', ['one', true], ['two', true], ['three', true]]);
  assert.deepEqual([server.sent, ws.protocol, ws.getStats().messagesIn, FakeSocket.all.length], [['waits'], 'chat', 3, 1]);
});

test('what it has missed is silent if the connection is not wanted any more', async () => {
  const { early, server } = dialled();
  server.open();
  server.message('one');
  const ws = new WebSocketReconnect(early);
  const log = listen(ws);
  ws.dispose();
  await turn();
  assert.deepEqual([log.includes('open'), server.closes.length], [false, 1]);
});

test('who waits for connect() hears what it has missed', async () => {
  const { early, server } = dialled();
  server.open();
  server.message('one');
  const ws = new WebSocketReconnect({ url: early });
  const heard: unknown[] = [];
  await ws.connect();
  ws.on('message', ({ data }) => heard.push(data));
  await turn();
  assert.deepEqual([heard, early.missed], [['one'], []]);
});

test('it is adopted once', async () => {
  const { early, server } = dialled();
  const first = new WebSocketReconnect({ url: early });
  const second = new WebSocketReconnect({ url: early });
  void first.connect();
  void second.connect();
  server.open();
  assert.deepEqual([FakeSocket.all.length, first.isConnected, second.isConnected], [2, true, false]);
  first.reconnect();
  assert.equal(FakeSocket.all.length, 3);
});

test('a dial that the browser refuses in silence is not open', async () => {
  class Refused extends FakeSocket {
    override readyState = 3;
  }
  (globalThis as { WebSocket: unknown }).WebSocket = Refused;
  const ws = new WebSocketReconnect({ url });
  void ws.connect();
  FakeSocket.install();
  await turn();
  assert.equal(ws.state, 'CONNECTING');
});

test('one that has failed is dialled anew', () => {
  const { early, server } = dialled();
  server.readyState = 3;
  void new WebSocketReconnect({ url: early }).connect();
  assert.deepEqual([FakeSocket.all.length, FakeSocket.last.args[0]], [2, url]);
});

test('one that would lose messages is refused', () => {
  for (const make of [() => new WebSocketReconnect({ url: new WebSocket(url) as never }), () => new WebSocketReconnect(new WebSocket(url) as never)]) {
    assert.throws(make, (error) => error instanceof WebSocketReconnectError && error.code === 'BAD_INPUT' && error.message.endsWith('it must be a string, or a URL or WebSocket with `missed`, or a function'));
  }
});

// The facade before any core is there: what it does by itself, and what it
// writes down for the core.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { ToCore } from '../src/contract.gen';
import { WebSocketReconnectError } from '../src/errors';
import { line } from '../src/line';
import { alone } from './alone';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';

alone();

const url = 'ws://host/';

/** A client, and all that it dispatches. */
function client(options: object = {}): { ws: WebSocketReconnect; log: unknown[][] } {
  const ws = new WebSocketReconnect({ url, ...options });
  return { ws, log: listen(ws) };
}

function listen(ws: WebSocketReconnect): unknown[][] {
  const log: unknown[][] = [];
  for (const type of ['open', 'close', 'retry', 'stateChange', 'circuitChange', 'failed']) {
    ws.on(type, (payload) => log.push(payload instanceof Event ? [type] : [type, payload]));
  }
  ws.on('drop', ({ reason, data, bytes }) => log.push(['drop', reason, data, bytes]));
  ws.on('message', ({ data }) => log.push(['message', data]));
  ws.on('error', (error) => log.push(['error', error.code]));
  return log;
}

/** What was written down for the core: op, arguments, and how long ago. */
const noted = () => line.log_.map(([op, , at, ...args]) => [op, clock.now - at!, ...args]);

test('a client that needs no core yet does not put it off for one that does', () => {
  clock.clear();
  void client({ url: () => url }).ws.connect();
  assert.equal(clock.next, 0, 'it is loaded to call url()');
  void client().ws.connect();
  assert.equal(clock.next, 0);
});

test('the options form waits for connect()', async () => {
  const { ws, log } = client();
  await turn();
  assert.deepEqual([ws.state, ws.readyState, ws.isConnected, FakeSocket.all.length, line.log_.length], ['CLOSED', 3, false, 0, 0]);
  assert.deepEqual(log, []);
});

test('connect dials at once, and resolves at open', async () => {
  const { ws, log } = client({ protocols: ['a', 'b'] });
  const connected = ws.connect();
  assert.deepEqual([ws.state, ws.readyState], ['CONNECTING', 0]);
  assert.deepEqual(FakeSocket.last.args, [url, ['a', 'b'], {}]);
  assert.deepEqual(log, [], 'nobody is told within the call');
  assert.equal(ws.connect(), connected, 'one promise for one wait');
  await turn();
  FakeSocket.last.open('b');
  assert.deepEqual([ws.state, ws.readyState, ws.isConnected, ws.protocol], ['OPEN', 1, true, 'b']);
  await connected;
  await ws.connect();
  assert.deepEqual(log, [['stateChange', 'CONNECTING'], ['stateChange', 'OPEN'], ['open']]);
  assert.equal(FakeSocket.all.length, 1);
});

test('the log keeps the times for the core', async (t) => {
  const ends: unknown[][] = [];
  t.mock.method(line, 'then_', (what: (link: object) => void) => setTimeout(() => what({ closed_: (_: object, ...args: unknown[]) => ends.push(args) }), 30));
  const { ws } = client();
  void ws.connect();
  clock.now += 70;
  FakeSocket.last.open();
  clock.now += 500;
  FakeSocket.last.end(1001, 'bye', true);
  await clock.pass(30);
  assert.deepEqual(noted(), [[ToCore.Connect, 600], [ToCore.Opened, 530, 1]]);
  assert.deepEqual(ends, [[1, true, clock.now - 30]], 'what it means is found out when there is a link');
});

test('messages wait for the open, and go out in order before any later one', async () => {
  const { ws } = client();
  assert.equal(ws.send('before connect'), 'queued');
  void ws.connect();
  assert.deepEqual(['b', 'c'].map((text) => ws.send(text)), ['queued', 'queued']);
  assert.deepEqual([ws.bufferedAmount, ws.getStats().queueLength, ws.getStats().queueBytes], [16, 3, 16]);
  const bytes = Uint8Array.of(1, 2);
  ws.send(bytes);
  bytes.fill(9);
  ws.on('open', () => assert.equal(ws.send('in the listener'), 'sent'));
  FakeSocket.last.open();
  assert.equal(ws.send('last'), 'sent');
  assert.deepEqual(FakeSocket.last.sent.slice(0, 3), ['before connect', 'b', 'c']);
  assert.deepEqual([...(FakeSocket.last.sent[3] as Uint8Array)], [1, 2]);
  assert.deepEqual(FakeSocket.last.sent.slice(4), ['in the listener', 'last']);
  assert.equal(ws.getStats().queueLength, 0);
});

test('a lost connection: messages wait again', () => {
  const { ws } = client();
  void ws.connect();
  FakeSocket.last.open();
  FakeSocket.last.end();
  assert.equal(ws.send('x'), 'queued');
  assert.deepEqual(FakeSocket.last.sent, []);
});

test('a socket that is closing takes nothing', () => {
  const { ws } = client();
  void ws.connect();
  FakeSocket.last.open();
  FakeSocket.last.readyState = 2;
  assert.equal(ws.send('x'), 'queued');
});

for (const [code, reason, native] of [
  [undefined, '', []],
  [1000, '', [1000, '']],
  [3001, 'bye', [3001, 'bye']],
  [1001, 'going', [1000, 'going']],
  [1014, '', [1000, '']],
] as const) {
  test(`close(${code}, ${JSON.stringify(reason)}) of an open connection`, async () => {
    const { ws, log } = client();
    void ws.connect();
    FakeSocket.last.open();
    ws.close(code, reason);
    assert.deepEqual([ws.state, ws.readyState], ['CLOSING', 2]);
    assert.deepEqual(FakeSocket.last.closes, [native]);
    assert.deepEqual(noted().at(-1), [ToCore.Close, 0, code ?? 0]);
    ws.close(3000);
    assert.equal(FakeSocket.last.closes.length, 1, 'closing twice is closing once');
    await turn();
    assert.deepEqual(log.at(-1), ['stateChange', 'CLOSING']);
  });
}

test('close before the open: over at once', async () => {
  const { ws, log } = client();
  const connected = ws.connect();
  ws.send('x');
  ws.close();
  assert.deepEqual([ws.state, FakeSocket.last.closes.length], ['CLOSED', 1]);
  FakeSocket.last.open(); // late
  FakeSocket.last.message('late');
  FakeSocket.last.end();
  await turn();
  assert.deepEqual(log.filter(([type]) => type !== 'drop'), [['stateChange', 'CONNECTING'], ['stateChange', 'CLOSED']]);
  assert.equal(ws.send('y'), 'dropped');
  await turn();
  assert.deepEqual(log.at(-1), ['drop', 'closed', 'y', 1]);
  void connected.catch(() => {}); // the core rejects it
});

test('close before connect drops what waits', async () => {
  const ws = new WebSocketReconnect({ url });
  const log = listen(ws);
  ws.close();
  assert.equal(ws.send('x'), 'dropped');
  await turn();
  assert.deepEqual(log, [['drop', 'closed', 'x', 1]]);
  assert.equal(ws.state, 'CLOSED');
});

test('connect after close dials again', () => {
  const { ws } = client();
  void ws.connect();
  ws.close();
  void ws.connect();
  assert.deepEqual([ws.state, FakeSocket.all.length, ws.send('x')], ['CONNECTING', 2, 'queued']);
});

test('close, then connect while closing: the code and the reason are still sent', () => {
  const { ws } = client();
  void ws.connect();
  FakeSocket.last.open();
  ws.close(3001, 'bye');
  void ws.connect();
  assert.deepEqual([FakeSocket.last.closes, FakeSocket.all.length], [[[3001, 'bye']], 1]);
  assert.deepEqual(noted().map(([op]) => op), [ToCore.Connect, ToCore.Opened, ToCore.Close, ToCore.Connect]);
});

test('reconnect replaces the socket, whose late events change nothing', async () => {
  const { ws, log } = client();
  void ws.connect();
  const old = FakeSocket.last;
  old.open();
  ws.reconnect();
  assert.deepEqual([ws.state, FakeSocket.all.length, old.closes.length], ['CONNECTING', 2, 1]);
  await turn();
  const before = [log.length, line.log_.length];
  old.message('late');
  old.end(1006);
  await turn();
  assert.deepEqual([log.length, line.log_.length], before);
  FakeSocket.last.open();
  assert.deepEqual(noted().at(-1), [ToCore.Opened, 0, 2]);
  assert.deepEqual([ws.state, ws.getStats().attempts, ws.getStats().messagesIn], ['OPEN', 2, 0]);
});

test('the queue’s limits hold before the core is there', async () => {
  const oldest = client({ queue: { maxMessages: 2 } });
  assert.deepEqual(['a', 'b', 'c'].map((text) => oldest.ws.send(text)), ['queued', 'queued', 'queued']);
  const newest = client({ queue: { maxMessages: 2, overflow: 'drop-newest' } });
  assert.deepEqual(['a', 'b', 'c'].map((text) => newest.ws.send(text)), ['queued', 'queued', 'dropped']);
  const bytes = client({ queue: { maxBytes: 5 } });
  assert.deepEqual(['123456', '1234', '12'].map((text) => bytes.ws.send(text)), ['dropped', 'queued', 'queued']);
  const none = client({ queue: { maxMessages: 0 } });
  assert.equal(none.ws.send('a'), 'dropped');
  await turn();
  assert.deepEqual(oldest.log, [['drop', 'overflow', 'a', 1]]);
  assert.deepEqual(newest.log, [['drop', 'overflow', 'c', 1]]);
  assert.deepEqual(bytes.log, [['drop', 'overflow', '123456', 6], ['drop', 'overflow', '1234', 4]]);
  assert.deepEqual([oldest.ws.getStats().dropped, none.ws.getStats().dropped], [1, 1]);
});

test('send refuses what a WebSocket does not send', () => {
  const { ws } = client();
  void ws.connect();
  for (const open of [false, true]) {
    if (open) FakeSocket.last.open();
    for (const data of [undefined, null, 7, {}, [], true]) {
      assert.throws(() => ws.send(data as never), (error) => error instanceof WebSocketReconnectError && error.code === 'BAD_INPUT' && error.message.startsWith('send: data is ' + (JSON.stringify(data) ?? 'missing')));
    }
  }
});

test('a drop-in sends as the WHATWG class does', () => {
  const ws = new WebSocketReconnect(url);
  FakeSocket.last.open();
  for (const data of [7, null, { a: 1 }]) ws.send(data as never);
  assert.deepEqual(FakeSocket.last.sent, ['7', 'null', '[object Object]']);
});

test('a drop-in connects by itself', () => {
  const ws = new WebSocketReconnect('http://host/x', 'chat', { maxRetries: 3 });
  assert.deepEqual([ws.url, ws.state, FakeSocket.last.args], ['ws://host/x', 'CONNECTING', ['ws://host/x', 'chat', {}]]);
  assert.equal(ws.getStats().maxRetries, 3);
  assert.equal(new WebSocketReconnect(new URL(url)).url, url);
  assert.deepEqual(FakeSocket.last.args, [url, [], {}]);
});

test('a constructor that throws is a dial that failed', async (t) => {
  const ends: unknown[][] = [];
  t.mock.method(line, 'then_', (what: (link: object) => void) => what({ closed_: (_: object, ...args: unknown[]) => ends.push(args) }));
  const { ws } = client();
  FakeSocket.refuse = new DOMException('blocked by the page’s policy', 'SecurityError');
  void ws.connect();
  assert.equal(ws.state, 'CONNECTING');
  await turn();
  assert.deepEqual([noted(), ends], [[[ToCore.Connect, 0]], [[1, undefined, clock.now]]]);
});

test('websocketOptions are the constructor’s third argument', () => {
  const websocketOptions = { headers: { a: 'b' } };
  void client({ websocketOptions }).ws.connect();
  assert.deepEqual(FakeSocket.last.args, [url, [], websocketOptions]);
});

test('the circuit can be opened by hand; connect waits for the core then', async () => {
  const { ws, log } = client();
  ws.openCircuit();
  ws.openCircuit();
  assert.equal(ws.getCircuitState(), 'OPEN');
  void ws.connect();
  assert.deepEqual([ws.state, FakeSocket.all.length], ['CLOSED', 0]);
  ws.closeCircuit();
  await turn();
  assert.deepEqual(log, [['circuitChange', 'OPEN'], ['circuitChange', 'CLOSED']]);
  assert.deepEqual(noted().map(([op]) => op), [ToCore.TripCircuit, ToCore.TripCircuit, ToCore.Connect, ToCore.ResetCircuit]);
});

test('dispose ends everything, in silence', async () => {
  const { ws, log } = client();
  const connected = ws.connect();
  const socket = FakeSocket.last;
  ws.send('x');
  ws.dispose();
  ws.dispose();
  assert.deepEqual([ws.state, socket.closes.length, ws.send('y')], ['CLOSED', 1, 'dropped']);
  socket.open();
  socket.message('late');
  socket.end();
  ws.close();
  ws.reconnect();
  await assert.rejects(connected, { code: 'CLOSED_BY_USER' });
  await assert.rejects(ws.connect(), { code: 'CLOSED_BY_USER' });
  await turn();
  assert.deepEqual([log, FakeSocket.all.length, ws.state, ws.getStats().dropped], [[], 1, 'CLOSED', 2]);
  assert.deepEqual(noted().map(([op]) => op), [ToCore.Connect, ToCore.Dispose]);
});

// The facade as an object: its members, listeners, arguments and figures.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { show, WebSocketReconnectError } from '../src/errors';
import { line } from '../src/line';
import { alone } from './alone';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';

alone();

const url = 'ws://host/';

function opened(options: object = {}): { ws: WebSocketReconnect; socket: FakeSocket } {
  const ws = new WebSocketReconnect({ url, ...options });
  void ws.connect();
  const socket = FakeSocket.last;
  socket.open();
  return { ws, socket };
}

test('constants, on the class and on each client, that nobody can change', () => {
  const ws = new WebSocketReconnect({ url });
  ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => {
    for (const holder of [WebSocketReconnect, ws] as unknown as Record<string, number>[]) {
      assert.equal(holder[name], value);
      assert.throws(() => (holder[name] = 7), TypeError);
    }
  });
  assert.equal(WebSocketReconnect.version, '0.0.0-test');
  assert.ok(ws instanceof EventTarget);
});

test('every method and property of the types is there, and no other', () => {
  const members = Object.getOwnPropertyNames(WebSocketReconnect.prototype).sort();
  assert.deepEqual(members, [
    'CLOSED', 'CLOSING', 'CONNECTING', 'OPEN', 'addEventListener', 'binaryType', 'bufferedAmount', 'close', 'closeCircuit', 'connect',
    'constructor', 'dispose', 'drain', 'explain', 'exportTrace', 'extensions', 'getCircuitState', 'getCloseCodes', 'getStats', 'handover', 'isConnected', 'markHealthy', 'off', 'on',
    'once', 'onclose', 'onerror', 'onmessage', 'onopen', 'openCircuit', 'protocol', 'readyState', 'reconnect', 'removeEventListener',
    'send', 'state', 'url',
  ]);
  assert.deepEqual(Object.keys(new WebSocketReconnect({ url })), [], 'a client has no fields that show');
});

test('withOptions: a constructor with options bound in', () => {
  const Bound = WebSocketReconnect.withOptions({ maxRetries: 3, protocols: 'ignored', binaryType: 'arraybuffer' } as object);
  const ws = new Bound(url, ['a']);
  assert.ok(ws instanceof Bound && ws instanceof WebSocketReconnect && ws instanceof EventTarget);
  assert.equal(Object.getPrototypeOf(Bound), WebSocketReconnect);
  assert.equal(Bound.prototype.constructor, Bound);
  assert.equal(Bound.name, 'WebSocketReconnect');
  assert.deepEqual([Bound.CONNECTING, Bound.OPEN, Bound.CLOSING, Bound.CLOSED, ws.OPEN], [0, 1, 2, 3, 1]);
  assert.deepEqual([ws.readyState, ws.binaryType, ws.getStats().maxRetries], [0, 'arraybuffer', 3]);
  assert.deepEqual(FakeSocket.last.args, [url, ['a'], {}], 'it dials, as a WebSocket does');
  assert.throws(() => new (WebSocketReconnect.withOptions({ maxRetires: 3 } as object))(url), /did you mean maxRetries/);
  // What a library hands to Node's ws is not taken for an option of ours.
  assert.equal(new Bound(url, [], { headers: { a: 'b' } }).readyState, 0);
});

test('on, once and off', () => {
  const { ws, socket } = opened();
  const log: string[] = [];
  const a = (event: MessageEvent) => log.push('a' + event.data);
  const once = (event: MessageEvent) => log.push('once' + event.data);
  const off = ws.on('message', a);
  ws.on('message', a); // a second time is no time
  ws.once('message', once);
  socket.message(1);
  socket.message(2);
  off();
  off();
  socket.message(3);
  ws.on('message', a);
  ws.off('message', a);
  ws.off('message', once);
  ws.off('open', a);
  socket.message(4);
  assert.deepEqual(log, ['a1', 'once1', 'a2']);
});

test('the same function may listen to two events', () => {
  const { ws, socket } = opened();
  const log: string[] = [];
  const f = (payload: unknown) => log.push(payload instanceof Event ? payload.type : String(payload));
  ws.on('message', f);
  ws.on('stateChange', f);
  ws.off('stateChange', f);
  ws.on('open', f);
  socket.message('x');
  ws.dispatchEvent(new Event('open'));
  assert.deepEqual(log, ['message', 'open']);
});

test('on refuses what is no function', () => {
  const ws = new WebSocketReconnect({ url });
  for (const bad of [undefined, null, {}, 'f', { handleEvent() {} }]) {
    assert.throws(() => ws.on('open', bad as never), (error) => error instanceof WebSocketReconnectError && error.code === 'BAD_INPUT' && error.message.startsWith('on: listener is '));
  }
});

test('once removes itself before it is called', () => {
  const { ws, socket } = opened();
  let calls = 0;
  ws.once('message', () => {
    if (++calls < 5) socket.message('again');
  });
  socket.message('first');
  assert.equal(calls, 1);
});

test('messages: the socket’s own event, to listeners, on… and handleEvent alike', () => {
  const { ws, socket } = opened();
  const seen: unknown[] = [];
  ws.onmessage = function (this: unknown, event: unknown) {
    seen.push(this, event);
  };
  ws.addEventListener('message', { handleEvent: (event: unknown) => seen.push(event) });
  const event = socket.message('x');
  assert.deepEqual(seen.map((x) => (x === ws ? 'ws' : x === event ? 'event' : x)), ['ws', 'event', 'event']);
  ws.onmessage = null;
  socket.message('y');
  assert.equal(seen.length, 4);
});

test('an on… attribute keeps the place of its first setting', () => {
  const { ws, socket } = opened();
  const log: string[] = [];
  ws.onmessage = () => log.push('first');
  ws.on('message', () => log.push('second'));
  ws.onmessage = () => log.push('first again');
  socket.message('x');
  assert.deepEqual(log, ['first again', 'second']);
  for (const type of ['onopen', 'onmessage', 'onclose', 'onerror'] as const) {
    ws[type] = 'not a function' as never;
    assert.equal(ws[type], null);
  }
});

test('dispatchEvent, also of messages that are ours', () => {
  const ws = new WebSocketReconnect({ url });
  const log: string[] = [];
  ws.on('message', (event) => log.push(event.data));
  ws.addEventListener('message', (event: Event) => event.preventDefault());
  assert.equal(ws.dispatchEvent(new MessageEvent('message', { data: 'own' })), true);
  assert.equal(ws.dispatchEvent(Object.assign(new Event('message', { cancelable: true }), { data: 'own' })), false);
  assert.deepEqual(log, ['own', 'own']);
});

test('close refuses codes and reasons that cannot be sent', () => {
  const { ws, socket } = opened();
  const codes = 'it must be 1000 or 3000 to 4999';
  const more = ', or 1001 to 1003 or 1007 to 1014';
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, -1, NaN, Infinity, '1000.5', 'x', null, {}]) {
    const said = `close: code is ${Number(code)}; ${codes}`;
    assert.throws(() => ws.close(code as never), { code: 'BAD_INPUT', message: said + more });
    const dropIn = new WebSocketReconnect(url);
    assert.throws(() => dropIn.close(code as never), (error) => error instanceof DOMException && error.name === 'InvalidAccessError' && error.message === said);
    dropIn.dispose();
  }
  for (const [reason, bytes] of [['x'.repeat(124), 124], ['ä'.repeat(62), 124], ['😀'.repeat(31), 124]] as const) {
    assert.throws(() => ws.close(1000, reason), { code: 'BAD_INPUT', message: `close: reason has ${bytes} bytes of UTF-8, more than 123` });
  }
  assert.throws(() => new WebSocketReconnect(url).close(1001), (error) => error instanceof DOMException);
  assert.deepEqual([ws.state, socket.closes], ['OPEN', []], 'a close that was refused has not happened');
  ws.close(1000, 'x'.repeat(123));
  assert.deepEqual(socket.closes, [[1000, 'x'.repeat(123)]]);
});

test('a bad option or address throws at construction, and leaves nothing behind', () => {
  assert.throws(() => new WebSocketReconnect({ url, maxRetrys: 1 }), { code: 'BAD_INPUT' });
  assert.throws(() => new WebSocketReconnect({}), { code: 'BAD_INPUT' });
  assert.throws(() => new WebSocketReconnect({ url: 'ftp://x' }), { code: 'BAD_INPUT' });
  assert.throws(() => new WebSocketReconnect('ftp://x'), (error) => error instanceof DOMException && error.name === 'SyntaxError');
  assert.throws(() => new WebSocketReconnect(url, ['a', 'a']), (error) => error instanceof DOMException && error.name === 'SyntaxError');
  assert.throws(() => new WebSocketReconnect(url, [], { jitter: 2 }), { code: 'BAD_INPUT' });
  for (const bad of [null, 5000, true, 'x', [], () => {}]) {
    assert.throws(() => new WebSocketReconnect(url, [], bad as never), { code: 'BAD_INPUT', message: `option options is ${show(bad)}; it must be an object` });
  }
  assert.throws(() => (WebSocketReconnect as unknown as () => void)(), TypeError);
  assert.deepEqual([FakeSocket.all.length, line.log_.length, line.clients_.size], [0, 0, 0]);
});

test('binaryType is that of the socket, and of those to come', () => {
  const { ws, socket } = opened({ binaryType: 'arraybuffer' });
  assert.equal(socket.binaryType, 'arraybuffer');
  ws.binaryType = 'nonsense' as never; // as the WHATWG class has it: ignored
  assert.equal(ws.binaryType, 'arraybuffer');
  ws.binaryType = 'blob';
  assert.equal(socket.binaryType, 'blob');
  ws.reconnect();
  assert.equal(FakeSocket.last.binaryType, 'blob');
});

test('bufferedAmount is that of the socket and the queue', () => {
  const { ws, socket } = opened();
  ws.send('12345');
  assert.equal(ws.bufferedAmount, 5);
  socket.bufferedAmount = 0; // it has left
  assert.equal(ws.bufferedAmount, 0);
  socket.end();
  ws.send('123');
  assert.equal(ws.bufferedAmount, 3);
});

test('the figures, at the start', () => {
  assert.deepEqual(new WebSocketReconnect({ url }).getStats(), {
    state: 'CLOSED', circuitState: 'CLOSED', retryCount: 0, maxRetries: 10, circuitCounts: undefined, circuitFailures: 0,
    failureThreshold: 5,
    lastActivity: null, uptime: 0, attempts: 0, successes: 0, successRate: 1, lastClose: null, lastError: null,
    messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0, queueLength: 0, queueBytes: 0, dropped: 0,
    roundTrip: null, smoothedRoundTrip: null, nextRetry: null,
  });
});

test('the figures of traffic', () => {
  const { ws, socket } = opened();
  clock.now += 250;
  ws.send('äö');
  ws.send(new Uint8Array(10));
  clock.now += 50;
  socket.message('123');
  socket.message(new ArrayBuffer(4));
  socket.message(new Blob(['12345']));
  const { uptime, attempts, successes, successRate, messagesIn, messagesOut, bytesIn, bytesOut, lastActivity } = ws.getStats();
  assert.deepEqual({ uptime, attempts, successes, successRate, messagesIn, messagesOut, bytesIn, bytesOut }, {
    uptime: 300, attempts: 1, successes: 1, successRate: 1, messagesIn: 3, messagesOut: 2, bytesIn: 12, bytesOut: 14,
  });
  assert.equal(lastActivity, performance.timeOrigin + clock.now);
});

test('of messages that the socket buffers behind others, every eighth counts as activity', () => {
  const { ws, socket } = opened();
  const start = clock.now;
  const activity: number[] = [];
  for (let i = 0; i < 17; i++) {
    clock.now++;
    ws.send('more');
    activity.push(Math.round(ws.getStats().lastActivity! - performance.timeOrigin - start));
  }
  assert.deepEqual(activity, [1, 1, 1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 9, 17]);
  socket.bufferedAmount = 0; // it has left
  clock.now++;
  ws.send('alone');
  assert.equal(ws.getStats().lastActivity, performance.timeOrigin + clock.now);
});

test('a listener that throws does not stop the others, nor the facade', async () => {
  const node = (globalThis as unknown as { process: { on(type: string, listener: (e: unknown) => void): void; removeAllListeners(type: string): void } }).process;
  const reported: unknown[] = [];
  node.removeAllListeners('uncaughtException');
  node.on('uncaughtException', (error) => reported.push((error as Error).message));
  const ws = new WebSocketReconnect({ url });
  const log: string[] = [];
  ws.on('open', () => {
    throw new Error('in open');
  });
  ws.on('open', () => log.push('open'));
  ws.on('stateChange', (state) => {
    log.push(state);
    throw new Error('in stateChange');
  });
  const connected = ws.connect();
  await turn();
  FakeSocket.last.open();
  await connected;
  for (let i = 0; i < 3; i++) await clock.pass(1); // where there is no reportError, errors are thrown by timers
  assert.deepEqual([log, ws.state, ws.send('x')], [['CONNECTING', 'OPEN', 'open'], 'OPEN', 'sent']);
  assert.deepEqual(reported.sort(), ['in open', 'in stateChange', 'in stateChange']);
});

test('calls within listeners are legal', async () => {
  const ws = new WebSocketReconnect({ url });
  const log: string[] = [];
  ws.on('stateChange', (state) => {
    log.push(state);
    if (state === 'OPEN') ws.close(3000, 'changed my mind');
  });
  ws.on('open', () => log.push('open ' + ws.state));
  void ws.connect();
  await turn();
  FakeSocket.last.open();
  await turn();
  assert.deepEqual(log, ['CONNECTING', 'OPEN', 'open CLOSING', 'CLOSING']);
  assert.deepEqual(FakeSocket.last.closes, [[3000, 'changed my mind']]);
});

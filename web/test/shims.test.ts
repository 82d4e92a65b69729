// Options of what takes another client's place: those that it has not are told, once, and do no harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import PartySocket, { WebSocket as PartyWebSocket } from '../entries/partysocket';
import { Subscription } from '../entries/react/subscription';
import ReconnectingWebSocket from '../entries/reconnecting-websocket';
import { useWebSocket } from '../entries/vue';
import WebsocketHeartbeatJs from '../entries/websocket-heartbeat-js';
import { line } from '../src/line';
import { speechOf } from '../src/speech';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';

Object.assign(globalThis, { WorkerGlobalScope: class {} }); // else this is a server to bindings

clock.install();
FakeSocket.install();
FakeWorker.install();

const url = 'wss://host/';
const common = { maxRetries: 3, minUptime: 10, debug: false, client: {} };

/** By entry: makes one with options, of which some are given. */
const make: Record<string, [given: object, make: (options: any) => unknown]> = {
  'reconnecting-websocket': [{ ...common, connectionTimeout: 500 }, (options) => new ReconnectingWebSocket(url, [], options)],
  'reconnecting-websocket without subprotocols': [common, (options) => new ReconnectingWebSocket(url, options)],
  'reconnecting-websocket with null for subprotocols': [common, (options) => new ReconnectingWebSocket(url, null, options)],
  partysocket: [{ ...common, shouldReconnectOnClose: () => true }, (options) => new PartyWebSocket(url, null, options)],
  'partysocket with a room': [{ ...common, room: 'room', query: {}, disableNameValidation: true }, (options) => new PartySocket({ ...options, host: 'host' })],
  'websocket-heartbeat-js': [{ pingTimeout: 1000, pingMsg: 'x', repeatLimit: 3 }, (options) => new WebsocketHeartbeatJs({ ...options, url })],
  react: [{ share: true, reconnectInterval: 5, filter: () => true, client: {} }, (options) => new Subscription(options).open(url)],
  vue: [{ autoReconnect: { retries: 3 }, immediate: true, client: {} }, (options) => useWebSocket(url, options)],
};

for (const Shim of [ReconnectingWebSocket, PartyWebSocket]) {
  test(`${Shim === PartyWebSocket ? 'partysocket' : 'reconnecting-websocket'}: reconnect() tells of the end at once, also where the engine has no CloseEvent`, () => {
    const ws = new Shim(url);
    const heard: unknown[] = [];
    ws.addEventListener('close', ({ code, reason, wasClean }: any) => heard.push(code, reason, wasClean));
    FakeSocket.last.open();
    ws.reconnect(4001, 'again');
    assert.deepEqual(heard, [4001, 'again', true]);
    ws.close();
  });
}

for (const [name, [given, construct]] of Object.entries(make)) {
  test(`${name}: an option that is none is told once, and ignored`, (t) => {
    const said: string[] = [];
    t.mock.method(console, 'warn', (text: string) => void said.push(text));
    const before = FakeSocket.all.length;
    construct(given);
    assert.deepEqual(said, []);
    const wrong = `maxRetrys in ${name}`;
    for (let i = 0; i < 2; i++) construct({ ...given, [wrong]: 3 });
    assert.deepEqual(said, [`websocket-reconnect/${name.split(' ')[0]}: there is no option ${wrong}; it is ignored`]);
    if (name !== 'partysocket with a room') assert.ok(FakeSocket.all.length > before); // whose address waits for the core
  });
}

for (const Shim of [ReconnectingWebSocket, PartyWebSocket]) {
  test(`${Shim === PartyWebSocket ? 'partysocket' : 'reconnecting-websocket'}: connect() after close(), or after startClosed, is as reconnect()`, () => {
    for (const startClosed of [true, false]) {
      const ws: any = new Shim(url, [], { startClosed });
      if (!startClosed) ws.close();
      const closes: unknown[] = [];
      ws.addEventListener('close', ({ code }: any) => closes.push(code));
      void ws.connect();
      assert.deepEqual([ws.readyState, ws.shouldReconnect], [0, true]);
      FakeSocket.last.open();
      assert.equal(ws.readyState, 1);
      ws.reconnect(4000);
      assert.deepEqual(closes, [4000]);
      ws.close();
    }
  });
}

for (const Shim of [ReconnectingWebSocket, PartyWebSocket]) {
  const name = Shim === PartyWebSocket ? 'partysocket' : 'reconnecting-websocket';

  for (const [order, dials] of [['close', 0], ['reconnect', 1], ['connect', 1]] as const) {
    test(`${name}: what a listener for the close of reconnect() says holds: ${order}()`, async () => {
      const ws: any = new Shim(url);
      const closes: unknown[] = [];
      ws.addEventListener('close', ({ code }: any) => closes.push(code) === 1 && void ws[order]());
      FakeSocket.last.open();
      const before = FakeSocket.all.length;
      ws.reconnect(4000);
      await turn();
      assert.deepEqual([FakeSocket.all.length - before, ws.shouldReconnect, closes], [dials, !!dials, [4000]]);
      ws.close();
    });
  }

  test(`${name}: reconnect() with what a browser does not send dials, and tells the server 1000`, async () => {
    const ws = new Shim(url);
    const closes: unknown[] = [];
    ws.addEventListener('close', ({ code, reason }: any) => closes.push([code, reason]));
    const long = 'x'.repeat(124);
    for (const [given, sent] of [[[1006, 'timeout'], [1000, 'timeout']], [[2999, ''], [1000, '']], [[4000, long], [4000, '']]] as [[number, string], unknown[]][]) {
      const socket = FakeSocket.last;
      socket.open();
      ws.reconnect(...given);
      await turn();
      assert.notEqual(FakeSocket.last, socket);
      assert.deepEqual([socket.closes[0], closes.splice(0)], [sent, [given]]);
    }
    ws.close();
  });
}

test('reconnecting-websocket: close() with what a browser does not send throws, as there, and nothing is changed', () => {
  const ws = new ReconnectingWebSocket(url);
  FakeSocket.last.open();
  assert.throws(() => ws.close(1006), { name: 'InvalidAccessError' });
  assert.deepEqual([ws.readyState, ws.shouldReconnect], [1, true]);
  ws.close();
});

test('partysocket: close() with what a browser does not send closes', (t) => {
  const said: string[] = [];
  t.mock.method(console, 'warn', (text: string) => void said.push(text));
  const ws = new PartyWebSocket(url);
  const closes: unknown[] = [];
  ws.addEventListener('close', ({ code }: any) => closes.push(code));
  FakeSocket.last.open();
  ws.close(1006);
  assert.deepEqual([FakeSocket.last.closes, closes, ws.readyState, ws.shouldReconnect], [[[1000, '']], [1006], 3, false]);
  assert.equal(ws.send('late'), false);
  assert.equal(said.length, 1);
});

test('partysocket: a listener for the close of close() may reconnect, and hears of all that follows', async () => {
  const ws: any = new PartyWebSocket(url);
  const heard: unknown[] = [];
  for (const type of ['close', 'error']) ws.addEventListener(type, ({ code }: any) => heard.push(code ?? type) === 1 && ws.reconnect());
  FakeSocket.last.open();
  ws.close(4000);
  await turn();
  assert.deepEqual([ws.readyState, ws.shouldReconnect], [0, true]);
  FakeSocket.last.open();
  ws.dispatchEvent(new Event('error'));
  ws.close(4001);
  assert.deepEqual(heard, [4000, 'error', 4001]);
});

test('partysocket: a shouldReconnectOnClose that says no to the end that reconnect() makes is heeded, as there', async () => {
  const ws = new PartyWebSocket(url, null, { shouldReconnectOnClose: ({ code }: any) => code !== 4000 });
  FakeSocket.last.open();
  const before = FakeSocket.all.length;
  ws.reconnect(4000);
  await turn();
  assert.deepEqual([FakeSocket.all.length - before, ws.shouldReconnect, ws.readyState], [0, false, 3]);
});

test('the end of a connection that was replaced is told once, though the core tells of it late', () => {
  const ws = new ReconnectingWebSocket(url);
  const closes: unknown[] = [];
  ws.addEventListener('close', ({ code }: any) => closes.push(code));
  FakeSocket.last.open();
  ws.reconnect(4000);
  FakeSocket.last.open();
  ws.dispatchEvent(Object.assign(new Event('close'), { code: 1000 }));
  assert.deepEqual(closes, [4000]);
  ws.close();
});

test('a PartySocket has an id on an insecure origin too, and updateProperties() gives it another', (t) => {
  t.mock.method(crypto, 'randomUUID', () => assert.fail('it is not there on an insecure origin'));
  const socket = new PartySocket({ host: 'host', room: 'room', startClosed: true });
  assert.match(socket.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  socket.updateProperties({ id: 'mine' });
  assert.deepEqual([socket.id, socket._pk, socket.partySocketOptions.id], ['mine', 'mine', 'mine']);
  socket.updateProperties({ room: 'other' });
  assert.equal(socket.id, 'mine');
});

test('what is empty is as not given to a PartySocket', () => {
  const socket = new PartySocket({ host: 'host', room: 'room', id: '', basePath: '', prefix: '', protocol: '' as 'ws', startClosed: true });
  const { id } = socket;
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(socket.roomUrl, 'wss://host/parties/main/room');
  socket.updateProperties({ id: '', basePath: 'base' });
  assert.deepEqual([socket.id, socket.roomUrl], [id, 'wss://host/base']);
});

test('websocket-heartbeat-js: a probe that is no message goes out as text, as from the native send(); a plain object as JSON', () => {
  for (const [pingMsg, sent] of [['x', 'x'], [1, '1'], [null, 'null'], [['a', 'b'], 'a,b'], [() => 2, '2'], [{ type: 'x' }, '{"type":"x"}'], [() => ({}), '{}']] as [pingMsg: unknown, sent: string][]) {
    const shim = new WebsocketHeartbeatJs({ url, pingMsg });
    assert.equal(speechOf(line.clients_.get(line.lastId_)!.options_).message_(), sent);
    shim.close();
  }
});

test('websocket-heartbeat-js: a reconnectTimeout may be as long as a timer, and longer', () => {
  for (const reconnectTimeout of [-1, 0, 2e9, 2 ** 31, Infinity]) new WebsocketHeartbeatJs({ url, reconnectTimeout }).close();
});

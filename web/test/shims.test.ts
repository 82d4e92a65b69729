// Options of what takes another client's place: those that it has not are told, once, and do no harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import PartySocket, { WebSocket as PartyWebSocket } from '../entries/partysocket';
import { Subscription } from '../entries/react/subscription';
import ReconnectingWebSocket from '../entries/reconnecting-websocket';
import { useWebSocket } from '../entries/vue';
import WebsocketHeartbeatJs from '../entries/websocket-heartbeat-js';
import { clock } from './clock';
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

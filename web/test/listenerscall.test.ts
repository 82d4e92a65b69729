// What listeners do to the client that tells them: dispose of it, connect it anew.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { Snap, ToCore, ToPage } from '../src/contract.gen';
import { turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';
import { cause, install, state } from './played';
import { got, opened, Subject } from './subject';

install();
afterEach(() => Subject.disposeAll());

const GIVES_UP = [
  [ToPage.EmitError, 1, cause('CONNECTION_LOST')],
  [ToPage.EmitClose, 1, 0],
  [ToPage.EmitStateChange, state('FAILED')],
  [ToPage.EmitFailed, 1, cause('CONNECTION_LOST')],
];
const FAILED = { state: 'FAILED', [Snap.Gen]: 1 } as const;

async function lost(options?: object) {
  const all = await opened(options);
  all.socket.end();
  await turn();
  return all;
}

for (const type of ['error', 'close', 'stateChange', 'failed'] as const) {
  test(`dispose() in a listener of ${type}: nothing follows, and it stays closed`, async () => {
    const { s, ws } = await lost();
    ws.on(type, () => ws.dispose());
    s.answer(GIVES_UP, FAILED);
    const heard = s.heard().map(([what]) => what);
    assert.equal(heard.at(-1), type, String(heard));
    assert.deepEqual([ws.state, ws.readyState, ws.isConnected], ['CLOSED', 3, false]);
    await turn();
    assert.deepEqual(s.heard(), []);
  });

  test(`connect() in a listener of ${type}, as it gives up, begins anew`, async () => {
    const { s, ws } = await lost();
    let again: Promise<unknown> | undefined;
    ws.once(type, () => (again = ws.connect().then(() => 'open', String)));
    s.answer(GIVES_UP, FAILED);
    await turn();
    assert.equal(ws.state, 'CONNECTING');
    s.answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 2]], { state: 'CONNECTING', [Snap.Gen]: 2 });
    FakeSocket.last.open();
    assert.equal(await again, 'open');
  });
}

test('who waited for connect() is told that it gave up, also where a listener disposes or connects', async () => {
  for (const meanwhile of ['dispose', 'connect', 'getStats'] as const) {
    const { s, ws } = await lost();
    s.answer([[ToPage.EmitStateChange, state('CONNECTING')]], { state: 'CONNECTING' });
    const waited = ws.connect().then(() => 'open', ({ code }) => code);
    ws.on('error', () => void ws[meanwhile]());
    s.answer(GIVES_UP, FAILED);
    assert.equal(await waited, meanwhile === 'dispose' ? 'CLOSED_BY_USER' : 'CONNECTION_LOST', meanwhile);
  }
});

test('connect() of one that is disposed of is refused', async () => {
  const { ws } = await opened();
  ws.dispose();
  await assert.rejects(ws.connect(), { code: 'CLOSED_BY_USER' });
  assert.equal(ws.send('x'), 'dropped');
});

test('a WebSocket that gives up says of what, though it has no error event for it', async () => {
  await opened(); // for the core
  const ws = new WebSocketReconnect('ws://host/', [], { maxRetries: 0 });
  const heard: any[] = [];
  ws.on('error', () => heard.push('error'));
  ws.on('failed', ({ error, lastClose }) => heard.push(error.constructor.name, error.code, error.message, lastClose.code));
  await turn();
  const id = newest().client;
  const answer = (actions: number[][], told: object) => FakeWorker.last.answer(actions.map(([op, ...args]) => [op!, id, ...args]), { [id]: told });
  answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 1]], { state: 'CONNECTING' });
  const socket = FakeSocket.last;
  socket.open();
  await turn();
  answer([[ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, 1]], { state: 'OPEN' });
  socket.end(4401, 'no token', true);
  await turn();
  answer([[ToPage.EmitClose, 1, 0], [ToPage.EmitStateChange, state('FAILED')], [ToPage.EmitFailed, 1, cause('CLOSED_BY_SERVER')]], FAILED);
  assert.deepEqual(heard, ['WebSocketReconnectError', 'CLOSED_BY_SERVER', 'the server closed the connection (code 4401, "no token")', 4401]);
  assert.equal(ws.getStats().lastError, null, 'which is the newest error event’s');
  ws.dispose();
});

/** The newest client that the core was told of. */
const newest = () => FakeWorker.last.got().filter(({ op }) => op === ToCore.Create).at(-1)!;

test('an option that only the core’s script can refuse: a WebSocket’s listener hears of it', async () => {
  await opened(); // the script is there
  const ws = new WebSocketReconnect('ws://host/', [], { alert: { successRate: 2 } });
  const heard: string[] = [];
  ws.on('error', ({ code }) => heard.push(code));
  await null;
  assert.deepEqual(heard, ['BAD_INPUT']);
  ws.dispose();
});

test('dispose() in the listener of such an error leaves nothing behind', async () => {
  await opened();
  got();
  const s = new Subject({ alert: { successRate: 2 } });
  s.ws.on('error', () => s.ws.dispose());
  const dials = FakeSocket.all.length;
  const refused = assert.rejects(s.ws.connect(), { code: 'CLOSED_BY_USER' });
  await turn();
  await refused;
  assert.deepEqual(got().map(([op]) => op), [ToCore.Create, ToCore.Connect, ToCore.Dispose]);
  assert.deepEqual([s.ws.state, FakeSocket.all.length], ['CLOSED', dials]);
});

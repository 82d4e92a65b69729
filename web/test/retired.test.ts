// WebSockets that have ended, and that nobody disposes of: the line lets go of
// them, and takes them back when they are told to connect.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { WebSocketReconnect } from '../src/client';
import { Snap, STATES, ToCore, ToPage } from '../src/contract.gen';
import { line } from '../src/line';
import { clock, turn } from './clock';
import { FakeWorker } from './fakeworker';
import { install } from './played';

install();

const KEPT = 8;
const FAILED = STATES.indexOf('FAILED');
const made: WebSocketReconnect[] = [];
afterEach(() => {
  for (const ws of made.splice(0)) ws.dispose();
});

/** A client that has failed, and its number on the line. */
async function failed(make: () => WebSocketReconnect): Promise<[ws: WebSocketReconnect, id: number]> {
  const ws = make();
  made.push(ws);
  void ws.connect().catch(() => {});
  const id = line.lastId_;
  if (!line.ready_) {
    await clock.pass(2000);
    FakeWorker.last.ready();
  }
  await turn();
  FakeWorker.last.answer([[ToPage.EmitStateChange, id, STATES.indexOf('CONNECTING')], [ToPage.EmitStateChange, id, FAILED]], { [id]: { state: 'FAILED', [Snap.Gen]: 1 } });
  assert.equal(ws.state, 'FAILED');
  return [ws, id];
}

const dropIn = () => new WebSocketReconnect('ws://host/', [], { maxRetries: 0 });

test('a WebSocket that has ended is let go of, but for the newest', async () => {
  const [[first, id]] = await Promise.all([failed(dropIn)]);
  for (let i = 1; i < KEPT; i++) await failed(dropIn);
  assert.ok(line.clients_.has(id!), `${KEPT} are kept`);
  await failed(dropIn);
  assert.equal(line.clients_.size, KEPT);
  assert.ok(!line.clients_.has(id!));
  await turn();
  assert.ok(FakeWorker.last.got().some(({ op, client }) => op === ToCore.Dispose && client === id));
  assert.equal(first!.state, 'FAILED');

  void first!.connect().catch(() => {});
  await turn();
  assert.equal(first!.state, 'CONNECTING');
  assert.deepEqual(FakeWorker.last.got().filter(({ client }) => client === id).map(({ op }) => op), [ToCore.Create, ToCore.Restore, ToCore.Connect]);
  assert.ok(line.clients_.has(id!));
});

test('one that was told to connect meanwhile is not let go of', async () => {
  const [again, id] = await failed(dropIn);
  void again.connect().catch(() => {});
  for (let i = 0; i <= KEPT; i++) await failed(dropIn);
  assert.ok(line.clients_.has(id));
});

test('one of the options form stays until it is disposed of', async () => {
  const [, id] = await failed(() => new WebSocketReconnect({ url: 'ws://host/' }));
  for (let i = 0; i <= KEPT; i++) await failed(dropIn);
  assert.ok(line.clients_.has(id));
});

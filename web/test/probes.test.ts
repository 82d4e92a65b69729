// The heartbeat between the page and its core: probes, replies, questions.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ToCore, ToPage } from '../src/contract.gen';
import { clock, turn } from './clock';
import { install } from './played';
import { answered, got, opened, Subject } from './subject';

install();
afterEach(() => Subject.disposeAll());

test('the heartbeat: probe, reply, question', async () => {
  const { s, ws, socket } = await opened({ heartbeatMessage: { type: 'ping' } });
  s.answer([[ToPage.Probe, 7]]);
  assert.deepEqual(socket.sent, []);
  s.answer([[ToPage.Probe, 1]]);
  assert.deepEqual(socket.sent, ['{"type":"ping"}']);
  clock.now += 12;
  socket.message('something else');
  socket.message('{"type":"pong"}');
  socket.message('{"type":"pong"}');
  await clock.pass(50);
  assert.deepEqual(got(), [[ToCore.Replied, 1, 12]], 'one reply to one probe');
  s.answer([[ToPage.Ask, 1]]);
  assert.deepEqual(got(), [], 'messages that have arrived come first');
  await answered();
  assert.deepEqual(got(), [[ToCore.Heard, 1, 50]]);
  assert.equal(ws.getStats().messagesOut, 1);
});

test('a strict heartbeat counts only the reply', async () => {
  const { s, socket } = await opened({ heartbeatReply: 'yes', heartbeatMessage: 'there?' });
  clock.now += 100;
  s.answer([[ToPage.Probe, 1]]);
  clock.now += 10;
  socket.message('chatter');
  clock.now += 5;
  s.answer([[ToPage.Ask, 1]]);
  await answered();
  const [[, , silence] = []] = got();
  assert.ok(silence! >= 115, `silent for ${silence} ms: since the open, or for ever`);
  socket.message('yes');
  await clock.pass(50);
  assert.deepEqual(got(), [[ToCore.Replied, 1, 15]]);
});

test('the server’s own probes are answered, and dispatched', async () => {
  const { ws, socket } = await opened();
  const seen: string[] = [];
  ws.on('message', ({ data }) => seen.push(data));
  socket.message('{"type":"ping"}');
  assert.deepEqual([socket.sent, seen], [['{"type":"pong"}'], ['{"type":"ping"}']]);
});

test('replies to probes wait for one another, and for whatever else is told', async () => {
  const { s, socket } = await opened({ heartbeatReply: 'yes' });
  got();
  const replied = async () => {
    s.answer([[ToPage.Probe, 1]]);
    clock.now += 7;
    socket.message('yes');
    await turn();
  };
  await replied();
  await replied();
  assert.deepEqual(got(), [], 'they wait');
  await clock.pass(50);
  assert.deepEqual(got(), [[ToCore.Replied, 1, 7], [ToCore.Replied, 1, 7]]);
  await replied();
  s.ws.openCircuit();
  await turn();
  assert.deepEqual(got(), [[ToCore.Replied, 1, 7], [ToCore.TripCircuit]]);
});

// At least once, over a client whose core the test plays.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { acked } from '../entries/acked';
import { DROP_REASONS, ToPage } from '../src/contract.gen';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { install, Played } from './played';

install();
afterEach(() => Played.disposeAll());

const ids = (payloads: unknown[]) => payloads.map((text) => JSON.parse(text as string).id);

test('what is not acknowledged goes again on the next connection, first and in order', async () => {
  const p = new Played();
  const sure = acked<string>(p.ws as never);
  const early = sure.send('early');
  assert.equal(early.state, 'waiting');
  await p.open();
  const [a, b] = [sure.send('a'), sure.send('b')];
  assert.equal(new Set([early.id, a.id, b.id]).size, 3);
  assert.deepEqual(FakeSocket.last.sent.map((text: any) => JSON.parse(text)), [{ id: early.id, data: 'early' }, { id: a.id, data: 'a' }, { id: b.id, data: 'b' }]);
  FakeSocket.last.message(JSON.stringify({ ack: a.id }));
  FakeSocket.last.message('{"ack":"unknown"}');
  FakeSocket.last.message('{"type":"price"}');
  for (const other of ['text', 'null', '{"ack":true}', '{']) FakeSocket.last.message(other);
  assert.deepEqual([early, a, b].map(({ state }) => state), ['sent', 'acked', 'sent']);
  assert.equal(await a.done, true);
  await p.fails(1, 'CONNECTION_LOST', 50);
  assert.deepEqual([early.state, a.state, sure.size], ['waiting', 'acked', 2]);
  const meanwhile = sure.send('meanwhile');
  // Who listened first sends from its own listener, and still comes last.
  p.ws.addEventListener('open', () => sure.send('from open'), { capture: true });
  await p.reopens(2);
  assert.deepEqual(ids(FakeSocket.last.sent).slice(0, 3), [early.id, b.id, meanwhile.id]);
  assert.equal(JSON.parse(FakeSocket.last.sent[3] as string).data, 'from open');
  assert.equal(FakeSocket.last.sent.length, 4);
});

test('an acknowledgement may be one of several, or for all before it', async () => {
  const p = new Played();
  const each = acked<string>(p.ws as never, { wrap: (data, id) => `${id} ${data}`, ackOf: ({ data }) => (data.startsWith('ok ') ? data.slice(3).split(' ') : null) });
  await p.open();
  const [a, b, c] = ['a', 'b', 'c'].map((text) => each.send(text, text)) as any;
  assert.deepEqual(FakeSocket.last.sent, ['a a', 'b b', 'c c']);
  FakeSocket.last.message('ok a c');
  assert.deepEqual([a.state, b.state, c.state], ['acked', 'sent', 'acked']);
  const upTo = acked<string>(p.ws as never, { wrap: String, ackOf: ({ data }) => data, cumulative: true });
  const [d, e, f] = ['d', 'e', 'f'].map((text) => upTo.send(text, text)) as any;
  FakeSocket.last.message('e');
  assert.deepEqual([d.state, e.state, f.state, upTo.size], ['acked', 'acked', 'sent', 1]);
});

test('what is sent again goes behind what waits in the client’s own queue', async () => {
  const p = new Played();
  const sure = acked<string>(p.ws as never);
  await p.open();
  sure.send('a');
  await p.fails(1, 'CONNECTION_LOST', 50);
  p.ws.send('of another part');
  p.dial(2);
  FakeSocket.last.open();
  await turn();
  assert.deepEqual(p.ws.drain().map(({ data }) => String(data).includes('"a"')), [false, true]);
});

test('too many are dropped, and told by their receipts', async () => {
  const p = new Played();
  const sure = acked<number>(p.ws as never, { maxMessages: 2 });
  const all = [1, 2, 3].map((n) => sure.send(n));
  assert.deepEqual(all.map(({ state }) => state), ['waiting', 'waiting', 'dropped']);
  assert.equal(await all[2]!.done, false);
  assert.throws(() => acked(p.ws as never, { maxMessages: 0 }), RangeError);
  assert.throws(() => acked(p.ws as never, { wrap: () => 7 as never }).send(1), TypeError);
});

test('what is taken back keeps its id with another client', async () => {
  const [p, q] = [new Played(), new Played()];
  const sure = acked<string>(p.ws as never);
  const receipt = sure.send('a');
  assert.deepEqual(sure.unacked(), [{ id: receipt.id, data: 'a' }]);
  const stored = sure.dispose();
  assert.deepEqual([receipt.state, await receipt.done, sure.size], ['dropped', false, 0]);
  await p.open();
  assert.deepEqual(FakeSocket.last.sent, []);
  const again = acked<string>(q.ws as never);
  for (const { id, data } of stored) again.send(data, id);
  await q.open();
  assert.deepEqual(ids(FakeSocket.last.sent), [receipt.id]);
});

test('the end of a connection that is told late leaves the one that is open alone', async () => {
  const p = new Played();
  const sure = acked<string>(p.ws as never);
  await p.open();
  p.ws.dispatchEvent(new Event('close'));
  const receipt = sure.send('x');
  assert.equal(receipt.state, 'sent');
  assert.deepEqual(ids(FakeSocket.last.sent), [receipt.id]);
});

for (const overflow of ['reject', 'drop-newest'] as const) {
  test(`with queue.overflow '${overflow}', what finds the queue full goes on the same connection, in order, when that has emptied`, async () => {
    const p = new Played({ queue: { maxMessages: 2, overflow } }, 'drop');
    const sure = acked<string>(p.ws as never);
    await p.open();
    await p.fails(1, 'CONNECTION_LOST', 50);
    const receipts = ['a', 'b', 'c'].map((data) => sure.send(data));
    p.ws.send('other');
    const states = () => receipts.map(({ state }) => state);
    await p.reopens(2);
    receipts.push(sure.send('d'));
    assert.deepEqual([states(), FakeSocket.last.sent], [['sent', 'waiting', 'waiting', 'waiting'], []]);
    await clock.pass(5000);
    assert.deepEqual([states()[1], p.heard.length], ['waiting', overflow === 'reject' ? 0 : 1], 'it is not tried in vain');
    p.answer([[ToPage.Flush, 1, 2]], { state: 'OPEN' });
    assert.equal(FakeSocket.last.sent.length, 2);
    await clock.pass(1000);
    assert.deepEqual(states(), ['sent', 'sent', 'sent', 'sent']);
    assert.equal(FakeSocket.last.sent[0], 'other');
    assert.deepEqual(ids(FakeSocket.last.sent.slice(1)), receipts.map((receipt) => receipt.id));
    assert.equal(sure.send('e').state, 'sent', 'and what comes then goes at once');
  });
}

test('what the client’s queue has pushed out goes on the same connection, too', async () => {
  const p = new Played({ queue: { maxMessages: 2 } });
  const sure = acked<string>(p.ws as never, { cumulative: true });
  await p.open();
  await p.fails(1, 'CONNECTION_LOST', 50);
  p.ws.send('other');
  const receipts = ['a', 'b', 'c'].map((data) => sure.send(data));
  await p.reopens(2);
  p.answer([[ToPage.Drop, 1, 2, DROP_REASONS.indexOf('overflow')]], { state: 'OPEN' });
  await turn();
  assert.deepEqual(receipts.map(({ state }) => state), ['waiting', 'sent', 'sent']);
  p.answer([[ToPage.Flush, 3, 2]], { state: 'OPEN' });
  FakeSocket.last.message(JSON.stringify({ ack: receipts[2]!.id }));
  assert.deepEqual(receipts.map(({ state }) => state), ['waiting', 'acked', 'acked'], 'the server has not had the first');
  await clock.pass(100);
  assert.deepEqual(ids(FakeSocket.last.sent), [1, 2, 0].map((n) => receipts[n]!.id));
});

test('who has been disposed of, or whose connection is lost, looks at no queue', async () => {
  const p = new Played({ queue: { maxMessages: 1, overflow: 'reject' } });
  const sure = acked<string>(p.ws as never);
  await p.open();
  await p.fails(1, 'CONNECTION_LOST', 50);
  p.ws.send('other');
  const receipt = sure.send('a');
  await p.reopens(2);
  await p.fails(2, 'CONNECTION_LOST', 50);
  p.ws.drain();
  await clock.pass(5000);
  assert.deepEqual([receipt.state, p.ws.getStats().queueLength], ['waiting', 0]);
  p.ws.send('other');
  await p.reopens(3);
  sure.dispose();
  p.ws.drain();
  await clock.pass(5000);
  assert.deepEqual([receipt.state, FakeSocket.last.sent], ['dropped', []]);
});

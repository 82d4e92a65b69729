import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox, sizeOf, type Payload, type Waiting } from '../src/outbox';

const message = (data: Payload, bytes: number): Waiting => ({ data, bytes, at: 0 });

test('messages come out as they went in, by id', () => {
  const outbox = new Outbox();
  const a = outbox.put_(message('a', 1));
  const b = outbox.put_(message('b', 1));
  assert.notEqual(a, b);
  assert.equal(outbox.take_(b)!.data, 'b');
  assert.equal(outbox.take_(a)!.data, 'a');
  assert.equal(outbox.take_(a), undefined, 'twice');
  assert.equal(outbox.take_(99), undefined, 'never there');
});

test('the oldest stand first, whatever was taken between', () => {
  const outbox = new Outbox();
  const ids = ['a', 'bb', 'ccc', 'dddd'].map((text) => outbox.put_(message(text, text.length)));
  outbox.take_(ids[1]!);
  const last = outbox.put_(message('e', 1));
  assert.deepEqual([...outbox].map(([id, { bytes }]) => [id, bytes]), [[ids[0], 1], [ids[2], 3], [ids[3], 4], [last, 1]]);
  assert.ok(ids.every((id, i) => id === ids[0]! + i) && last === ids[3]! + 1, 'ids count up: the core speaks of runs of them');
});

test('length and bytes are those of what waits', () => {
  const outbox = new Outbox();
  assert.deepEqual([outbox.size, outbox.bytes_], [0, 0]);
  const id = outbox.put_(message('abc', 3));
  outbox.put_(message(new Uint8Array(5), 5));
  assert.deepEqual([outbox.size, outbox.bytes_], [2, 8]);
  outbox.take_(id);
  outbox.take_(id);
  outbox.take_(id + 100);
  assert.deepEqual([outbox.size, outbox.bytes_], [1, 5]);
});

test('a buffer may be changed after send', () => {
  const outbox = new Outbox();
  const whole = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const kept = {
    buffer: outbox.put_(message(whole.buffer, 8)),
    view: outbox.put_(message(whole.subarray(2, 4), 2)),
    words: outbox.put_(message(new Uint16Array(whole.buffer, 2, 2), 4)),
    data: outbox.put_(message(new DataView(whole.buffer, 6), 2)),
  };
  whole.fill(0);
  const bytes = (id: number): number[] => {
    const data = outbox.take_(id)!.data;
    return [...(ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data as ArrayBuffer))];
  };
  assert.deepEqual(bytes(kept.buffer), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(bytes(kept.view), [3, 4]);
  assert.deepEqual(bytes(kept.words), [3, 4, 5, 6]);
  assert.deepEqual(bytes(kept.data), [7, 8]);
});

test('a shared buffer is kept as it was, too', () => {
  const outbox = new Outbox();
  const shared = new SharedArrayBuffer(2);
  const view = new Uint8Array(shared);
  view[0] = 7;
  const ids = [outbox.put_(message(shared, 2)), outbox.put_(message(view, 2))];
  view[0] = 0;
  for (const id of ids) {
    const data = outbox.take_(id)!.data;
    assert.equal((ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset) : new Uint8Array(data as ArrayBuffer))[0], 7);
  }
});

test('a Blob cannot change, and is kept itself', () => {
  const outbox = new Outbox();
  const blob = new Blob(['x']);
  assert.equal(outbox.take_(outbox.put_(message(blob, 1)))!.data, blob);
});

test('sizeOf counts bytes on the wire', () => {
  for (const [data, bytes] of [
    ['', 0],
    ['abc', 3],
    ['ä€😀', 2 + 3 + 4],
    ['\ud800', 3], // half a surrogate pair leaves as U+FFFD
    [new ArrayBuffer(9), 9],
    [new Uint16Array(3), 6],
    [new Uint8Array(9).subarray(2, 5), 3],
    [new DataView(new ArrayBuffer(9), 4), 5],
    [new SharedArrayBuffer(4), 4],
    [new Blob(['ä']), 2],
  ] as const) {
    assert.equal(sizeOf(data), bytes, String(data));
  }
});

test('what is shared is kept as a copy that a WebSocket takes', () => {
  const outbox = new Outbox();
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  for (const data of [buffer, new Uint8Array(buffer, 8, 4), new ArrayBuffer(3)]) {
    const kept = outbox.get(outbox.put_({ data, bytes: data.byteLength, at: 0 }))!.data as Uint8Array<ArrayBuffer>;
    assert.deepEqual([kept.buffer instanceof ArrayBuffer, kept.byteLength, kept.buffer.byteLength], [true, data.byteLength, data.byteLength]);
  }
});

test('nor can one of another realm', () => {
  class Foreign {
    readonly size = 3;
    get [Symbol.toStringTag]() {
      return 'Blob';
    }
  }
  const blob = new Foreign() as unknown as Blob;
  const outbox = new Outbox();
  assert.equal(outbox.take_(outbox.put_(message(blob, 3)))!.data, blob);
});

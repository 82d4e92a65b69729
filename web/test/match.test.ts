import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matcher, said, wire, type Matcher } from '../src/match';
import { usualReply } from '../src/reply';

const matches = (m: Matcher, data: unknown): boolean => m(new MessageEvent('message', { data }), data);

test('a string must be equal', () => {
  const m = matcher('pong');
  assert.deepEqual(['pong', 'PONG', 'pong ', '', '"pong"', new ArrayBuffer(4), null].map((data) => matches(m, data)), [true, false, false, false, false, false, false]);
  assert.ok(matches(matcher(''), ''));
});

test('an object must agree in each of its properties', () => {
  const m = matcher({ type: 'pong', at: { n: [1, 2] } });
  for (const [data, want] of [
    ['{"type":"pong","at":{"n":[1,2]}}', true],
    ['{"at":{"n":[1,2]},"type":"pong","more":1}', true],
    ['{ "type": "pong", "at": {"n": [1, 2]} }', true],
    ['{"type":"pong"}', false],
    ['{"type":"pong","at":{"n":[2,1]}}', false],
    ['{"type":"ping","at":{"n":[1,2]}}', false],
    ['[{"type":"pong","at":{"n":[1,2]}}]', false],
    ['{"type":"pong","at":{"n":[1,2]}', false], // not JSON
    ['{', false],
    ['null', false],
    ['', false],
    [new ArrayBuffer(8), false],
    [{ type: 'pong', at: { n: [1, 2] } }, false], // not text
  ] as const) {
    assert.equal(matches(m, data), want, String(data));
  }
});

test('properties are own ones', () => {
  assert.equal(matches(matcher({ toString: {} }), '{"a":1}'), false);
  assert.equal(matches(matcher(JSON.parse('{"__proto__": {"a": 1}}')), '{"__proto__": {"a": 1}}'), true);
  assert.equal(matches(matcher(JSON.parse('{"__proto__": {"a": 1}}')), '{"b": 1}'), false);
});

test('text much longer than the pattern is not read', () => {
  const m = matcher({ type: 'pong' });
  const padded = (n: number) => JSON.stringify({ type: 'pong', fill: 'x'.repeat(n) });
  assert.equal(matches(m, padded(200)), true);
  assert.equal(matches(m, padded(10_000)), false);
});

test('a function decides, and must return true', () => {
  const seen: MessageEvent[] = [];
  const m = (answer: unknown) => matcher(((event: MessageEvent) => (seen.push(event), answer)) as () => boolean);
  assert.deepEqual([true, 1, 'yes', {}, false, undefined].map((answer) => matches(m(answer), 'x')), [true, false, false, false, false, false]);
  assert.ok(seen.every((event) => event instanceof MessageEvent && event.data === 'x'));
});

test('on the wire a plain object is JSON, all else itself', () => {
  const bytes = new Uint8Array(1);
  const blob = new Blob([]);
  assert.equal(wire('text'), 'text');
  assert.equal(wire({ type: 'ping' }), '{"type":"ping"}');
  assert.equal(wire(bytes), bytes);
  assert.equal(wire(bytes.buffer), bytes.buffer);
  assert.equal(wire(blob), blob);
});

test('the usual reply is the probe with pong for ping, or its echo', () => {
  for (const [probe, yes, no] of [
    ['ping', ['pong', 'ping'], ['PONG', 'pong!', 'Ping']],
    ['PING', ['PONG', 'PING'], ['POng', 'pong']],
    ['Ping', ['Pong', 'Ping'], ['pong']],
    ['{"type":"ping"}', ['{"type":"pong"}', '{"type":"ping"}', '{ "type": "pong", "t": 1 }'], ['{"type":"data"}', 'pong', '{"type":"ping","x":1}']],
    ['{"op":"ping","d":{"ping":1}}', ['{"op":"pong","d":{"pong":1}}'], ['{"op":"pong"}']],
    ['are you there?', ['are you there?'], ['yes', '']],
    ['7', ['7'], ['8']],
    ['null', ['null'], ['{}']],
  ] as const) {
    const m = usualReply(probe);
    for (const data of yes) assert.ok(matches(m, data), `${probe}: ${data}`);
    for (const data of no) assert.ok(!matches(m, data), `${probe}: not ${data}`);
  }
  assert.ok(!matches(usualReply(new Uint8Array(1)), 'pong'), 'a binary probe has no usual reply');
});

test('white space before an object is no part of it', () => {
  assert.equal(matches(matcher({ type: 'pong' }), '\n {"type":"pong","n":1}'), true);
});

test('a function that gives nothing to send is told so', () => {
  assert.throws(() => said((() => undefined) as never)(), { code: 'BAD_INPUT' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOptions } from '../src/options';
import { speechOf } from '../src/speech';

const of = (options: object = {}) => speechOf(checkOptions({ url: 'ws://host/', ...options }, false));

test('clients whose options read alike share a speech', () => {
  assert.equal(of(), of());
  assert.equal(of({ heartbeatMessage: { type: 'hi' } }), of({ heartbeatMessage: { type: 'hi' } }));
  assert.notEqual(of({ heartbeatReply: 'a' }), of({ heartbeatReply: 'b' }));
  assert.notEqual(of(), of({ serverPing: false }));
  assert.notEqual(of(), of({ heartbeatReply: '{"type":"pong"}' }));
});

test('a pattern with a property that has no value matches nothing, another without it everything', () => {
  const matches = (heartbeatReply: object) => of({ heartbeatReply }).isReply_({} as MessageEvent, '{"type":"pong","n":1}');
  assert.equal(matches({ type: 'pong', to: undefined }), false);
  assert.equal(matches({ type: 'pong' }), true);
  assert.equal(matches({ type: 'pong', to: () => {} }), false);
});

test('an object that was changed since is another', () => {
  const heartbeatMessage = { type: 'hi', n: 1 };
  const first = of({ heartbeatMessage });
  heartbeatMessage.n = 2;
  assert.equal(of({ heartbeatMessage }).message_(), '{"type":"hi","n":2}');
  assert.equal(first.message_(), '{"type":"hi","n":1}');
});

test('functions and binary data are never taken for alike', () => {
  assert.equal(of({ heartbeatMessage: () => 'a' }).message_(), 'a');
  assert.equal(of({ heartbeatMessage: () => 'b' }).message_(), 'b');
  const data = new Uint8Array([1]);
  of({ heartbeatMessage: new Uint8Array([2]) });
  assert.equal(of({ heartbeatMessage: data }).message_(), data);
  assert.equal(of({ heartbeatReply: () => true }).isReply_({} as MessageEvent, ''), true);
  assert.equal(of({ heartbeatReply: () => false }).isReply_({} as MessageEvent, ''), false);
});

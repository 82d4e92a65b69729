import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '../src/connection';
import { ToCore } from '../src/contract.gen';
import { Heartbeat } from '../src/heartbeat';
import { checkOptions } from '../src/options';
import { clock } from './clock';

clock.install();

/** A heartbeat, and the part of a connection that it sees; open since 100 ms. */
function beating(options: object = {}) {
  const c = {
    options_: checkOptions({ url: 'ws://host/', ...options }, false),
    socket_: { gen_: 1, open_: true },
    user_: {} as { Native_?: unknown },
    openedAt_: clock.now,
    heard_: { timeStamp: -1 },
    watch_: undefined as ((event: MessageEvent, data: unknown) => void) | undefined,
    sent: [] as unknown[],
    posted: [] as unknown[][],
    sendOwn_: (data: unknown) => void c.sent.push(data),
    post_: (op: ToCore, ...args: number[]) => void c.posted.push([op, ...args]),
  };
  clock.now += 100;
  const heartbeat = new Heartbeat(c as unknown as Connection);
  const arrive = (data: unknown) => {
    c.heard_ = { timeStamp: clock.now };
    c.watch_?.(new MessageEvent('message', { data }), data);
  };
  return { c, heartbeat, arrive };
}

test('silence is counted from the newest message, or from the open', () => {
  const { heartbeat, arrive } = beating();
  assert.equal(heartbeat.silence_(), 100);
  arrive('x');
  clock.now += 30;
  assert.equal(heartbeat.silence_(), 30);
});

test('a message from before the probe is no answer to it', () => {
  const { heartbeat, arrive } = beating();
  arrive('x');
  clock.now += 2;
  heartbeat.probe_();
  clock.now += 5;
  assert.equal(heartbeat.silence_(), Infinity);
  arrive('y');
  clock.now += 3;
  assert.equal(heartbeat.silence_(), 3);
});

test('where only the reply counts, other messages do not', () => {
  const { c, heartbeat, arrive } = beating({ heartbeatMessage: 'there?', heartbeatReply: 'yes' });
  heartbeat.probe_();
  clock.now += 5;
  arrive('chatter');
  assert.equal(heartbeat.silence_(), Infinity);
  arrive('yes');
  clock.now += 1;
  assert.deepEqual([heartbeat.silence_(), c.posted], [1, [[ToCore.Replied, 1, 5]]]);
  c.socket_.gen_ = 2; // another socket: its silence begins at its open
  c.openedAt_ = clock.now;
  clock.now += 40;
  assert.equal(heartbeat.silence_(), 40);
});

test('a reply to the probe of an older socket is none', () => {
  const { c, heartbeat, arrive } = beating();
  heartbeat.probe_();
  clock.now += 10;
  c.socket_.gen_ = 2;
  c.openedAt_ = clock.now;
  arrive('{"type":"pong"}');
  assert.deepEqual(c.posted, []);
});

test('messages are looked at only while there is a reason', () => {
  const { c, heartbeat, arrive } = beating({ serverPing: false });
  assert.equal(c.watch_, undefined);
  heartbeat.probe_();
  assert.notEqual(c.watch_, undefined);
  arrive('{"type":"pong"}');
  assert.equal(c.watch_, undefined);
});

test('the server’s probes are answered while one of ours is outstanding, too', () => {
  const { c, heartbeat, arrive } = beating({ serverPing: 'marco', serverPong: { polo: true } });
  arrive('marco');
  heartbeat.probe_();
  arrive('marco');
  arrive('{"type":"pong"}');
  assert.deepEqual([c.sent, c.posted.length], [['{"polo":true}', '{"type":"ping"}', '{"polo":true}'], 1]);
});

/** What is thrown and not caught from now on. */
function uncaught(): string[] {
  const node = (globalThis as unknown as { process: { on(type: string, listener: (e: unknown) => void): void; removeAllListeners(type: string): void } }).process;
  const reported: string[] = [];
  node.removeAllListeners('uncaughtException');
  node.on('uncaughtException', (error) => reported.push((error as Error).message));
  return reported;
}

test('a matching function that throws is reported, and has not matched', async () => {
  const reported = uncaught();
  const fail = () => {
    throw new Error('of the user');
  };
  const { c, heartbeat, arrive } = beating({ heartbeatReply: fail, serverPing: fail });
  heartbeat.probe_();
  arrive('x');
  await clock.pass(1);
  await clock.pass(1);
  assert.deepEqual([reported, c.posted, c.sent.length], [['of the user', 'of the user'], [], 1]);
});

test('functions say what is sent, anew each time; one that throws has nothing sent', async () => {
  let n = 0;
  const say = (what: string) => () => {
    if (++n === 3) throw new Error('no words');
    return { [what]: n };
  };
  const reported = uncaught();
  const { c, heartbeat, arrive } = beating({ heartbeatMessage: say('probe'), serverPing: 'you?', serverPong: say('pong') });
  heartbeat.probe_();
  arrive('you?');
  heartbeat.probe_();
  heartbeat.probe_();
  await clock.pass(1);
  await clock.pass(1);
  assert.deepEqual([c.sent, reported], [['{"probe":1}', '{"pong":2}', '{"probe":4}'], ['no words']]);
});

test('where events have no time, the heartbeat notes it', () => {
  const { c, heartbeat } = beating({ serverPing: false });
  c.user_.Native_ = class {};
  heartbeat.probe_();
  clock.now += 5;
  for (let n = 0; n < 2; n++) {
    c.heard_ = {} as never; // as a connection does with an event of Node's ws
    c.watch_?.({ data: 'x' } as never, 'x');
    clock.now += 3;
    assert.equal(heartbeat.silence_(), 3);
  }
});

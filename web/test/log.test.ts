// The option logLevel: which lines, at which level, and what is in none of them.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { LEVELS, withoutSecrets } from '../src/log';
import { FakeSocket } from './fakesocket';
import { install, Played } from './played';

install();
const lines: string[] = [];
for (const level of ['error', 'warn', 'info', 'debug'] as const) console[level] = (text: string) => void lines.push(`${level} ${text}`);
afterEach(() => Played.disposeAll());

/** What a client with that level says over one loss, with its number and address cut off. */
async function said(logLevel?: string): Promise<string[]> {
  lines.length = 0;
  const p = new Played({ url: 'ws://user:password@host/path?token=secret', logLevel });
  await p.open();
  FakeSocket.last.message('the payload');
  p.ws.addEventListener('retry', (event: Event) => event.stopImmediatePropagation());
  await p.fails(1, 'CONNECTION_LOST', 50);
  await p.reopens(2);
  for (const line of lines) assert.ok(!/secret|user|password|payload/.test(line), line);
  return lines.map((line) => line.replace(/WebSocketReconnect \d+ ws:\/\/host\/path\?…: /, ''));
}

// First: with no core yet.
test('it begins with how things stand when the core’s script has come', async () => {
  const [first] = await said('info');
  assert.equal(first, 'info Open for 100 ms; circuit CLOSED, 0 of 5 failures; online, visible.');
});

test('each level says what the one below it does, and more', async () => {
  assert.deepEqual(await said(), []);
  assert.deepEqual(await said('silent'), []);
  const error = ['error error CONNECTION_LOST: the connection to ws://host/path?… was lost (code 1006)'];
  assert.deepEqual(await said('error'), error);
  const warn = [...error, 'warn close 1006 "", not clean'];
  assert.deepEqual(await said('warn'), warn);
  const info = await said('info');
  assert.deepEqual(info.filter((line) => !line.startsWith('info')), warn);
  assert.deepEqual(info.filter((line) => line.startsWith('info')).slice(-5), ['info state CONNECTING', 'info retry 1 of 10 in 50 ms (backoff)', 'info state OPEN', 'info open', 'info gap of 0 ms']);
  const debug = await said('debug');
  assert.deepEqual(debug.filter((line) => line.startsWith('debug')), ['debug message of 11 bytes']);
  assert.deepEqual(debug.filter((line) => !line.startsWith('debug')), info);
});

test('a level that does not exist is told, not thrown', async () => {
  const p = new Played({ logLevel: 'loud' }, 'error');
  await p.open();
  assert.deepEqual(p.heard.map(([, { code, message }]: any) => [code, message]), [['BAD_INPUT', `option logLevel is "loud"; it must be ${LEVELS.map((l) => `"${l}"`).join(' or ')}`]]);
});

test('addresses lose their secrets', () => {
  for (const [text, want] of [
    ['url() gave "wss://a:b@host/p?token=x"', 'url() gave "wss://host/p?…"'],
    ['could not reach ws://host/p?…: why?', 'could not reach ws://host/p?…: why?'],
    ['ws://host and https://u@host2/ ok', 'ws://host and https://host2/ ok'],
    ['ws://host?a=1 http://host/x?b=2', 'ws://host?… http://host/x?…'],
    ['did you mean x?', 'did you mean x?'],
  ] as const) {
    assert.equal(withoutSecrets(text), want);
  }
});

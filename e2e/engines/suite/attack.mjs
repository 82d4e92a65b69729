/** Tests of content that attacks: what the server says, and what comes in options. */
import { is, ok, test, thrown } from './runner.mjs';

test('invalid UTF-8 ends the connection, and is delivered to nobody', async (t) => {
  await t.open();
  await t.control('invalid-utf8', { client: t.key });
  await t.until('error');
  await t.until('open');
  ok(!t.story.lines.some((line) => line.startsWith('message')), 'a message was delivered');
});

test('a close reason full of control characters is escaped in errors, and given as it is', async (t) => {
  const reason = '\u0001\n\r\u001b[31m\u009b1m\u202etxt.exe\u2028"</script>';
  await t.open();
  const closed = new Promise((resolve) => t.ws.once('close', resolve));
  const failed = new Promise((resolve) => t.ws.once('error', resolve));
  await t.control('close', { code: 4000, reason, client: t.key });
  is((await closed).reason, reason);
  const { message } = await failed;
  ok(!/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/.test(message), `raw control characters: ${JSON.stringify(message)}`);
  ok(message.includes('\\u001b[31m\\u009b1m\\u202etxt'), message);
});

test('messages made to hurt whoever parses them', async (t) => {
  const ws = await t.open({ url: `${t.env.link}/sink?client=${t.key}`, heartbeatInterval: 40, heartbeatTimeout: 30_000, heartbeatReply: { type: 'pong', deep: { a: 1 } } });
  await t.server('pongs', 1);
  const hostile = [
    '{"type":"pong","__proto__":{"polluted":true},"deep":{"__proto__":{"polluted":true}}}',
    '{"constructor":{"prototype":{"polluted":true}},"type":"ping"}',
    '['.repeat(50_000),
    '{"type":'.repeat(50),
    '{"type":"ping"',
    '{"toString":null,"valueOf":null,"type":{"toJSON":1}}',
    'null',
    '',
    '{' + '"a":1,'.repeat(100_000) + '"type":"ping"}',
  ];
  for (const text of hostile) await t.control('send', { text, client: t.key });
  await t.control('send', { text: 'the end', client: t.key });
  await t.until('message the end');
  is([{}.polluted, ws.state, ws.getStats().attempts, t.story.lines.filter((line) => line.startsWith('error'))], [undefined, 'OPEN', 1, []]);
});

test('16 MiB in one message, each way', async (t) => {
  const size = 16 << 20;
  const ws = await t.open({ heartbeatInterval: 1000, heartbeatTimeout: 30_000 });
  const got = [];
  const both = new Promise((resolve) => ws.on('message', ({ data }) => data.length === size && got.push(data.length) === 2 && resolve()));
  await t.control('oversized', { bytes: size, client: t.key });
  ws.send('x'.repeat(size));
  await both;
  is([ws.state, ws.getStats().attempts], ['OPEN', 1]);
});

test('options from JSON with __proto__ and its kin are refused', (t) => {
  const Class = t.env.WebSocketReconnect;
  for (const key of ['__proto__', 'constructor', 'prototype', 'toString']) {
    const evil = JSON.parse(`{"${key}": {"maxRetries": 0, "polluted": true}}`);
    for (const make of [
      () => new Class(Object.assign(JSON.parse(JSON.stringify({ url: t.address })), Object.defineProperty({}, key, { value: evil[key], enumerable: true }))),
      () => new Class({ url: t.address, queue: evil }),
      () => new Class(t.address, [], evil),
    ]) {
      const text = thrown(make);
      ok(text.startsWith('BAD_INPUT') && text.includes(`unknown option`) || (key === '__proto__' && text === ''), `${key}: ${text}`);
    }
  }
  is({}.polluted, undefined);
});

test('credentials and tokens of the address appear in no error and no trace', ['credentials'], async (t) => {
  await t.faults({ dial: { mode: 'reset' } });
  const url = t.address.replace('//', '//user:secret@') + '&token=secret';
  const ws = t.make({ url, maxRetries: 1 });
  const rejected = await ws.connect().catch((error) => error.message);
  await t.until('failed');
  const told = JSON.stringify([rejected, t.story.lines, ws.getStats(), ws.getStats().lastError.message, await ws.exportTrace()]);
  ok(!told.includes('secret'), told);
  for (const bad of [url + '#x', url.replace('ws:', 'ftp:'), url.replace('127.0.0.1', '[')]) {
    const text = thrown(() => t.make({ url: bad }));
    ok(text.startsWith('BAD_INPUT') && !text.includes('secret'), text);
  }
});

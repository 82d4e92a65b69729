/** Tests of a link that works: open, send, receive, close. */
import { is, ok, plain, test, thrown } from './runner.mjs';

test('connect: states, events and the promise', async (t) => {
  const ws = t.make();
  is([ws.state, ws.readyState], ['CLOSED', 3]);
  const promise = ws.connect();
  is([ws.state, ws.readyState], ['CONNECTING', 0]);
  await promise;
  is([ws.state, ws.readyState, ws.isConnected], ['OPEN', 1, true]);
  await t.until('open');
  is(t.story.lines, ['state CONNECTING', 'state OPEN', 'open']);
});

test('echo of text, all of Unicode', async (t) => {
  const ws = await t.open();
  for (const text of ['', 'x', 'ünï¢ø∂é', '猫', '🐈‍⬛', '\u0000\u001f', 'a'.repeat(70_000)]) {
    const echoed = new Promise((resolve) => ws.once('message', resolve));
    is(ws.send(text), 'sent');
    is((await echoed).data, text);
  }
});

test('echo of binary messages, each way to pass and to get them', async (t) => {
  const ws = await t.open();
  for (const type of ['arraybuffer', 'blob']) {
    ws.binaryType = type;
    for (const data of [new Uint8Array([1, 2, 255]).buffer, new Uint8Array([0, 1, 2, 255]).subarray(1), new DataView(new Uint8Array([1, 2, 255]).buffer), new Blob([new Uint8Array([1, 2, 255])])]) {
      const echoed = new Promise((resolve) => ws.once('message', resolve));
      ws.send(data);
      is(await plain((await echoed).data), (type === 'blob' ? 'blob:' : 'bytes:') + '1,2,255');
    }
  }
});

test('a thousand messages keep their order', async (t) => {
  const ws = await t.open();
  const got = [];
  const all = new Promise((resolve) => ws.on('message', ({ data }) => got.push(data) === 1000 && resolve()));
  for (let i = 0; i < 1000; i++) ws.send(`m${i}`);
  await all;
  is(got.findIndex((text, i) => text !== `m${i}`), -1);
});

test('what is sent before open waits, and leaves in order', async (t) => {
  const ws = t.make();
  is([ws.send('one'), ws.send('two')], ['queued', 'queued']);
  ok(ws.bufferedAmount === 6, `bufferedAmount is ${ws.bufferedAmount}`);
  void ws.connect();
  ws.send('three');
  for (const text of ['one', 'two', 'three']) await t.until('message ' + text);
  is(await t.texts(), ['one', 'two', 'three']);
});

test('the queue has limits, and what it drops is told', async (t) => {
  const ws = t.make({ queue: { maxMessages: 2 } });
  for (const text of ['a', 'b', 'c']) ws.send(text);
  await t.until('drop overflow a');
  await ws.connect();
  await t.until('message c');
  is(await t.texts(), ['b', 'c']);
});

test('a subprotocol is agreed on', async (t) => {
  const ws = await t.open({ protocols: ['first', 'second'] });
  is(ws.protocol, 'first');
});

test('close codes and reasons reach the server', async (t) => {
  const ws = await t.open();
  ws.close(4000, 'bye ✓');
  is(await t.until('close'), 'close 4000 true bye ✓');
  is(ws.state, 'CLOSED');
  const { close } = await t.server('ended', 1);
  is([close.code, close.reason], [4000, 'bye ✓']);
});

test('close codes that a browser cannot send become 1000', async (t) => {
  const ws = await t.open();
  const closed = new Promise((resolve) => ws.on('close', resolve));
  ws.close(1001, 'going away');
  is((await closed).requestedCode, 1001);
  is((await t.server('ended', 1)).close.code, 1000);
});

test('close arguments that are wrong throw', async (t) => {
  const ws = t.make();
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5]) ok(thrown(() => ws.close(code)).startsWith('BAD_INPUT'), `close(${code})`);
  ok(thrown(() => ws.close(1000, 'é'.repeat(62))).includes('124 bytes'), 'a long reason');
  is(thrown(() => ws.close(1000, 'é'.repeat(61))), '');
});

test('close while connecting ends the dial', async (t) => {
  await t.faults({ dial: { mode: 'hang' } });
  const ws = t.make();
  const promise = ws.connect();
  ws.close();
  is(await promise.catch((error) => error.code), 'CLOSED_BY_USER');
  is(ws.state, 'CLOSED');
});

test('close does not wait for ever for a server that says nothing', async (t) => {
  const ws = await t.open({ closeTimeout: 50 });
  await t.control('blackhole', { direction: 'both', client: t.key });
  ws.close(4001);
  is(await t.until('close'), 'close 1006 false ');
});

test('options are checked', async (t) => {
  const Class = t.env.WebSocketReconnect;
  for (const [options, part] of [
    [{}, 'option url is missing'],
    [{ url: 'ftp://x' }, 'scheme'],
    [{ url: t.address, baseDelai: 1 }, 'did you mean baseDelay'],
    [{ url: t.address, jitter: 2 }, 'option jitter is 2'],
    [{ url: t.address, protocols: ['a', 'a'] }, 'named once'],
  ]) {
    const text = thrown(() => new Class(options));
    ok(text.startsWith('BAD_INPUT') && text.includes(part), text);
  }
});

test('drop-in: a WebSocket for libraries', async (t) => {
  const Class = t.env.WebSocketReconnect;
  const ws = t.watch(new Class(t.address, ['chat']));
  is([ws.readyState, ws.CONNECTING, Class.OPEN, ws.CLOSING, Class.CLOSED, ws.binaryType, ws.bufferedAmount], [0, 0, 1, 2, 3, 'blob', 0]);
  const events = [];
  await new Promise((resolve) => {
    ws.onopen = (e) => (events.push(e.type, ws.protocol), ws.send('hi'));
    ws.onmessage = (e) => (events.push(e.type, e.data), ws.close(1000, 'done'));
    ws.onclose = (e) => (events.push(e.type, e.code, e.wasClean, ws.readyState), resolve());
  });
  is(events, ['open', 'chat', 'message', 'hi', 'close', 1000, true, 3]);
  for (const call of [() => ws.close(1001), () => new Class(t.address + '#x'), () => new Class('ftp://x')]) {
    ok(/(InvalidAccess|Syntax)Error/.test(thrown(call)), thrown(call));
  }
});

test('listeners: once, off, and those that throw', async (t) => {
  const ws = t.make();
  const got = [];
  ws.once('stateChange', (state) => got.push('once ' + state));
  const off = ws.on('stateChange', (state) => got.push('off ' + state));
  off();
  const controller = new AbortController();
  ws.addEventListener('open', () => got.push('aborted'), { signal: controller.signal });
  controller.abort();
  ws.addEventListener('message', { handleEvent: (e) => got.push('object ' + e.data) });
  await ws.connect();
  ws.send('x');
  await t.until('message x');
  is(got, ['once CONNECTING', 'object x']);
});

test('dispose ends everything, silently', async (t) => {
  const ws = await t.open();
  const before = t.story.lines.length;
  ws.dispose();
  await t.server('ended', 1);
  is([ws.state, ws.send('late'), t.story.lines.slice(before)], ['CLOSED', 'dropped', []]);
  is(await ws.connect().catch((error) => error.code), 'CLOSED_BY_USER');
});

test('Symbol.dispose is dispose', ['dispose'], async (t) => {
  const ws = await t.open();
  ws[Symbol.dispose]();
  await t.server('ended', 1);
  is(ws.state, 'CLOSED');
});

test('websocketOptions: headers, with the package ws', ['headers'], async (t) => {
  await t.open({ websocketOptions: { headers: { Authorization: 'Bearer token123' } } });
  is((await t.server('open', 1)).header.Authorization, ['Bearer token123']);
});

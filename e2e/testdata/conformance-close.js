// close, how connections end, and readyState on the way.
for (const [name, code] of Object.entries({ 1000: 1000, 3000: 3000, 4999: 4999, '"1000"': '1000', '3000.4': 3000.4, 'an object that is 4000': { valueOf: () => 4000 }, undefined: undefined })) {
  check(`close(${name})`, async (W, it) => {
    const ws = await it.open();
    const refused = attempt(() => (ws.close(code), 'closes'));
    if (refused !== 'closes') return refused;
    return it.story(ws);
  });
}
for (const [name, code] of Object.entries({ 0: 0, 999: 999, 1001: 1001, 1005: 1005, 1006: 1006, 1011: 1011, 2999: 2999, 5000: 5000, 66536: 66536, '-1': -1, NaN: NaN, Infinity: Infinity, null: null, '"x"': 'x', '{}': {}, true: true })) {
  check(`close(${name}) is refused`, async (W, it) => {
    const ws = await it.open();
    return [attempt(() => (ws.close(code), 'closes')), ws.readyState];
  });
}
check('close refuses a symbol', async (W, it) => attempt(() => it.make().close(Symbol('s'))));
for (const [name, reason] of Object.entries({ 'no reason': '', '123 bytes': 'x'.repeat(123), '123 bytes of é': 'é'.repeat(61) + 'x', null: null, undefined: undefined, 'a number': 7, 'half a pair': 'a\ud800' })) {
  check(`a reason may be ${name}`, async (W, it) => {
    const ws = await it.open();
    ws.close(3000, reason);
    const { code, reason: told, wasClean } = await it.next(ws, 'close');
    return [code, told, wasClean];
  });
}
check('a reason of 124 bytes is refused', async (W, it) => {
  const ws = await it.open();
  return [attempt(() => ws.close(3000, 'x'.repeat(124))), attempt(() => ws.close(3000, 'é'.repeat(62))), ws.readyState];
});
check('a reason that is too long is refused also without a code', async (W, it) => {
  const ws = await it.open();
  return attempt(() => (ws.close(undefined, 'x'.repeat(124)), 'closes'));
});
check('a reason without a code', async (W, it) => {
  const ws = await it.open();
  ws.close(undefined, 'why');
  const { code, reason, wasClean } = await it.next(ws, 'close');
  return [code, reason, wasClean];
});
check('of a wrong code and a long reason, the code is refused', async (W, it) => attempt(() => it.make().close(1001, 'x'.repeat(124))));
check('close returns nothing', async (W, it) => String((await it.open()).close()));
check('close takes its time', async (W, it) => {
  const ws = await it.open();
  let over = false;
  ws.onclose = () => (over = true);
  ws.close();
  const at = [over, ws.readyState];
  await it.next(ws, 'close');
  return [...at, ws.readyState];
});
check('close, twice', async (W, it) => {
  const ws = await it.open();
  let times = 0;
  ws.onclose = () => times++;
  ws.close(3000, 'first');
  ws.close(3001, 'second');
  const { code, reason } = await it.next(ws, 'close');
  ws.close();
  return [code, reason, times, attempt(() => ws.close(1001)), attempt(() => (ws.close(), 'silent'))];
});
check('close while it connects', async (W, it) => {
  const ws = it.make();
  ws.close();
  const at = ws.readyState;
  return [at, await it.story(ws), ws.readyState];
});
check('close with a code while it connects', async (W, it) => {
  const ws = it.make();
  ws.close(3000, 'why');
  return [ws.readyState, await it.story(ws)];
});
check('close in the listener of open', async (W, it) => {
  const ws = it.make();
  ws.onopen = () => ws.close(3000);
  return it.story(ws);
});
check('close in the listener of close', async (W, it) => {
  const ws = await it.open();
  const after = it.next(ws, 'close').then(() => attempt(() => (ws.close(), ws.readyState)));
  ws.close();
  return after;
});
check('no message is dispatched after close', async (W, it) => {
  const ws = await it.open(it.at('/feed?every=1'));
  let after = 0;
  await it.next(ws, 'message');
  ws.onmessage = () => after++;
  ws.close();
  await it.next(ws, 'close');
  return after;
});

check('readyState, from the beginning to the end', async (W, it) => {
  const ws = it.make();
  const states = [ws.readyState];
  await it.next(ws, 'open');
  states.push(ws.readyState);
  ws.close();
  states.push(ws.readyState);
  await it.next(ws, 'close');
  return [...states, ws.readyState];
});
check('a dial that is refused', (W, it) => it.story(it.make(it.at('/nowhere'))));
check('a dial to nobody', async (W, it) => it.story(it.make('ws://127.0.0.1:1/')));
check('readyState after a dial that failed', async (W, it) => {
  const ws = it.make(it.at('/nowhere'));
  await it.next(ws, 'close');
  return ws.readyState;
});
check('the server closes', async (W, it) => {
  const ws = await it.open();
  return it.story(ws, () => it.server('close', { code: 1000, reason: 'bye' }));
});
for (const [code, reason] of [[1000, ''], [1001, ''], [1011, 'sorry'], [1012, 'é'], [3000, ''], [4999, 'x'.repeat(123)], [1005, '']]) {
  check(`the server closes with ${code} ${reason.slice(0, 10)}`, async (W, it) => {
    const ws = await it.open();
    const over = it.next(ws, 'close');
    await it.server('close', { code, reason });
    const { code: told, reason: why, wasClean } = await over;
    return [told, why, wasClean];
  });
}
check('the server’s TCP is reset', async (W, it) => {
  const ws = await it.open();
  return it.story(ws, () => it.server('drop', { how: 'rst' }));
});
check('the server’s TCP ends', async (W, it) => {
  const ws = await it.open();
  return it.story(ws, () => it.server('drop', { how: 'fin' }));
});
check('the server sends what is no frame', async (W, it) => {
  const ws = await it.open();
  return it.story(ws, () => it.server('garbage'));
});
check('the server sends text that is none', async (W, it) => {
  const ws = await it.open();
  return it.story(ws, () => it.server('invalid-utf8'));
});
check('a message in parts is one', async (W, it) => {
  const ws = await it.open();
  const message = it.next(ws, 'message');
  await it.server('fragmented', { text: 'in parts', parts: 4 });
  return (await message).data;
});
check('url, protocol and extensions stay after the end', async (W, it) => {
  const ws = await it.open(it.at(), ['one', 'two']);
  ws.close();
  await it.next(ws, 'close');
  return [ws.url === it.at(), ws.protocol, ws.extensions];
});

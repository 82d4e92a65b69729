// send, what comes back, and bufferedAmount.
const shared = () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
const texts = { 'text': 'é€😀', 'no text': '', 'half a pair': 'a\ud800b', 'a null character': 'a\0b' };
const binaries = {
  'an ArrayBuffer': () => new Uint8Array([1, 2, 3]).buffer,
  'an empty ArrayBuffer': () => new ArrayBuffer(0),
  'a resizable ArrayBuffer': () => new ArrayBuffer(2, { maxByteLength: 8 }),
  'a part of a buffer': () => new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
  'a DataView': () => new DataView(new Uint8Array([5, 6, 7]).buffer, 1),
  'wide numbers': () => new Uint16Array([258]),
  'a BigInt64Array': () => new BigInt64Array([1n]),
  'a Blob': () => new Blob(['bl', new Uint8Array([0, 255])]),
  'an empty Blob': () => new Blob(),
  'a File': () => new File(['f'], 'name'),
};
const others = { null: () => null, undefined: () => undefined, 'a number': () => 42, 'an object': () => ({}), 'an array': () => [1, 'a'], 'an object with toString': () => ({ toString: () => 'told' }), 'a SharedArrayBuffer': shared, 'a view of a SharedArrayBuffer': () => new Uint8Array(shared(), 0, 2), 'a symbol': () => Symbol('s'), 'an object that throws': () => ({ toString() { throw new RangeError('mine'); } }), 'a URLSearchParams': () => new URLSearchParams('a=b') };

for (const [name, text] of Object.entries(texts)) check(`send takes ${name}`, async (W, it) => it.echo(await it.open(), text));
for (const [name, make] of Object.entries(binaries)) {
  for (const type of ['blob', 'arraybuffer']) {
    check(`send takes ${name}, and it comes back as ${type}`, async (W, it) => {
      const ws = await it.open();
      ws.binaryType = type;
      return it.echo(ws, make());
    });
  }
}
for (const [name, make] of Object.entries(others)) {
  check(`send, of ${name}`, async (W, it) => {
    const ws = await it.open();
    const answer = it.next(ws, 'message');
    const refused = attempt(() => (ws.send(make()), 'sent'));
    ws.send('after');
    const { data } = await answer;
    return [refused, typeof data === 'string' ? data : data.constructor.name];
  });
}
check('send needs an argument', async (W, it) => {
  const ws = await it.open();
  return attempt(() => (ws.send(), 'sent'));
});
check('send returns nothing', async (W, it) => {
  const ws = await it.open();
  return String(ws.send('x'));
});
check('a megabyte', async (W, it) => {
  const ws = await it.open();
  return (await it.echo(ws, 'é'.repeat(1 << 19))).length;
});
check('messages keep their order, whatever they are', async (W, it) => {
  const ws = await it.open();
  const got = [];
  const done = new Promise((resolve) => (ws.onmessage = ({ data }) => (got.push(typeof data === 'string' ? data : data.size), got.length === 5 && resolve())));
  ws.send(new Blob(['x'.repeat(100_000)]));
  ws.send('text');
  ws.send(new Uint8Array(3));
  ws.send(new Blob(['y']));
  ws.send('end');
  await done;
  return got;
});
check('a message is sent as it was at send', async (W, it) => {
  const ws = await it.open();
  ws.binaryType = 'arraybuffer';
  const bytes = new Uint8Array([1, 2]);
  const answer = it.next(ws, 'message');
  ws.send(bytes);
  bytes[0] = 9;
  return [...new Uint8Array((await answer).data)];
});
check('binaryType counts when the message arrives', async (W, it) => {
  const ws = await it.open();
  const names = [];
  for (const type of ['arraybuffer', 'blob', 'arraybuffer']) {
    ws.binaryType = type;
    names.push(Object.keys(await it.echo(ws, new Uint8Array(1)))[0]);
  }
  return names;
});
check('binaryType may be set before the socket opens', async (W, it) => {
  const ws = it.make();
  ws.binaryType = 'arraybuffer';
  await it.next(ws, 'open');
  return it.echo(ws, new Uint8Array([1]));
});

check('send before the socket opens', (W, it) => {
  const ws = it.make();
  return [attempt(() => String(ws.send('é'))), ws.bufferedAmount];
});
check('bufferedAmount counts bytes, at once', async (W, it) => {
  const ws = await it.open();
  const amounts = [];
  for (const data of ['abc', 'é', '😀', new Uint8Array(10), new Blob(['12345']), '']) {
    ws.send(data);
    amounts.push(ws.bufferedAmount);
  }
  return amounts;
});
check('bufferedAmount falls to zero', async (W, it) => {
  const ws = await it.open();
  ws.send('abc');
  await it.settling(ws)();
  return ws.bufferedAmount;
});
check('send after close is silent, and counts in bufferedAmount', async (W, it) => {
  const ws = await it.open();
  ws.close();
  const closing = [attempt(() => (ws.send('é'), 'silent')), ws.bufferedAmount];
  await it.next(ws, 'close');
  return [closing, attempt(() => (ws.send(new Uint8Array(3)), 'silent')), ws.bufferedAmount];
});
check('what was sent before close arrives', async (W, it) => {
  const ws = await it.open();
  for (let i = 0; i < 50; i++) ws.send('m' + i);
  ws.close();
  await it.next(ws, 'close');
  const { messages } = await (await fetch(location.origin + '/control/record')).json();
  return messages.filter((m) => m.client === it.key).length;
});

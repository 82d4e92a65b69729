// The constructor, the constants, and what a socket shows at first.
// Addresses are those of the server: Chromium makes a page wait that dials in vain again and again.
const host = new URL(link).host;
const shown = (ws) => ws.url.replace(host, 'HOST');

check('the constructor needs an address', (W) => attempt(() => new W()));
check('the constructor needs new', (W) => attempt(() => W('ws://x/')));
for (const url of ['http://[', 'ws:', 'ftp://host/', 'mailto:a@b', 'blob:ws://host/', 'ws://host/#part', 'ws://host/#', 'ws://host:99999/', 'ws://a b/']) {
  check(`the address ${url} is refused`, (W, it) => attempt(() => it.make(url).url));
}
for (const url of ['/echo', 'echo?a=b', '', '//HOST/echo', 'http://HOST/', 'https://HOST/', 'WS://HOST/a/../echo', 'ws://HOST/echo?a b', 'ws://user:pass@HOST/', ' ws://HOST/ ']) {
  check(`the address ${JSON.stringify(url)} is resolved`, (W, it) => attempt(() => shown(it.make(url.replace('HOST', host)))));
}
check('an address may be a URL', (W, it) => shown(it.make(new URL(`http://${host}/echo`))));
check('an address may be anything with toString', (W, it) => attempt(() => shown(it.make({ toString: () => it.at() })).replace(it.key, 'KEY')));
check('an address may be a number', (W, it) => attempt(() => shown(it.make(42))));
check('an address may not be a symbol', (W, it) => attempt(() => it.make(Symbol('a')).url));

for (const protocols of ['', 'a b', 'a,b', 'a/b', 'é', '\u007f', 'a\n', ['a', 'a'], ['a', ''], ['a', ['b,c']], [null, 'null']]) {
  check(`the subprotocols ${JSON.stringify(protocols)} are refused`, (W, it) => attempt(() => it.make(it.at(), protocols).url));
}
for (const [name, protocols] of Object.entries({ '"one"': 'one', '["one","two"]': ['one', 'two'], '["a","A"]': ['a', 'A'], '[1]': [1], 'a Set': new Set(['x', 'y']), '"!#$%&\'*+-.^_`|~"': "!#$%&'*+-.^_`|~", 'undefined': undefined, '[]': [], 'null': null, '7': 7 })) {
  check(`the subprotocols ${name} are offered`, async (W, it) => attempt(() => it.make(it.at(), protocols)).url ? (await it.open(it.at(), protocols)).protocol : attempt(() => it.make(it.at(), protocols)));
}
check('subprotocols that are an object are its text', (W, it) => attempt(() => it.make(it.at(), {}).url));

check('a new socket shows', (W, it) => {
  const ws = it.make();
  return [ws.readyState, ws.protocol, ws.extensions, ws.bufferedAmount, ws.binaryType, ws.onopen, ws.onmessage, ws.onerror, ws.onclose];
});
check('an open socket shows its extensions', async (W, it) => (await it.open()).extensions);
check('the class is an EventTarget', (W, it) => [typeof W, it.make() instanceof EventTarget, Object.getPrototypeOf(W) === EventTarget || Object.getPrototypeOf(Object.getPrototypeOf(W)) === EventTarget]);
check('a socket is an instance of its class, made by it', (W, it) => [it.make() instanceof W, it.make().constructor === W, W.prototype.constructor === W]);
check('a class may extend it', (W, it) => {
  class Sub extends W {
    more = 7;
  }
  const ws = new Sub(it.at());
  const answer = [ws.more, ws instanceof W, ws.readyState];
  ws.close();
  return answer;
});
check('the class’s name', (W) => W.name);
check('how many arguments the class needs', (W) => W.length);
check('a socket’s tag', (W, it) => String(it.make()));
check('a socket is an instance of WebSocket', (W, it) => it.make() instanceof WebSocket);
const CONSTANTS = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
check('the constants are on the class, its prototype and each socket', (W, it) => [W, W.prototype, it.make()].map((holder) => CONSTANTS.map((name) => holder[name])));
check('the constants cannot be changed', (W, it) => {
  'use strict';
  return [W, W.prototype, it.make()].map((holder) => attempt(() => ((holder.OPEN = 7), 'changed')));
});
check('the constants are enumerable, and cannot be deleted or written', (W) => {
  const of = (holder) => (holder && (Object.getOwnPropertyDescriptor(holder, 'OPEN') ?? of(Object.getPrototypeOf(holder))));
  return [of(W), of(W.prototype)];
});
for (const name of ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol']) {
  check(`${name} is read-only`, (W, it) => {
    'use strict';
    return attempt(() => ((it.make()[name] = 'x'), 'changed'));
  });
}
check('attributes and methods are on the prototype', (W) =>
  ['url', 'readyState', 'bufferedAmount', 'onopen', 'onerror', 'onclose', 'extensions', 'protocol', 'close', 'onmessage', 'binaryType', 'send'].filter((name) => !(name in W.prototype)),
);
check('what a loop over a socket’s properties meets', (W, it) => {
  const names = [];
  for (const name in it.make()) names.push(name);
  const known = ['url', 'readyState', 'bufferedAmount', 'onopen', 'onerror', 'onclose', 'extensions', 'protocol', 'close', 'onmessage', 'binaryType', 'send', ...CONSTANTS, 'addEventListener', 'dispatchEvent', 'removeEventListener'];
  return known.filter((name) => names.includes(name)).sort();
});
check('a socket has no properties of its own', (W, it) => Object.getOwnPropertyNames(it.make()));

check('binaryType takes its two values', (W, it) => {
  const ws = it.make();
  return ['arraybuffer', 'blob', 'arraybuffer'].map((type) => ((ws.binaryType = type), ws.binaryType));
});
check('binaryType ignores any other', (W, it) => {
  'use strict';
  const ws = it.make();
  return ['nodebuffer', '', null, undefined, 7, 'BLOB'].map((type) => attempt(() => ((ws.binaryType = type), ws.binaryType)));
});

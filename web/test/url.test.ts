import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketReconnectError } from '../src/errors';
import { checkProtocols, resolveUrl } from '../src/url';

/** Runs with a page's document, as far as addresses need one. */
function onPage(baseURI: string, what: () => void): void {
  const scope = globalThis as { document?: unknown };
  scope.document = { baseURI };
  try {
    what();
  } finally {
    delete scope.document;
  }
}

test('addresses are resolved as the WHATWG constructor does', () => {
  for (const [given, want] of [
    ['ws://host/path', 'ws://host/path'],
    ['wss://host:443', 'wss://host/'],
    ['http://host/a?b', 'ws://host/a?b'],
    ['https://host/', 'wss://host/'],
    ['HTTPS://HOST', 'wss://host/'],
    ['https://host:8443/x', 'wss://host:8443/x'],
    ['http://host:80/x', 'ws://host/x'],
    ['ws://user:pw@host/', 'ws://user:pw@host/'],
    ['ws://http/http', 'ws://http/http'],
    ['ws://bücher.example/ä', 'ws://xn--bcher-kva.example/%C3%A4'],
    [new URL('https://host/x'), 'wss://host/x'],
  ] as const) {
    assert.equal(resolveUrl(given, false), want);
    assert.equal(resolveUrl(given, true), want);
  }
});

test('on a page, relative to its base', () => {
  onPage('https://host/app/index.html', () => {
    for (const [given, want] of [
      ['/socket', 'wss://host/socket'],
      ['socket?x', 'wss://host/app/socket?x'],
      ['//other/x', 'wss://other/x'],
      ['', 'wss://host/app/index.html'],
    ] as const) {
      assert.equal(resolveUrl(given, false), want);
    }
  });
});

test('what cannot be dialled is refused', () => {
  for (const [given, why] of [
    ['/socket', 'it is not a URL'], // no page, no base
    ['', 'it is not a URL'],
    ['ws://', 'it is not a URL'],
    ['ftp://host/', 'its scheme must be ws, wss, http or https'],
    ['mailto:a@b', 'its scheme must be ws, wss, http or https'],
    ['httpx://host/', 'its scheme must be ws, wss, http or https'],
    ['ws://host/#', 'it has a fragment'],
    ['ws://host/#x', 'it has a fragment'],
    [new URL('ws://host/#x'), 'it has a fragment'],
  ] as const) {
    const message = `option url: ${why}`;
    assert.throws(() => resolveUrl(given, false), { name: 'WebSocketReconnectError', code: 'BAD_INPUT', message });
    assert.throws(() => resolveUrl(given, true), (error) => error instanceof DOMException && error.name === 'SyntaxError' && error.message === message);
  }
});

test('an error does not show the address, which may hold what is secret', () => {
  for (const given of ['ftp://user:secret@host/path', 'ws://user:secret@host/path?token=secret#x', 'user:secret@host', 'ws://user:secret@[/']) {
    assert.throws(() => resolveUrl(given, false), (error: Error) => !error.message.includes('secret'));
  }
});

test('subprotocols are tokens, each named once', () => {
  for (const good of [undefined, [], 'a', 'graphql-transport-ws', ['a', 'A', 'b'], "!#$%&'*+-.^_`|~09", ['soap', 'wamp']]) checkProtocols(good, false);
  for (const [bad, name] of [
    ['', ''],
    ['a b', 'a b'],
    ['a,b', 'a,b'],
    ['ä', 'ä'],
    ['a\n', 'a\n'],
    ['"a"', '"a"'],
    [['a', 'b', 'a'], 'a'],
    [['a', ''], ''],
  ] as const) {
    const message = `option protocols has ${JSON.stringify(name)}; it must be a token named once`;
    assert.throws(() => checkProtocols(bad, false), (error) => error instanceof WebSocketReconnectError && error.code === 'BAD_INPUT' && error.message === message);
    assert.throws(() => checkProtocols(bad, true), (error) => error instanceof DOMException && error.name === 'SyntaxError');
  }
});

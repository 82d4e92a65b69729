// "Importing has no side effects": the page of somebody who only imports us
// does not notice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock } from './clock';

const noticed: string[] = [];

/** Replaces a function of an object by one that notes its calls. */
function spy(holder: any, name: string): void {
  const real = holder[name];
  holder[name] = function (this: unknown, ...args: unknown[]) {
    noticed.push(name);
    return new.target ? Reflect.construct(real, args) : real?.apply(this, args);
  };
}

test('importing defines things and does nothing', async () => {
  clock.install();
  const scope = globalThis as any;
  scope.document = { baseURI: 'https://host/', addEventListener() {}, removeEventListener() {}, currentScript: null };
  scope.Worker = class {};
  scope.WebSocket = class {};
  scope.addEventListener = scope.removeEventListener = () => {};
  const before = new Set(Reflect.ownKeys(scope));
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'addEventListener', 'fetch', 'Worker', 'WebSocket', 'MessageChannel', 'BroadcastChannel', 'Blob', 'reportError']) spy(scope, name);
  spy(scope.document, 'addEventListener');
  spy(Math, 'random');
  spy(Date, 'now');
  spy(performance, 'now');
  spy(crypto, 'getRandomValues');
  spy(console, 'warn');
  spy(WebAssembly, 'compile');
  const during = new Set(Reflect.ownKeys(scope));

  // Held back in variables, so that importing is what happens between the two lines.
  const module = await import('../src/index');
  const calls = noticed.splice(0);
  assert.deepEqual(calls, []);
  assert.deepEqual([...Reflect.ownKeys(scope)].filter((key) => !during.has(key)), [], 'the module defines no globals');
  assert.deepEqual(Object.keys(module).sort(), ['WebSocketReconnect', 'WebSocketReconnectError', 'default']);
  assert.equal(module.default, module.WebSocketReconnect);

  await import('../src/global');
  assert.deepEqual(noticed.splice(0), []);
  const defined = [...Reflect.ownKeys(scope)].filter((key) => !before.has(key) && !during.has(key));
  assert.deepEqual(defined.sort(), ['WebSocketReconnect', 'WebSocketReconnectError']);

  new module.WebSocketReconnect({ url: 'wss://host/' });
  assert.deepEqual(noticed.splice(0), [], 'nor does making a client that waits for connect()');

  // The spies work.
  void new module.WebSocketReconnect('wss://host/').state;
  assert.ok(['WebSocket', 'setTimeout', 'queueMicrotask', 'now'].every((name) => noticed.includes(name)), noticed.join());
});

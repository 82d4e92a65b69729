// The Vue composable, without a core: what it does where a component is rendered
// to text, and with what was sent before there is a connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSSRApp, effectScope, h, nextTick, shallowRef } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { useWebSocket } from '../entries/vue';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';

clock.install();
FakeSocket.install();
FakeWorker.install();

test('a component that is rendered on a server connects to nothing', async () => {
  const app = createSSRApp({
    setup() {
      const { status, send } = useWebSocket('/relative');
      send('kept, for nobody');
      return () => h('p', status.value);
    },
  });
  assert.equal(await renderToString(app), '<p>CLOSED</p>');
  assert.equal(FakeSocket.all.length, 0);
  Object.assign(globalThis, { document: new EventTarget() }); // a page, from here on
});

test('what is sent while the first dial is under way goes along to another address, in order', async () => {
  const url = shallowRef('wss://host/stale');
  const scope = effectScope();
  const { send, open } = scope.run(() => useWebSocket(url))!;
  send('a');
  url.value = 'wss://host/fresh';
  await nextTick();
  send('b');
  open();
  send('c');
  const { last } = FakeSocket;
  assert.match(last.url, /fresh/);
  last.open();
  await turn();
  assert.deepEqual(last.sent, ['a', 'b', 'c']);
  scope.stop();
});

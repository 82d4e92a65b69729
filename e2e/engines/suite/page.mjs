/** Tests of what only a browser's page has: documents, policies, Workers, life cycle. */
import { is, ok, test } from './runner.mjs';

/** A page in a frame, with the library loaded by a classic script. */
async function frame({ csp = '', placement, wasm = '' }) {
  const element = document.createElement('iframe');
  element.src = 'frame.html?' + new URLSearchParams({ csp, placement, wasm });
  await new Promise((resolve) => {
    element.onload = resolve;
    document.body.append(element);
  });
  return element.contentWindow;
}

for (const placement of ['worker', 'page']) {
  test(`the core runs where it is told to: ${placement}`, placement === 'worker' ? ['document', 'Worker'] : ['document'], async (t) => {
    const page = await frame({ placement });
    await t.core(page.WebSocketReconnect);
    is(page.workers, placement === 'worker' ? 1 : 0);
  });
}

test('a policy against Workers: the core runs on the page', ['document'], async (t) => {
  const page = await frame({ placement: 'worker', csp: "worker-src 'none'" });
  const ws = t.make({}, page.WebSocketReconnect);
  await ws.connect();
  await t.core(page.WebSocketReconnect);
  await t.drop();
  await t.until('error CONNECTION_LOST');
  await t.until('open');
});

const broken = {
  "a policy against WebAssembly names what would allow it": [{ csp: "script-src 'self'", placement: 'page' }, /wasm-unsafe-eval/],
  'no core: a file that is not there': [{ wasm: '/broken/404.wasm' }, /HTTP status 404 .*404\.wasm/],
  'no core: a page in place of the file': [{ wasm: '/broken/page.wasm' }, /page\.wasm is not WebAssembly.*text\/html/],
  'no core: a file of the wrong type, cut short': [{ wasm: '/broken/short.bin' }, /short\.bin .*cut short/],
  'no core: a file cut short': [{ wasm: '/broken/short.wasm' }, /short\.wasm .*cut short/],
};
for (const [name, [options, wanted]] of Object.entries(broken)) {
  test(name, ['document'], async (t) => {
    const page = await frame({ placement: t.env.placement, ...options });
    const ws = t.make({}, page.WebSocketReconnect);
    await ws.connect();
    const error = await t.until('error CORE_UNAVAILABLE');
    ok(wanted.test(error), error);
    is([ws.state, ws.send('goes on')], ['OPEN', 'sent']);
    await t.until('message goes on');
  });
}

test('a file of the wrong type that is WebAssembly serves as well', ['document'], async (t) => {
  const page = await frame({ placement: t.env.placement, wasm: '/broken/whole.bin' });
  await t.core(page.WebSocketReconnect);
});

test('offline: an open link is asked, and stays', ['document'], async (t) => {
  const ws = await t.open({ heartbeatInterval: 60_000 });
  await t.core();
  dispatchEvent(new Event('offline'));
  await t.server('pongs', 1);
  dispatchEvent(new Event('online'));
  await t.server('pongs', 2);
  is(ws.getStats().attempts, 1);
});

test('online: a wait is cut short', ['document'], async (t) => {
  await t.open({ baseDelay: 60_000, maxDelay: 60_000 });
  await t.core();
  await t.control('kill');
  await t.until('retry 1 60000');
  await t.control('revive');
  const started = performance.now();
  dispatchEvent(new Event('online'));
  await t.until('open');
  ok(performance.now() - started < 30_000, 'it waited for the schedule');
});

test('back from the cache: the link is asked whether it lives', ['document'], async (t) => {
  const ws = await t.open({ heartbeatInterval: 60_000 });
  await t.core();
  dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  await t.server('pongs', 1);
  is(ws.getStats().attempts, 1);
});

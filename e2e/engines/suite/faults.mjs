/** Tests of links that fail, and of how a client comes back. */
import { is, ok, test } from './runner.mjs';

for (const how of ['rst', 'fin']) {
  test(`reconnect after the link is cut (${how})`, async (t) => {
    const ws = await t.open();
    await t.drop(how);
    await t.until('error CONNECTION_LOST');
    is(await t.until('close'), 'close 1006 false ');
    is(await t.until('retry'), 'retry 1 20 backoff');
    await t.until('open');
    ws.send('again');
    await t.until('message again');
    is(ws.getStats().successes, 2);
  });
}

test('reconnect after the server has closed, with its code and reason', async (t) => {
  await t.open();
  await t.control('close', { code: 1001, reason: 'restart', client: t.key });
  await t.until('error CLOSED_BY_SERVER');
  is(await t.until('close'), 'close 1001 true restart');
  await t.until('open');
});

test('reconnect after "service restart", 1012', async (t) => {
  const native = new WebSocket(t.address);
  await new Promise((resolve) => (native.onopen = resolve));
  const own = new Promise((resolve) => (native.onclose = ({ code }) => resolve(code)));
  await t.control('close', { code: 1012, client: t.key });
  if ((await own) !== 1012) t.cannot(`its own WebSocket makes ${await own} of the code`);
  await t.open();
  await t.control('close', { code: 1012, client: t.key });
  is(await t.until('close'), 'close 1012 true ');
  await t.until('open');
});

test('a close by policy waits maxDelay', async (t) => {
  await t.open({ maxDelay: 300 });
  await t.control('close', { code: 1008, reason: 'go away', client: t.key });
  await t.until('error CLOSED_BY_POLICY');
  is(await t.until('retry'), 'retry 1 300 policy');
  await t.until('open');
});

test('what is sent during an outage is sent once, in order, when it is over', async (t) => {
  const ws = await t.open();
  await t.control('kill');
  await t.until('error CONNECTION_LOST');
  const texts = Array.from({ length: 50 }, (_, i) => `m${i}`);
  for (const text of texts) is(ws.send(text), 'queued');
  await t.control('revive');
  await t.until('message m49');
  is(await t.texts(), texts);
});

test('delays grow, and maxRetries ends it', async (t) => {
  await t.faults({ dial: { mode: 'reset' } });
  const ws = t.make({ maxRetries: 3 });
  is(await ws.connect().catch((error) => error.code), 'UNREACHABLE');
  await t.until('failed');
  is(t.story.lines.filter((line) => /^retry|^failed/.test(line)), ['retry 1 20 backoff', 'retry 2 40 backoff', 'retry 3 80 backoff', 'failed 4 UNREACHABLE']);
  is(ws.state, 'FAILED');
});

test('a refused handshake is told from a server that is not there', async (t) => {
  await t.faults({ dial: { mode: 'status', status: 503 } });
  const ws = t.make({ maxRetries: 0, diagnose: true });
  is(await ws.connect().catch((error) => error.code), 'HANDSHAKE_REFUSED');
  const nobody = t.make({ url: t.env.nobody, maxRetries: 0, diagnose: true });
  is(await nobody.connect().catch((error) => error.code), 'UNREACHABLE');
});

test('a wrong answer to the handshake is a failed dial', async (t) => {
  await t.faults({ dial: { badAccept: true } });
  const native = new WebSocket(t.address);
  const opened = await new Promise((resolve) => {
    native.onopen = () => resolve(true);
    native.onerror = () => resolve(false);
  });
  native.close();
  if (opened) t.cannot('its own WebSocket takes any answer');
  await t.faults({ dial: { badAccept: true, times: 1 } });
  const ws = t.make();
  void ws.connect();
  await t.until('retry 1 20');
  await t.until('open');
  is(ws.getStats().attempts, 2);
});

test('a dial that hangs is given up after connectionTimeout', async (t) => {
  await t.faults({ dial: { mode: 'hang', times: 1 } });
  const ws = t.make({ connectionTimeout: 300 });
  void ws.connect();
  await t.until('error TIMED_OUT');
  await t.until('open');
  is(ws.send('x'), 'sent');
});

test('the circuit opens after failures, and closes after a trial', async (t) => {
  await t.faults({ dial: { mode: 'status', status: 503, times: 3 } });
  const ws = t.make({ circuitBreaker: { failureThreshold: 3, resetTimeout: 200 } });
  void ws.connect();
  await t.until('state BLOCKED');
  is([ws.getCircuitState(), ws.readyState], ['OPEN', 0]);
  await t.until('circuit HALF-OPEN');
  await t.until('open');
  await t.until('circuit CLOSED');
  is(ws.getStats().attempts, 4);
});

test('the circuit by hand', async (t) => {
  const ws = t.make({ circuitBreaker: { resetTimeout: 60_000 } });
  ws.openCircuit();
  is(ws.getCircuitState(), 'OPEN');
  void ws.connect();
  await t.until('state BLOCKED');
  ws.closeCircuit();
  await t.until('open');
  is(ws.getCircuitState(), 'CLOSED');
});

test('a server that accepts and drops is not dialled in a hot loop', async (t) => {
  await t.faults({ afterOpen: { action: 'rst', times: 3 } });
  const ws = t.make({ minUptime: 60_000 });
  void ws.connect();
  await t.until('retry 3 80');
  await t.until('open');
  is(ws.getStats().retryCount, 3);
});

for (const direction of ['up', 'down', 'both']) {
  test(`a black hole is found, and left (${direction})`, async (t) => {
    await t.open({ heartbeatInterval: 80, heartbeatTimeout: 400 });
    await t.server('pongs', 1);
    await t.control('blackhole', { direction, client: t.key });
    await t.until('error HEARTBEAT_LOST');
    is(await t.until('close'), 'close 1006 false ');
    await t.until('open');
    await t.until('message {"type":"pong"}');
  });
}

test('the heartbeat measures the round trip', async (t) => {
  const ws = await t.open({ heartbeatInterval: 30 });
  await t.until('message {"type":"pong"}');
  await t.until('message {"type":"pong"}');
  const { roundTrip } = ws.getStats();
  ok(roundTrip > 0 && roundTrip < 30_000, `the round trip is ${roundTrip}`);
});

test('a link that speaks is not killed for unanswered probes', async (t) => {
  await t.faults({ pings: { mute: true } });
  const ws = await t.open({ url: `${t.env.link}/feed?every=15&client=${t.key}`, heartbeatInterval: 50, heartbeatTimeout: 1500 });
  await t.server('muted', 4);
  is([ws.state, ws.getStats().attempts], ['OPEN', 1]);
});

test("the server's own probes are answered", async (t) => {
  await t.open({ url: `${t.env.link}/sink?client=${t.key}` });
  await t.core();
  await t.control('send', { text: '{"type":"ping","id":5}', client: t.key });
  await t.until('message {"type":"ping","id":5}');
  await t.server('messages', 1);
  is(await t.texts(), ['{"type":"pong"}']);
});

test('a wire that speaks nonsense is left', async (t) => {
  const ws = await t.open();
  await t.control('garbage', { bytes: 64, client: t.key });
  await t.until('error');
  await t.until('open');
  is(ws.send('x'), 'sent');
  await t.until('message x');
});

test('a slow link is no dead link', async (t) => {
  await t.faults({ up: { delayMs: 60, jitterMs: 40 }, down: { delayMs: 60, jitterMs: 40 } });
  const ws = await t.open({ heartbeatInterval: 50, heartbeatTimeout: 5000 });
  await t.server('pongs', 4);
  is(ws.getStats().attempts, 1);
});

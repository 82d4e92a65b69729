// explain(): what the client does, why and until when, in each state.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Snap, ToPage } from '../src/contract.gen';
import { span } from '../src/explanation';
import { clock, turn } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';
import { cause, install, Played, state } from './played';

install();
afterEach(() => Played.disposeAll());

const in1970 = (ms: number) => Date.now() + ms;

/** doing, why, until (from now, in milliseconds), attempt. */
function gist({ ws }: Played): unknown[] {
  const { doing, why, until, attempt, ...rest } = ws.explain()!;
  assert.equal(rest.state, ws.state);
  return [doing, why, until === null ? null : Math.round(until - in1970(0)), attempt];
}

const said = ({ ws }: Played): string => ws.explain()!.sentence;

// First: with no core yet.
test('nothing before the core’s script; then the first dial, and what ended before a core runs', async () => {
  const p = new Played();
  assert.equal(p.ws.explain(), undefined);
  void p.ws.connect();
  assert.equal(p.ws.explain(), undefined);
  await clock.pass(2000);
  assert.deepEqual(gist(p), ['dialling', 'connect', 8000, 0]);
  assert.equal(said(p), 'Dialling for 2 s, the first dial; it may take 8 s more; circuit CLOSED, 0 of 5 failures; online, visible.');
  FakeSocket.last.open();
  assert.deepEqual(gist(p), ['connected', null, null, 0]);
  FakeSocket.last.end();
  await turn();
  assert.deepEqual(gist(p), ['waiting', 'core', null, 0]);
  assert.match(said(p), /^Waiting for the core, which is not running yet; /);
});

test('idle, waiting, dialling, connected', async () => {
  const p = new Played();
  p.ws.openCircuit();
  await p.core({ state: 'CLOSED' });
  assert.deepEqual(gist(p), ['idle', null, null, 0]);
  assert.match(said(p), /^Not connected: connect\(\) has not been called; circuit CLOSED/);
  await p.open();
  clock.now += 812;
  assert.deepEqual(gist(p), ['connected', null, null, 0]);
  assert.equal(said(p), 'Open for 812 ms; circuit CLOSED, 0 of 5 failures; online, visible.');
  await p.fails(1, 'CONNECTION_LOST', 8000, 1, { [Snap.CircuitFailures]: 1 });
  clock.now += 600;
  p.ws.send('waits');
  assert.deepEqual(gist(p), ['waiting', 'backoff', 7400, 1]);
  assert.equal(said(p), 'Waiting 7.4 s for retry 1 of 10 (backoff); the last connection ended with 1006 after 812 ms; 1 queued; circuit CLOSED, 1 of 5 failures; online, visible.');
  p.dial(2);
  clock.now += 200;
  assert.deepEqual(gist(p), ['dialling', 'retry', 9800, 1]);
  await p.fails(2, 'UNREACHABLE', 500, 2);
  assert.match(said(p), /^Waiting 500 ms for retry 2 of 10 \(backoff\); the last dial ended with 1006 after 200 ms \(UNREACHABLE\); 1 queued; /);
  const { lastClose, lastError, maxRetries, online, hidden, queued } = p.ws.explain()!;
  assert.deepEqual([lastClose!.code, lastError!.code, maxRetries, online, hidden, queued], [1006, 'UNREACHABLE', 10, true, false, 1]);
  await p.reopens(3);
  assert.deepEqual(gist(p), ['connected', null, null, 0]);
  clock.now += 3000;
  p.ws.reconnect();
  clock.now += 5;
  assert.deepEqual(gist(p), ['dialling', 'connect', 9995, 0], 'the user’s own call is seen at once');
  assert.match(said(p), /^Dialling for 5 ms, another dial; it may take 10 s more; /);
});

test('blocked: until when, and the circuit with it', async () => {
  const p = new Played({ maxRetries: Infinity });
  await p.open();
  FakeSocket.last.end();
  await turn();
  p.answer([[ToPage.EmitError, 1, cause('CONNECTION_LOST')], [ToPage.EmitClose, 1, 0], [ToPage.EmitCircuitChange, 1], [ToPage.EmitStateChange, state('BLOCKED')], [ToPage.EmitRetry, 4, 61_000, 1]], {
    state: 'BLOCKED', circuit: 'OPEN', [Snap.RetryIn]: 61_000, [Snap.CircuitFailures]: 5, [Snap.RetryCount]: 3, 3: 60_000,
  } as object);
  assert.deepEqual(gist(p), ['waiting', 'circuit', 61_000, 4]);
  const { until, ...circuit } = p.ws.explain()!.circuit;
  assert.deepEqual(circuit, { state: 'OPEN', failures: 5, failureThreshold: 5 });
  assert.equal(Math.round(until! - in1970(0)), 60_000);
  assert.match(said(p), /^Waiting 1 min for retry 4 \(circuit\); .*; circuit OPEN, 5 of 5 failures; online/);
});

test('parked: nobody knows until when', async () => {
  const p = new Played();
  await p.open();
  await p.fails(1, 'CONNECTION_LOST', Infinity, 1, {}, 'hidden');
  assert.deepEqual(gist(p), ['waiting', 'hidden', null, 1]);
  assert.match(said(p), /^Waiting until visible for retry 1 of 10 \(hidden\); /);
});

test('closing, closed, given up, stopped', async () => {
  const p = new Played({ closeTimeout: 2000 });
  await p.open();
  p.ws.close(1000, 'bye');
  clock.now += 600;
  assert.deepEqual(gist(p), ['closing', 'closed', 1400, 0]);
  assert.match(said(p), /^Closing by close\(\); the server may take 1.4 s to answer; /);
  await turn();
  p.answer([[ToPage.EmitStateChange, state('CLOSING')], [ToPage.EmitStateChange, state('CLOSED')]], { state: 'CLOSED' });
  assert.deepEqual(gist(p), ['idle', 'closed', null, 0]);
  assert.match(said(p), /^Closed by close\(\); /);
  for (const [name, dials, why, words] of [['UNREACHABLE', 11, 'retries', 'Given up after 11 dials: maxRetries is 10'], ['STOPPED', 1, 'stopped', 'Given up after 1 dial: told to stop']] as const) {
    const q = new Played();
    await q.open();
    FakeSocket.last.end();
    await turn();
    q.answer([[ToPage.EmitStateChange, state('FAILED')], [ToPage.EmitFailed, dials, cause(name)]], { state: 'FAILED' });
    assert.deepEqual(gist(q).slice(0, 3), ['failed', why, null]);
    assert.ok(said(q).startsWith(words + '; '), said(q));
    q.ws.dispose();
    assert.match(said(q), /^Disposed of; /);
  }
});

test('spans as people say them', () => {
  for (const [ms, text] of [[-5, '0 ms'], [0.4, '0 ms'], [999.4, '999 ms'], [999.5, '1 s'], [7449, '7.4 s'], [59_949, '59.9 s'], [59_950, '1 min'], [3_596_999, '59.9 min'], [3_600_000, '1 h'], [86_400_000, '24 h']] as const) {
    assert.equal(span(ms), text, String(ms));
  }
});

test('dials while offline are no retries', async () => {
  const p = new Played();
  await p.open();
  await p.fails(1, 'CONNECTION_LOST', 30_000, 0, {}, 'offline');
  assert.match(said(p), /^Waiting 30 s for another dial \(offline\); /);
});

test('a core that dies: what it knew no longer holds; a url() that is still asked does', async () => {
  const p = new Played();
  await p.open();
  await p.fails(1, 'CONNECTION_LOST', 500);
  FakeWorker.last.die('a test');
  assert.deepEqual(gist(p).slice(0, 3), ['waiting', 'core', null]);
  const q = new Played({ url: () => new Promise(() => {}) });
  void q.ws.connect();
  await turn();
  assert.deepEqual(gist(q), ['dialling', 'connect', 10_000, 0]);
  assert.match(said(q), /^Dialling for 0 ms, the first dial; it may take 10 s more; /);
  await clock.pass(1000);
  FakeWorker.last.ready();
});

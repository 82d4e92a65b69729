// The warning that two reconnect one connection: who hears it, and who does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '../src/connection';
import { secondReconnecter, warnOfZombies } from '../src/zombies';

let id = 0;

/** A drop-in client that was spoken through, and whose connection was lost. */
const lost = (change: object = {}): Connection =>
  ({ id_: ++id, dropIn_: true, closed_: false, disposed_: false, url_: 'ws://host/path?token=secret', stats_: { lastClose: { code: 1006 }, successes: 1 }, state_: { value_: 'CONNECTING' }, openedAt_: 100, lastSentAt_: 200, ...change }) as unknown as Connection;

const fresh = (change: object = {}) => lost({ stats_: { lastClose: null, successes: 0 }, lastSentAt_: -1, ...change });

for (const [name, first, second, warned] of [
  ['the first still retries', lost(), fresh(), true],
  ['the first is blocked', lost({ state_: { value_: 'BLOCKED' } }), fresh(), true],
  ['the first is back, and nobody has spoken through it', lost({ state_: { value_: 'OPEN' }, stats_: { lastClose: { code: 1006 }, successes: 2 }, openedAt_: 300 }), fresh(), true],
  ['the first is back and in use', lost({ state_: { value_: 'OPEN' }, stats_: { lastClose: { code: 1006 }, successes: 2 }, openedAt_: 150 }), fresh(), false],
  ['the first is back and has only ever listened', lost({ state_: { value_: 'OPEN' }, stats_: { lastClose: { code: 1006 }, successes: 2 }, openedAt_: 300, lastSentAt_: -1 }), fresh(), false],
  ['the first has lost nothing', lost({ state_: { value_: 'OPEN' }, stats_: { lastClose: null, successes: 1 } }), fresh(), false],
  ['the first has given up', lost({ state_: { value_: 'FAILED' } }), fresh(), false],
  ['the first was closed', lost({ closed_: true }), fresh(), false],
  ['the first was disposed', lost({ disposed_: true }), fresh(), false],
  ['another address', lost(), fresh({ url_: 'ws://host/path?token=other' }), false],
  ['the options form: an app that knows what it does', lost({ dropIn_: false }), fresh({ dropIn_: false }), false],
] as const) {
  test(`two reconnecters: ${name}`, () => assert.equal(secondReconnecter(second, [first, second]), warned));
}

test('the warning comes once, names the cure, and hides what may be secret', () => {
  const said: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => void said.push(text);
  try {
    const clients = [lost(), fresh(), fresh()];
    for (const client of clients) warnOfZombies(client, clients);
  } finally {
    console.warn = warn;
  }
  assert.equal(said.length, 1);
  assert.match(said[0]!, /ws:\/\/host\/path\?… .*withOptions\(\{maxRetries: 0\}\)/);
});

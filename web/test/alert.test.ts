// The event alert: which share of dials opens, and when that is told.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Played, install } from './played';

install();
afterEach(() => Played.disposeAll());

/** The alerts of a client whose first dial opens; then o opens, and x fails. What opened is lost in the end. */
async function told(alert: object, dials: string): Promise<unknown[][]> {
  const p = new Played({ alert, circuitBreaker: false }, 'alert');
  await p.open();
  let open = true;
  for (const [i, dial] of [...dials, ''].entries()) {
    await p.fails(i + 1, open ? 'CONNECTION_LOST' : 'UNREACHABLE', 10);
    open = dial === 'o';
    if (open) await p.reopens(i + 2);
    else p.dial(i + 2);
  }
  return p.heard.map(([, { successRate, threshold, attempts, recovered }]: any) => [Math.round(successRate * 1000), threshold, attempts, recovered]);
}

for (const [name, alert, dials, want] of [
  ['nothing below the threshold, nothing told', { successRate: 0.5, volumeThreshold: 1 }, 'oxo', []],
  ['not before there are enough dials', { successRate: 0.9, volumeThreshold: 4 }, 'xxx', [[250, 0.9, 4, false]]],
  ['five are enough by default', { successRate: 0.9 }, 'xxxx', [[200, 0.9, 5, false]]],
  ['a rate of just the threshold is not below it', { successRate: 0.5, window: 2, volumeThreshold: 2 }, 'xoxo', []],
  ['once for each crossing, and once when it is back', { successRate: 0.5, window: 2, volumeThreshold: 2 }, 'xxxooxxo', [[0, 0.5, 2, false], [500, 0.5, 2, true], [0, 0.5, 2, false], [500, 0.5, 2, true]]],
  ['each threshold by itself', { successRate: [0.9, 0.5], window: 4, volumeThreshold: 1 }, 'xxoo', [[500, 0.9, 2, false], [333, 0.5, 3, false], [500, 0.5, 4, true]]],
  ['a window of less than five is judged when it is full', { successRate: 0.6, window: 3 }, 'x', []],
  ['and then', { successRate: 0.6, window: 3 }, 'xx', [[333, 0.6, 3, false]]],
  ['old dials leave the window', { successRate: 0.6, window: 3, volumeThreshold: 3 }, 'xoxoo', [[333, 0.6, 3, false], [667, 0.6, 3, true]]],
] as const) {
  test(`alert: ${name}`, async () => assert.deepEqual(await told(alert, dials), want));
}

test('what fails while the page is offline does not count', async () => {
  const { navigator } = globalThis;
  try {
    Object.defineProperty(globalThis, 'navigator', { value: { onLine: false }, configurable: true });
    assert.deepEqual(await told({ successRate: 0.9, volumeThreshold: 1 }, 'xxxx'), []);
  } finally {
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  }
});

test('what cannot be used is told', async () => {
  for (const [alert, want] of [
    [{}, 'option alert.successRate is undefined; it must be a number above 0, to 1, or several'],
    [{ successRate: [] }, 'option alert.successRate is []; it must be a number above 0, to 1, or several'],
    [{ successRate: [0.5, 0] }, 'option alert.successRate is [0.5,0]; it must be a number above 0, to 1, or several'],
    [{ successRate: 1, window: 2.5 }, 'option alert.window is 2.5; it must be a whole number, at least 1'],
    [{ successRate: 1, window: 4, volumeThreshold: 5 }, 'option alert.volumeThreshold is 5; it must be a whole number from 1 to alert.window'],
    [{ successRate: 1, windows: 4 }, 'unknown option alert.windows'],
  ] as const) {
    const p = new Played({ alert }, 'error');
    await p.open();
    assert.deepEqual(p.heard.map(([, { code, message }]: any) => [code, message]), [['BAD_INPUT', want]]);
  }
});

for (const [name, alert] of [
  ['a window that is no number', { successRate: 0.9, window: 10n }],
  ['one that cannot be compared', { successRate: 0.9, window: Symbol('ten') }],
  ['a getter that throws', { get successRate() { throw new Error('not yet'); } }],
] as const) {
  test(`alert: ${name} is told, and keeps the core from nobody`, async () => {
    const healthy = new Played();
    const wrong = new Played({ alert }, 'error');
    await healthy.open();
    await wrong.open();
    assert.deepEqual(wrong.heard.map(([, { code }]: any) => code), ['BAD_INPUT']);
  });
}

// What close codes and the reasons beside them mean.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOSE_CODES, type Options } from '../src/contract.gen';
import { checkOptions } from '../src/options';
import { closeCodes, hintIn, hintOf, verdictOf, wrongCloseCodes, wrongHintCodes } from '../src/verdict';

const options = (given: object = {}): Options => checkOptions({ url: 'ws://host/', ...given }, false);

test('every default entry is what its codes mean, the narrowest first', () => {
  const plain = options();
  const meanings: Record<number, string> = { 1000: 'retry', 1003: 'slow', 1006: 'retry', 1008: 'slow', 1012: 'retry', 1013: 'slow', 3000: 'refresh', 3003: 'slow', 4400: 'slow', 4401: 'refresh', 4408: 'retry', 4499: 'slow', 4500: 'retry', 4503: 'slow', 4999: 'retry', 3999: 'retry' };
  for (const [code, verdict] of Object.entries(meanings)) assert.equal(verdictOf(Number(code), plain), verdict, code);
  assert.ok(!Object.values(CLOSE_CODES).includes('stop'), 'only our own close means stop by default');
});

test('the user’s entries come first, however wide; among them the narrowest', () => {
  const own = options({ closeCodes: { '4000-4999': 'stop', '4100-4199': 'retry', 4150: 'slow', 1008: 'retry' } });
  for (const [code, verdict] of [[4401, 'stop'], [4100, 'retry'], [4150, 'slow'], [1008, 'retry'], [1009, 'slow']] as const) assert.equal(verdictOf(code, own), verdict, String(code));
});

test('the table in force hides what the user’s entries cover', () => {
  assert.deepEqual(closeCodes(options()), { ...CLOSE_CODES });
  const table = closeCodes(options({ closeCodes: { '4400-4499': 'stop' } }));
  assert.deepEqual([table['4400-4499'], table['4401'], table['4503']], ['stop', undefined, 'slow']);
  const ends = closeCodes(options({ closeCodes: { 4400: 'stop', 4499: 'stop' } }));
  assert.deepEqual([ends['4400'], ends['4499'], ends['4400-4499']], ['stop', 'stop', CLOSE_CODES['4400-4499']]);
});

test('hints are numbers of milliseconds, as pairs or as JSON', () => {
  for (const [reason, hint] of [
    ['retry=5000;spread=10000', [5000, 10_000]],
    ['spread=10, retry=5', [5, 10]],
    ['restarting retry=7', [7, 0]],
    ['{"retryAfter":5000,"spread":10000}', [5000, 10_000]],
    ['{"retry":1.5}', [1.5, 0]],
    ['', [0, 0]],
    ['try again', [0, 0]],
    ['retry=soon', [0, 0]],
    ['retry=-5', [0, 0]],
    ['{"retryAfter":"5000","spread":-1}', [0, 0]],
    ['{"retryAfter":1e999}', [0, 0]],
    ['null', [0, 0]],
    ['5000', [0, 0]],
    ['{"retry":', [0, 0]],
  ] as const) {
    assert.deepEqual(hintIn(reason), hint, reason);
  }
});

test('a hint counts for the codes that hint', () => {
  assert.deepEqual([1012, 1013, 1000].map((code) => hintOf(code, 'retry=5', options())[0]), [5, 5, 0]);
  const own = options({ hintCodes: '4200-4299' });
  assert.deepEqual([1012, 4200, 4299, 4300].map((code) => hintOf(code, 'retry=5', own)[0]), [0, 5, 5, 0]);
});

test('entries that cannot be used are named', () => {
  assert.equal(wrongCloseCodes(options()), undefined);
  assert.equal(wrongHintCodes(options({ closeCodes: { '44': 'stop' }, hintCodes: ['1013'] })), undefined);
  assert.match(wrongCloseCodes(options({ closeCodes: { 440: 'stop' } }))!, /closeCodes has "440"/);
  assert.match(wrongCloseCodes(options({ closeCodes: { '4000-': 'stop' } }))!, /closeCodes has "4000-"/);
  assert.match(wrongCloseCodes(options({ closeCodes: { 4401: 'ask' } }))!, /says "ask" for 4401/);
  assert.match(wrongCloseCodes(options({ closeCodes: { 4401: '' } }))!, /says "" for 4401/);
  assert.match(wrongHintCodes(options({ hintCodes: 'soon' }))!, /hintCodes has "soon"/);
  assert.match(wrongCloseCodes(options({ closeCodes: { '4599-4500': 'stop' } }))!, /closeCodes has "4599-4500"/);
  assert.match(wrongHintCodes(options({ hintCodes: ['1013-1012'] }))!, /hintCodes has "1013-1012"/);
});

test('an entry that cannot be used hides no default', () => {
  const own = options({ closeCodes: { 4401: 'foo', 4408: '' } });
  assert.deepEqual([4401, 4408].map((code) => verdictOf(code, own)), ['refresh', 'retry']);
});

// What is asked over HTTP of an address that could not be dialled.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose, Reach } from '../src/diagnose';

test('credentials are left out: fetch refuses an address that has them', async () => {
  const asked: string[] = [];
  globalThis.fetch = async (address) => {
    asked.push(String(address));
    return new Response();
  };
  assert.equal(await diagnose('wss://user:secret@host/path?q'), Reach.Somebody);
  assert.deepEqual(asked, ['https://host/path?q']);
});

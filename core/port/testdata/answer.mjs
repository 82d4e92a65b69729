// Answers batches as the page's core would: the module, started by Go's own
// wasm_exec.js, stepped through the function that it hands to its host.
//
//   node answer.mjs wasm_exec.js websocket-reconnect.wasm <traces >answers
//
// A trace is a count of batches, then each batch: a length in bytes, and so
// many bytes. Each trace gets a new instance. An answer has the same form as a
// batch; that of a dead module has the length -1 (as unsigned) before its words.
// All counts are little-endian uint32.
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [wasmExec, wasm] = process.argv.slice(2);
createRequire(import.meta.url)(resolve(wasmExec));
const module = await WebAssembly.compile(readFileSync(wasm));
const input = readFileSync(0);
const view = new DataView(input.buffer, input.byteOffset, input.byteLength);

function send(bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

function word(n) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n, true);
  return bytes;
}

/** Starts the module and resolves with its step function. */
async function start() {
  const go = new globalThis.Go();
  let step;
  globalThis.__websocketReconnectReady = (_hash, given) => (step = given);
  const instance = await WebAssembly.instantiate(module, go.importObject);
  go.run(instance); // until the process ends
  if (!step) throw new Error('the module did not start');
  return step;
}

for (let at = 0; at < input.length; ) {
  const step = await start();
  let batches = view.getUint32(at, true);
  at += 4;
  const answers = [];
  for (; batches > 0; batches--) {
    const length = view.getUint32(at, true);
    at += 4;
    const array = new Uint8Array(Math.max(length, 4096)); // some answers do not fit
    array.set(input.subarray(at, at + length));
    const answer = step(array, length);
    at += length;
    if (typeof answer === 'string') {
      const words = new TextEncoder().encode(answer);
      answers.push(word(0xffffffff), word(words.length), words);
    } else {
      const whole = typeof answer === 'number' ? array.subarray(0, answer) : answer;
      answers.push(word(whole.length), whole);
    }
  }
  send(Buffer.concat(answers));
}
process.exit(0);

/**
 * What the test pages share. `seen` is everything that the user of a client saw:
 * [event, …payload], in order. Nothing here polls: `until` looks at its condition
 * when something is recorded.
 */
const params = new URLSearchParams(location.search);
const placement = params.get('placement') ?? 'worker';
const link = params.get('link');
const address = link + '/ws?client=a';

var seen = [];
const waiters = new Set();

function record(...entry) {
  seen.push(entry);
  for (const look of [...waiters]) look();
}

/** Resolves once ready() is true; ready is called now and after each entry. */
function until(ready) {
  return new Promise((resolve, reject) => {
    const look = () => {
      try {
        if (!ready()) return;
        resolve();
      } catch (error) {
        reject(error);
      }
      waiters.delete(look);
    };
    waiters.add(look);
    look();
  });
}

/** Resolves once ready() is true, for conditions that no event announces. */
async function eachFrame(ready) {
  while (!ready()) await new Promise(requestAnimationFrame);
}

/** How many Workers the page has asked for. */
var workers = 0;
if (globalThis.Worker) {
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      workers++;
      super(...args);
    }
  };
}

/** A payload that can be recorded and compared. */
function plain(data) {
  if (typeof data === 'string') return data;
  if (data instanceof Blob) return `blob:${data.size}`;
  const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
  return `bytes:${[...bytes.subarray(0, 32)].join(',')}`;
}

/** Records all that a client tells, into `seen` unless told otherwise. */
function watch(ws, note = record) {
  ws.on('open', () => note('open'));
  ws.on('handover', () => note('handover'));
  ws.on('message', (e) => note('message', plain(e.data)));
  ws.on('close', (e) => note('close', e.code, e.reason, e.wasClean, ...(e.requestedCode === undefined ? [] : [e.requestedCode])));
  ws.on('error', (e) => note('error', e.code, e.message));
  ws.on('retry', (e) => note('retry', e.attempt, Math.round(e.delay), e.maxRetries === Infinity ? 'Infinity' : e.maxRetries, e.reason));
  ws.on('stateChange', (state) => note('state', state));
  ws.on('circuitChange', (circuit) => note('circuit', circuit));
  ws.on('drop', (e) => note('drop', e.reason, plain(e.data), e.bytes));
  ws.on('failed', (e) => note('failed', e.reason, e.attempts, e.error?.code, e.lastClose?.code));
  return ws;
}

/** Options that make a test quick, and its dials countable. */
const quick = { baseDelay: 20, maxDelay: 100, jitter: 0, heartbeatInterval: false, circuitBreaker: false, diagnose: false };

/** A watched client with the quick options. */
function make(options = {}, note = record) {
  return watch(new WebSocketReconnect({ url: address, ...quick, ...options }), note);
}

/** What a call throws, as code and text; the empty string if it throws nothing. */
function thrown(call) {
  try {
    call();
  } catch (error) {
    return `${error.code} ${error.name}: ${error.message}`;
  }
  return '';
}

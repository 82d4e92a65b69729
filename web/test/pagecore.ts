// A page whose core is the test, in a Worker or on the page: there the module is
// empty, and Go is the test.
import { WebSocketReconnect } from '../src/client';
import { HASH } from '../src/contract.gen';
import { config, line, type Line } from '../src/line';
import { Link, type LinkConfig } from '../src/link';
import { clock, turn, until } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker } from './fakeworker';

clock.install();
FakeSocket.install();
FakeWorker.install();

/** How many messages the core has got, and what it says to them. */
let taken = 0;
export function agrees(batch: Float64Array): number[] | string | undefined {
  taken += codes(batch).length;
  return [taken, Infinity];
}

/** The messages of a batch. */
function codes(batch: Float64Array): number[] {
  const found: number[] = [];
  for (let at = 1; at < batch.length; at += 1 + batch[at]!) found.push(batch[at + 1]!);
  return found;
}

/** What the next core does. */
export const core = {
  hash: HASH,
  serves: true,
  /** Answers a batch: acknowledged, delay, messages. */
  step: agrees,
  batches: [] as Float64Array[],
  /** The module runs until this is called. */
  end: () => {},
};

const scope = globalThis as any;
scope.goGlobal = scope;
scope.Go = class {
  importObject = {};
  env = {};
  exit = (_code: number) => {};
  async run() {
    taken = 0;
    if (core.serves) {
      scope.__websocketReconnectReady(core.hash, (bytes: Uint8Array, length: number) => {
        const batch = new Float64Array(bytes.slice(0, length).buffer);
        core.batches.push(batch);
        const answer = core.step(batch);
        if (!Array.isArray(answer)) return answer;
        const numbers = new Uint8Array(new Float64Array(answer).buffer);
        if (numbers.length > bytes.length) return numbers;
        bytes.set(numbers);
        return numbers.length;
      });
    }
    await new Promise<void>((resolve) => (core.end = resolve));
  }
};
scope.__wsrLink = (l: Line, c: LinkConfig) => new Link(l, c);

export const files = { status: 200, type: 'application/wasm', bytes: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], script: 200, stalls: false };
export const fetched: string[] = [];
scope.fetch = async (address: string, { method, signal }: RequestInit) => {
  if (method === 'HEAD') return new Response(null, { status: files.script });
  fetched.push(String(address));
  if (files.stalls) await new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)));
  return new Response(Uint8Array.from(files.bytes), { status: files.status, headers: { 'content-type': files.type } });
};

config.coreUrl = 'https://host/core.js';

const page = new EventTarget();
scope.addEventListener = page.addEventListener.bind(page);
scope.removeEventListener = page.removeEventListener.bind(page);

/** A policy is violated, the browser says. */
export const violated = (disposition: string, effectiveDirective: string, blockedURI: string) => page.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), { disposition, effectiveDirective, blockedURI }));

export const clients: WebSocketReconnect[] = [];
let runs = 0;

/** Loads a link anew, with a client that dials; each time under another address, since modules are kept. */
export async function start(placement: 'worker' | 'page'): Promise<{ ws: WebSocketReconnect; errors: string[] }> {
  config.placement = placement;
  config.wasmUrl = `https://host/${++runs}.wasm`;
  line.link_ = undefined;
  const ws = new WebSocketReconnect({ url: 'ws://host/', diagnose: false });
  clients.push(ws);
  const errors: string[] = [];
  ws.on('error', ({ message }) => errors.push(message));
  void ws.connect();
  await clock.pass(2000);
  await real();
  return { ws, errors };
}

/** Compiling takes real time: until a core is there or was given up. */
export const real = () => until(() => line.ready_ || clock.next < 10_000 || files.stalls || FakeWorker.all.some((worker) => !worker.terminated), 'a core');

/** Forgets all that the tests have made. */
export async function forget(): Promise<void> {
  for (const ws of clients.splice(0)) ws.dispose();
  await turn();
  line.ready_ = false;
  line.log_ = [];
  clock.clear();
  Object.assign(core, { hash: HASH, serves: true, step: agrees, batches: [] });
  Object.assign(files, { status: 200, type: 'application/wasm', bytes: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], script: 200, stalls: false });
  FakeSocket.all = [];
  FakeWorker.all = [];
  FakeWorker.refuse = undefined;
}

export const ops = () => core.batches.flatMap(codes);

/** The core on the page panics; the next one will not. Until that one is started. */
export async function dies(): Promise<void> {
  core.step = () => 'core panicked: of the test';
  clients[0]!.openCircuit();
  await turn();
  core.step = agrees;
  await clock.pass(1000);
}

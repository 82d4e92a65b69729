/** Runs a core: the WebAssembly module, its clock and its timer. */
import { HASH, ToCore } from './contract.gen';
import { afterPending } from './pending';
import { dumpBatch, Recorder, type Run } from './recorder';

/** What the host tells its owner: an answer, or that the core is dead. */
export type FromHost = Float64Array | { dead: string };

/** A core that runs. */
export interface RunningCore {
  /** Takes messages (length, op, client, age, …) and answers through `tell`. */
  take(messages: number[] | Float64Array): void;
  /** What it has done for a client. */
  run(client: number): Run;
}

interface Go {
  importObject: WebAssembly.Imports;
  env: Record<string, string>;
  exit(code: number): void;
  run(instance: WebAssembly.Instance): Promise<void>;
}
declare const Go: new () => Go;
/** What the module sees as globalThis: see web/build/pack/bundle.go. */
declare const goGlobal: Record<string, unknown>;

/** Where the module finds our callback; jsbridge takes it away. */
const SLOT = '__websocketReconnectReady';
/** What happened before the core was there has a time too: its clock starts at one hour, in milliseconds. */
const PAST = 3_600_000;
/** setTimeout cannot count further. */
const LONGEST = 2 ** 31 - 1;

/** Where batches and answers change places, in numbers: 66 kB, enough for a full answer (see core/port). A longer batch makes it longer, a longer answer comes by itself. */
const ROOM = 8192 + 256;

const modules = new Map<string, Promise<WebAssembly.Module>>();

/** Compiles the module, once for all cores that this context starts. */
function compile(url: string, signal?: AbortSignal): Promise<WebAssembly.Module> {
  let module = modules.get(url);
  if (!module) {
    module = load(url, signal);
    modules.set(url, module);
    module.catch(() => modules.delete(url)); // the next start tries again
  }
  return module;
}

async function load(url: string, signal?: AbortSignal): Promise<WebAssembly.Module> {
  // What a browser's words leave out: what a policy would have to allow (they name 'unsafe-eval', which allows far more), and which file is bad.
  const explain = ({ message }: Error): never => {
    throw new Error(/content security|\bcsp\b/i.test(message) ? `${message} (allow it: script-src 'wasm-unsafe-eval')` : `${url} cannot be compiled; is it cut short, or damaged? (${message})`);
  };
  let type = 'unknown';
  let bytes: BufferSource;
  if (url.startsWith('file:')) bytes = await readFile(url);
  else {
    const response = await fetch(url, { credentials: 'same-origin', signal: signal ?? null }).catch(({ message }: Error): never => {
      throw new Error(`${url} cannot be fetched: is the page offline, or does connect-src not allow it? (${message})`);
    });
    if (!response.ok) throw new Error(`HTTP status ${response.status} for ${url}`);
    type = response.headers.get('content-type') || 'missing';
    if (type.startsWith('application/wasm')) return WebAssembly.compileStreaming(response).catch(explain);
    bytes = await response.arrayBuffer();
  }
  const [a, b, c, d] = new Uint8Array(bytes as ArrayBuffer);
  if (a !== 0 || b !== 0x61 || c !== 0x73 || d !== 0x6d) throw new Error(`${url} is not WebAssembly (Content-Type ${type}); does the server know the file?`);
  return WebAssembly.compile(bytes).catch(explain);
}

/** Where fetch reads no files. Without import(): Vite's server would put an import statement in front of this script, which no Worker could run. */
const readFile = (url: string): Promise<Uint8Array<ArrayBuffer>> => (globalThis as any).process.getBuiltinModule('node:fs/promises').readFile(new URL(url));

/** Takes an array's memory from it, where the engine can: Go holds on to the array until its next collection. */
const memoryOf = ({ buffer }: Uint8Array): ArrayBuffer => (buffer as { transfer?(): ArrayBuffer }).transfer?.() ?? (buffer as ArrayBuffer);

/** Starts a core. `tell` gets its answers, and in the end why it died; not once `signal` has stopped it. */
export async function start(wasmUrl: string, tell: (message: FromHost) => void, signal?: AbortSignal): Promise<RunningCore> {
  const module = await compile(wasmUrl, signal);
  signal?.throwIfAborted(); // too late: it may have been compiling when it was given up
  const go = new Go();
  // Each step leaves a few JavaScript values to Go's collector, which by default lets 4 MB gather, and 70,000 values.
  go.env = { GOGC: '20' };
  const instance = await WebAssembly.instantiate(module, go.importObject);
  const recorder = new Recorder();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let alive = true;
  const die = (why: string) => {
    if (!alive) return;
    alive = false;
    clearTimeout(timer);
    tell({ dead: why });
  };
  signal?.addEventListener('abort', () => {
    alive = false;
    clearTimeout(timer);
  });
  go.exit = (code) => die(`the core exited with code ${code}`);

  let step!: (bytes: Uint8Array, length: number) => number | Uint8Array | string;
  let hash = '';
  goGlobal[SLOT] = (h: string, s: typeof step) => ([hash, step] = [h, s]);
  go.run(instance).then(
    () => die('the core ended'),
    (error) => die(String(error)),
  );
  if (!step) throw new Error('the module did not start');
  if (hash !== HASH) throw new Error(`websocket-reconnect.wasm (contract ${hash}) and websocket-reconnect.core.js (contract ${HASH}) are of different versions; deploy them together`);

  const epoch = performance.now() - PAST;
  /** When the timer should run out, by the wall clock, which goes on while the machine sleeps. */
  let due = 0;
  // The same for each step, so that Go does not come to hold one of each.
  let numbers = new Float64Array(ROOM);
  let bytes = new Uint8Array(numbers.buffer);
  const run = (batch: Float64Array): Float64Array | undefined => {
    if (batch.length > numbers.length) bytes = new Uint8Array((numbers = new Float64Array(batch.length)).buffer);
    numbers.set(batch);
    let answer: number | Uint8Array | string;
    try {
      answer = step(bytes, batch.byteLength);
    } catch (error) {
      answer = String(error);
    }
    if (typeof answer === 'number') return numbers.slice(0, answer / 8);
    if (answer instanceof Uint8Array) return new Float64Array(memoryOf(answer));
    // A module that has died answers with the reason, or with nothing at all.
    recorder.note(batch, new Float64Array(2));
    die(answer ?? 'the core stopped without a word');
    return undefined;
  };
  const take = (messages: number[] | Float64Array): void => {
    if (!alive) return;
    const batch = new Float64Array(messages.length + 1);
    batch[0] = performance.now() - epoch;
    batch.set(messages, 1);
    const answer = run(batch);
    if (!answer) return;
    if (recorder.note(batch, answer)) {
      const dump = run(dumpBatch(batch[0]!));
      if (dump) recorder.cut(dump);
    }
    clearTimeout(timer);
    due = Date.now() + Math.min(Math.ceil(answer[1]!), LONGEST);
    timer = answer[1]! < Infinity ? setTimeout(ring, due - Date.now()) : undefined;
    if (answer.length > 2 || messages[1] !== ToCore.Timer) tell(answer);
  };
  /**
   * A timer that is very late tells of sleep; but those of a hidden page are late
   * by design. There a timer that was set by a timer, and so on, waits for a minute
   * (Chrome, after five minutes hidden): the next one is set by a message instead.
   */
  const ring = (): void => {
    const { hidden } = globalThis.document ?? {};
    const late = hidden ? 0 : Math.max(Date.now() - due, 0);
    const tell = () => take([4, ToCore.Timer, 0, 0, late]);
    if (hidden) afterPending(tell);
    else tell();
  };
  return { take, run: (client) => recorder.run(client) };
}


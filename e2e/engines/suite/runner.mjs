/**
 * Runs the suite in whatever engine it is loaded in, one test after another, and
 * tells the server of each: POST /report. It uses nothing that a page, Node, Deno
 * and Bun do not share; what a test needs beside that it names.
 */

/** How long a test may take, in milliseconds. One that passes is far quicker. */
const PATIENCE = 60_000;

const tests = [];

/** Declares a test. `needs` names what an engine may lack: see NEEDS. */
export function test(name, needs, run) {
  tests.push(run ? { name, needs, run } : { name, needs: [], run: needs });
}

/** What an engine may lack: the reason that is told, and how to find out. */
const NEEDS = {
  document: ['no documents: not a browser', () => typeof document === 'object'],
  Worker: ['no Worker that runs a classic script', () => classicWorkers],
  dispose: ['no Symbol.dispose', () => Symbol.dispose !== undefined],
  credentials: ['its WebSocket takes no address with a user and a password', () => takesCredentials],
  headers: ['its WebSocket sends no headers of ours', (env) => env.headers],
};

const classicWorkers = await new Promise((resolve) => {
  if (typeof Worker !== 'function' || typeof document !== 'object') return resolve(false);
  const url = URL.createObjectURL(new Blob(['postMessage(typeof importScripts)'], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onmessage = () => (worker.terminate(), resolve(true));
  worker.onerror = () => resolve(false);
});

const takesCredentials = (() => {
  try {
    const { close } = WebSocket.prototype;
    const ws = new WebSocket('ws://user:secret@localhost/');
    ws.onerror = () => {};
    close.call(ws);
    return true;
  } catch {
    return false;
  }
})();

/** A value as a failure prints it. */
const show = (value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));

export function is(actual, wanted, what = '') {
  if (show(actual) !== show(wanted)) throw new Error(`${what && what + ': '}got ${show(actual)}, want ${show(wanted)}`);
}

export function ok(holds, what) {
  if (!holds) throw new Error(what);
}

/** What a call throws, as text; '' if it throws nothing. */
export function thrown(call) {
  try {
    call();
    return '';
  } catch (error) {
    return `${error.code} ${error.name}: ${error.message}`;
  }
}

/** A payload that can be compared. */
export async function plain(data) {
  if (typeof data === 'string') return data;
  if (data instanceof Blob) return 'blob:' + new Uint8Array(await data.arrayBuffer()).join(',');
  return 'bytes:' + new Uint8Array(data).join(',');
}

/** What a client tells, as lines, and how to wait for them. */
class Story {
  lines = [];
  #at = 0;
  #look = () => {};

  constructor(ws) {
    const note = (line) => {
      this.lines.push(line);
      this.#look();
    };
    ws.on('open', () => note('open'));
    ws.on('message', ({ data }) => note('message ' + (typeof data === 'string' ? data.slice(0, 100) : Object.prototype.toString.call(data).slice(8, -1))));
    ws.on('close', (e) => note(`close ${e.code} ${e.wasClean} ${e.reason}`));
    ws.on('error', (e) => note(`error ${e.code} ${e.message}`));
    ws.on('retry', (e) => note(`retry ${e.attempt} ${Math.round(e.delay)} ${e.reason}`));
    ws.on('stateChange', (state) => note('state ' + state));
    ws.on('circuitChange', (circuit) => note('circuit ' + circuit));
    ws.on('drop', (e) => note(`drop ${e.reason} ${e.data}`));
    ws.on('failed', (e) => note(`failed ${e.attempts} ${e.error?.code}`));
  }

  /** Waits for a line that begins so, after the one that was last waited for; returns it. */
  async until(begins) {
    for (;;) {
      while (this.#at < this.lines.length) {
        const line = this.lines[this.#at++];
        if (line.startsWith(begins)) return line;
      }
      await new Promise((resolve) => (this.#look = resolve));
    }
  }
}

class Unable extends Error {}

/** What a test is given. */
class Scene {
  clients = [];
  story;

  constructor(env, number) {
    this.env = env;
    this.key = `${env.placement}-${number}`;
    this.address = `${env.link}/ws?client=${this.key}`;
  }

  /** A client with options that make a test quick. Its story is the scene's if it is the first. */
  make(options = {}, Class = this.env.WebSocketReconnect) {
    const quick = { baseDelay: 20, maxDelay: 100, jitter: 0, heartbeatInterval: false, circuitBreaker: false, diagnose: false, minUptime: 0 };
    return this.watch(new Class({ url: this.address, ...quick, ...options }));
  }

  watch(ws) {
    this.clients.push(ws);
    this.story ??= new Story(ws);
    this.ws ??= ws;
    return ws;
  }

  async open(options) {
    const ws = this.make(options);
    await ws.connect();
    await this.until('open');
    return ws;
  }

  until(begins) {
    return this.story.until(begins);
  }

  /** Ends the test: the engine cannot do it, for a reason that no look at it has told before. */
  cannot(reason) {
    throw new Unable(reason);
  }

  /** Waits until the core is there: only the core can give up. */
  core(Class = this.env.WebSocketReconnect) {
    const probe = new Class({ url: this.env.nobody, maxRetries: 0, diagnose: false, circuitBreaker: false });
    return probe.connect().catch(() => probe.dispose());
  }

  /** Steers the server; see GET /control/. */
  control(path, body = {}) {
    return fetch(`${this.env.server}/control/${path}`, { method: 'POST', body: JSON.stringify(body) }).then(checked);
  }

  faults(body) {
    return fetch(`${this.env.server}/control/faults`, { method: 'PATCH', body: JSON.stringify(body) }).then(checked);
  }

  /** Ends this test's links without a close frame, and sees it. */
  drop(how = 'rst') {
    return this.control('drop', { how, client: this.key });
  }

  /** Waits until the server's figure of this client is at least so much; returns the client's figures. */
  async server(figure, least) {
    const response = await fetch(`${this.env.server}/await?client=${this.key}&figure=${figure}&least=${least}`);
    return checked(response);
  }

  /** The text messages that the server got, in order. */
  async texts() {
    const { messages } = await fetch(`${this.env.server}/control/record`).then(checked);
    return (messages ?? []).filter((m) => m.client === this.key && !m.binary).map((m) => m.text);
  }

  async end() {
    for (const ws of this.clients) ws.dispose();
    for (const frame of globalThis.document?.querySelectorAll('iframe') ?? []) frame.remove();
    await this.control('reset');
  }
}

async function checked(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response.json();
}

/**
 * Runs all tests.
 * env: server, link, nobody (where nobody listens): addresses; placement; WebSocketReconnect; headers: whether
 * the WebSocket sends them.
 */
export async function run(env) {
  const report = (body) => fetch(env.server + '/report', { method: 'POST', body: JSON.stringify({ placement: env.placement, ...body }) });
  for (const [number, { name, needs, run }] of tests.entries()) {
    const lacks = needs.find((need) => !NEEDS[need][1](env));
    if (lacks) {
      await report({ name, skipped: NEEDS[lacks][0] });
      continue;
    }
    const scene = new Scene(env, number);
    const started = performance.now();
    let timer;
    let failure = '';
    let skipped;
    try {
      const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('it did not come to an end')), PATIENCE)));
      await Promise.race([run(scene), late]);
    } catch (error) {
      if (error instanceof Unable) skipped = error.message;
      else failure = `${error?.stack ?? error}\n  ${scene.story?.lines.slice(-30).join('\n  ') ?? ''}`;
      if (failure && error?.message && !failure.includes(error.message)) failure = error.message + '\n' + failure;
    }
    clearTimeout(timer);
    await scene.end();
    await report({ name, failure, skipped, ms: Math.round(performance.now() - started) });
  }
}

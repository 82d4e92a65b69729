/**
 * Asks the same questions of the native WebSocket and of ours. A check is named
 * by a sentence; its answer is a value of JSON. What is right is what the
 * native class answers: docs/conformance.md lists where ours differs, and why.
 */
WebSocketReconnect.configure({ placement });



/** Reconnects at once, so that a check that sees it need not wait. */
const KINDS = {
  native: WebSocket,
  single: WebSocketReconnect.withOptions({ maxRetries: 0 }),
  reconnecting: WebSocketReconnect.withOptions({ baseDelay: 1, maxDelay: 50, jitter: 0, circuitBreaker: false }),
};

const checks = new Map();

/** Adds a check: answer(W, it) gives a value, or a promise of one. */
function check(sentence, answer) {
  if (checks.has(sentence)) throw new Error('twice: ' + sentence);
  checks.set(sentence, answer);
}

/** What a call gives, or what it throws: the class of the exception, and its name. */
function attempt(call) {
  try {
    return call();
  } catch (error) {
    return `throws ${error instanceof DOMException ? 'DOMException ' : ''}${error.name}`;
  }
}

let keys = 0;

/** What a check needs: sockets of its kind, and a server that does as it is told. */
class It {
  key = 'c' + ++keys;
  #W;
  #made = [];
  #reported = [];
  #report = (event) => {
    event.preventDefault();
    this.#reported.push(event.message.replace(/^Uncaught /, '').replace(/\w+\.handleEvent/, 'handleEvent'));
  };

  constructor(W) {
    this.#W = W;
    addEventListener('error', this.#report);
  }

  /** An address of the faulty port; its links have this check's key. */
  at(path = '/echo') {
    return `${link}${path}${path.includes('?') ? '&' : '?'}client=${this.key}`;
  }

  /** A socket, which is put away when the check ends. */
  make(...args) {
    const ws = new this.#W(...(args.length ? args : [this.at()]));
    this.#made.push([ws, new Promise((resolve) => ws.addEventListener('close', (e) => e.isTrusted && resolve()))]); // not one that is dispatched by hand
    return ws;
  }

  /** A socket that is open. */
  async open(...args) {
    const ws = this.make(...args);
    await this.next(ws, 'open');
    return ws;
  }

  /** The next event of a type, from now on. */
  next(ws, type) {
    return new Promise((resolve) => ws.addEventListener(type, resolve, { once: true }));
  }

  /** What comes back of what is sent. */
  async echo(ws, data) {
    const answer = this.next(ws, 'message');
    ws.send(data);
    const { data: got } = await answer;
    return typeof got === 'string' ? got : { [got.constructor.name]: [...new Uint8Array(got instanceof Blob ? await got.arrayBuffer() : got)] };
  }

  /** Resolves when what was sent before has come back. To be asked for before others listen, who may stop the event. */
  settling(ws) {
    const mark = 'mark ' + ++keys;
    const over = new Promise((resolve) => ws.addEventListener('message', (e) => e.data === mark && setTimeout(resolve))); // when all have heard it
    return () => (ws.send(mark), over);
  }

  /** Tells the server to do something to this check's links. */
  async server(order, body = {}) {
    const answer = await fetch(location.origin + '/control/' + order, { method: 'POST', body: JSON.stringify({ client: this.key, ...body }) });
    if (!answer.ok) throw new Error(order + ': ' + (await answer.text()));
  }

  /** The types and details of events, in order, up to the end of the first connection. */
  async story(ws, before = () => {}) {
    const story = [];
    const over = new Promise((resolve) => {
      for (const type of ['open', 'message', 'error', 'close']) {
        ws.addEventListener(type, (e) => {
          story.push([type, ...(type === 'close' ? [e.code, e.reason, e.wasClean] : []), `readyState ${ws.readyState}`].join(' '));
          if (type === 'close') resolve();
        });
      }
    });
    await before();
    await over;
    return [...story];
  }

  /** What went uncaught since the last look. */
  reported() {
    return this.#reported.splice(0);
  }

  /** Puts the sockets away: what they still dispatch is not the next check's. */
  async end() {
    await Promise.all(
      this.#made.map(([ws, over]) => {
        if (ws.dispose) return ws.dispose();
        ws.close();
        return ws.readyState === 3 || over;
      }),
    );
    await new Promise((resolve) => setTimeout(resolve)); // the listeners after ours
    removeEventListener('error', this.#report);
  }
}

/** What a check that waits in vain answers: Chromium may hold a dial back for 5 s, and the machine may be busy. */
const never = () => new Promise((resolve) => setTimeout(resolve, 20_000, 'no answer'));

/** Answers of all kinds to some checks: [[sentence, {native, single, reconnecting}], …]. */
async function conform(from, to) {
  const ask = async (answer, kind) => {
    const it = new It(KINDS[kind]);
    try {
      return JSON.stringify(await Promise.race([answer(KINDS[kind], it), never()])) ?? 'undefined';
    } catch (error) {
      return `throws ${error}`;
    } finally {
      await it.end();
    }
  };
  const rows = [];
  for (const [sentence, answer] of [...checks].slice(from, to)) {
    const row = {};
    for (const kind of Object.keys(KINDS)) {
      record('asks', kind, sentence);
      row[kind] = await ask(answer, kind);
    }
    rows.push([sentence, row]);
  }
  return rows;
}

/**
 * A client under test, and everything about it that must hold at every moment.
 * Its messages are numbered: "m5" goes up and is echoed, "s5" is a push of the
 * server's.
 */
WebSocketReconnect.configure({ placement });

/** By address. */
const subjects = new Map();

const number = (text, letter) => (typeof text === 'string' && text[0] === letter && /^.\d+$/.test(text) ? Number(text.slice(1)) : undefined);

/** Native sockets, each of which tells its subject what it is given. */
globalThis.WebSocket = class extends WebSocket {
  /** The numbers that it was given, since the last accounts. */
  handed = [];
  #subject;

  constructor(url, protocols) {
    super(url, protocols);
    this.#subject = subjects.get(url);
    this.#subject?.dials(this);
  }

  send(data) {
    this.#subject?.hands(this, data);
    super.send(data);
  }
};

const LEGAL = {
  CLOSED: ['CONNECTING', 'BLOCKED'],
  CONNECTING: ['OPEN', 'BLOCKED', 'FAILED', 'CLOSED'],
  OPEN: ['CONNECTING', 'BLOCKED', 'FAILED', 'CLOSING', 'CLOSED'],
  CLOSING: ['CLOSED', 'CONNECTING'],
  BLOCKED: ['CONNECTING', 'CLOSED'],
  FAILED: ['CONNECTING', 'BLOCKED', 'CLOSED'],
};

/** Options that make everything happen within seconds. */
const lively = {
  baseDelay: 20, maxDelay: 300, maxRetries: Infinity, minUptime: 100, connectionTimeout: 3000, closeTimeout: 400,
  heartbeatInterval: 100, heartbeatTimeout: 500, circuitBreaker: { failureThreshold: 4, resetTimeout: 300 },
};

class Subject {
  /** What was broken, in words. */
  violations = [];
  /** What it told, the newest only. */
  told = [];
  /** Messages that were neither sent nor dropped so far. */
  waiting = new Set();
  counts = { sent: 0, queued: 0, dropped: 0, echoes: 0, pushes: 0, opens: 0, handovers: 0, closes: 0, errors: 0, coreDeaths: 0, clients: 0 };

  #address;
  /** What each native socket was given. */
  #handed = [];
  #natives = [];
  #lastHanded = -1;
  #next = 0;
  #lastEcho = -1;
  #lastPush = -1;
  #traffic;
  /** There may be two connections: the server pushes to both. */
  #spare = false;

  constructor(address) {
    this.#address = new URL(address).href;
    subjects.set(this.#address, this);
  }

  #note(...entry) {
    this.told.push([Math.round(performance.now()), ...entry]);
    if (this.told.length > 400) this.told.splice(0, 200);
    this.#wake();
  }

  /** Lets those who wait look again. */
  #wake() {
    for (const look of [...waiters]) look();
  }

  #must(holds, ...words) {
    if (holds) return;
    this.#note('VIOLATION', ...words);
    if (this.violations.length < 20) this.violations.push(words.join(' '));
  }

  // ---- What its sockets are given ----

  dials(native) {
    this.#natives = this.#natives.filter((other) => other.readyState < WebSocket.CLOSING);
    // One beside an open socket is a spare, which a handover dials.
    const [other] = this.#natives;
    const spare = this.#natives.length === 1 && other.readyState === WebSocket.OPEN && this.ws?.state === 'OPEN';
    this.#must(!other || spare, 'a dial while', this.#natives.length, 'sockets are alive, the first in state', other?.readyState);
    this.#spare ||= !!spare;
    this.#natives.push(native);
    this.#handed.push(native.handed);
    this.#note('dial');
  }

  hands(native, data) {
    this.#must(native.readyState === WebSocket.OPEN, data, 'was given to a socket in state', native.readyState);
    const n = number(data, 'm');
    if (n === undefined) return;
    this.#must(n > this.#lastHanded, 'message', n, 'was sent after', this.#lastHanded);
    this.#must(this.waiting.delete(n), 'message', n, 'was sent, which was sent or dropped already');
    this.#lastHanded = n;
    native.handed.push(n);
    queueMicrotask(() => this.#wake());
  }

  /** What was given to each socket since the last accounts. */
  accounts() {
    const handed = this.#handed;
    this.#handed = this.#natives.map((native) => (native.handed = []));
    return handed;
  }

  // ---- What it tells ----

  /** Puts a new client in the place of the one before, which forgets what it has not sent. */
  renew(options = {}, dropIn = false) {
    const before = this.ws;
    this.ws = undefined;
    before?.dispose();
    this.waiting.clear();
    this.counts.clients++;
    this.#note('renew', JSON.stringify(options), dropIn);
    const all = { ...lively, ...options };
    this.ws = dropIn ? new WebSocketReconnect(this.#address, all.protocols ?? [], all) : new WebSocketReconnect({ url: this.#address, ...all });
    this.#hold(this.ws);
    if (!dropIn) void this.ws.connect();
  }

  /** Watches a client, and holds it to what it may tell. */
  #hold(client) {
    const { counts } = this;
    let state = client.state; // a drop-in dials before anybody can listen
    let open = false;
    const on = (type, listener) =>
      client.on(type, (payload) => {
        this.#must(client === this.ws, 'a client that was disposed tells of', type);
        listener(payload);
      });
    on('stateChange', (to) => {
      this.#note('state', to);
      this.#must(state === to || LEGAL[state].includes(to), 'state', state, 'was followed by', to);
      state = to;
    });
    on('open', () => {
      counts.opens++;
      this.#must(!open, 'open was followed by open');
      this.#must(client.state === 'OPEN', 'open was told in state', client.state);
      open = true;
      this.#note('open');
    });
    on('handover', () => {
      counts.handovers++;
      this.#must(open && client.state === 'OPEN', 'handover was told in state', client.state);
      this.#lastPush = -1; // what the second connection got meanwhile comes now
      this.#spare = false;
      this.#note('handover');
    });
    on('close', (e) => {
      counts.closes++;
      open = this.#spare = false;
      this.#note('close', e.code, e.reason);
    });
    on('error', (e) => {
      counts.errors++;
      if (e.code === 'CORE_UNAVAILABLE') counts.coreDeaths++;
      this.#note('error', e.code, e.message);
    });
    on('retry', (e) => this.#note('retry', e.attempt, e.delay, e.reason));
    on('circuitChange', (to) => this.#note('circuit', to));
    on('failed', (e) => this.#must(false, 'it gave up:', e.error?.message));
    on('drop', ({ data, reason }) => {
      counts.dropped++;
      if (reason !== 'closed') this.#note('drop', data, reason);
      const n = number(data, 'm');
      if (n !== undefined) this.#must(this.waiting.delete(n), 'message', n, 'was dropped, which was sent or dropped already');
    });
    on('message', ({ data }) => {
      const echo = number(data, 'm');
      const push = number(data, 's');
      if (echo !== undefined) {
        counts.echoes++;
        this.#must(echo > this.#lastEcho, 'the echo of', echo, 'came after that of', this.#lastEcho);
        this.#must(echo <= this.#lastHanded, 'the echo of', echo, 'came, which was not sent');
        this.#lastEcho = echo;
      }
      if (push !== undefined) {
        counts.pushes++;
        this.#must(push > this.#lastPush || this.#spare, 'the push', push, 'came after', this.#lastPush);
        this.#lastPush = push;
      }
      this.#wake();
    });
  }

  // ---- What it is made to do ----

  /** Sends the next number. */
  send() {
    const n = this.#next++;
    this.waiting.add(n);
    const result = this.ws.send('m' + n);
    this.counts[result]++;
    this.#must(result !== 'sent' || !this.waiting.has(n), 'message', n, 'is said to be sent, and was not');
    return n;
  }

  /** Sends `burst` messages every `every` milliseconds, from now on; 0 stops. */
  load(every, burst) {
    clearInterval(this.#traffic);
    if (every) {
      this.#traffic = setInterval(() => {
        for (let i = 0; i < burst; i++) this.send();
      }, every);
    }
  }

  /** Resolves once a message of its own has come back, or a connection or dial was lost since there were `closes`. */
  async felt(closes) {
    const n = this.ws.state === 'CLOSING' ? Infinity : this.send();
    await until(() => this.#lastEcho >= n || this.counts.closes > closes);
  }

  /**
   * Resolves when all is well: the client is open and has sent what it had to,
   * and a message of its own has come back.
   */
  async recovered() {
    if (this.ws.state === 'CLOSED' || this.ws.state === 'CLOSING') void this.ws.connect();
    for (let n = Infinity; this.#lastEcho < n; ) {
      await until(() => this.ws.state === 'OPEN' && !this.waiting.size);
      n = this.send();
      const { closes } = this.counts;
      await until(() => this.#lastEcho >= n || this.counts.closes > closes);
    }
    this.#must(!this.waiting.size, this.waiting.size, 'messages were neither sent nor dropped:', [...this.waiting].slice(0, 10).join());
    this.#must(!this.ws.getStats().queueLength, 'the queue has', this.ws.getStats().queueLength, 'messages that nobody sent');
  }

  end() {
    this.load(0);
    this.ws.dispose();
    subjects.delete(this.#address);
  }
}

let hidden = false;
Object.defineProperty(document, 'hidden', { get: () => hidden });

/** Makes the page believe that it is hidden, or seen. */
function hide(on) {
  hidden = on;
  document.dispatchEvent(new Event('visibilitychange'));
}

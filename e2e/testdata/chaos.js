/**
 * A client under load, and everything about it that must hold at every moment.
 * Messages are numbered: "m5" goes up and is echoed, "s5" is pushed by the server.
 */
WebSocketReconnect.configure({ placement });

/** What was broken, in words. */
const violations = [];

function violate(...words) {
  record('VIOLATION', ...words);
  if (violations.length < 20) violations.push(words.join(' '));
}

function must(holds, ...words) {
  if (!holds) violate(...words);
}

/** What is told of, the newest only. */
function note(...entry) {
  record(Math.round(performance.now()), ...entry);
  if (seen.length > 400) seen.splice(0, 200);
}

const number = (text, letter) => (typeof text === 'string' && text[0] === letter && /^.\d+$/.test(text) ? Number(text.slice(1)) : undefined);

// ---- What the native sockets are given ----

/** The messages that each native socket was given, since the last fresh(). */
let handed = [];
let lastHanded = -1;
let natives = [];

globalThis.WebSocket = class extends WebSocket {
  handed = [];

  constructor(...args) {
    super(...args);
    natives = natives.filter((other) => other.readyState < WebSocket.CLOSING);
    must(!natives.length, 'a dial while another socket is alive, in state', natives[0]?.readyState);
    natives.push(this);
    handed.push(this.handed);
    note('dial');
    this.addEventListener('message', ({ data }) => data[0] !== 's' && data[0] !== 'm' && note('raw', data.slice(0, 30)));
  }

  send(data) {
    must(this.readyState === WebSocket.OPEN, data, 'was given to a socket in state', this.readyState);
    const n = number(data, 'm');
    if (n !== undefined) {
      must(n > lastHanded, 'message', n, 'was sent after', lastHanded);
      must(asked.has(n), 'message', n, 'was sent, which waits no more');
      asked.delete(n);
      lastHanded = n;
      this.handed.push(n);
    }
    super.send(data);
  }
};

// ---- The client ----

let ws;
/** Messages that were neither sent nor dropped so far. */
const asked = new Set();
const counts = { sent: 0, queued: 0, dropped: 0, echoes: 0, pushes: 0, opens: 0, closes: 0, errors: 0, coreDeaths: 0, clients: 0 };
let next = 0;
let lastEcho = -1;
let lastPush = -1;

const LEGAL = {
  CLOSED: ['CONNECTING', 'BLOCKED'],
  CONNECTING: ['OPEN', 'BLOCKED', 'FAILED', 'CLOSED'],
  OPEN: ['CONNECTING', 'BLOCKED', 'FAILED', 'CLOSING', 'CLOSED'],
  CLOSING: ['CLOSED', 'CONNECTING'],
  BLOCKED: ['CONNECTING', 'CLOSED'],
  FAILED: ['CONNECTING', 'BLOCKED', 'CLOSED'],
};

/** Watches a client, and holds it to what it may tell. */
function hold(client) {
  let state = 'CLOSED';
  let open = false;
  const mine = () => must(client === ws, 'a client that was disposed still tells');
  client.on('stateChange', (to) => {
    mine();
    note('state', to);
    must(LEGAL[state].includes(to), 'state', state, 'was followed by', to);
    state = to;
  });
  client.on('open', () => {
    mine();
    note('open');
    counts.opens++;
    must(!open, 'open was followed by open');
    must(client.state === 'OPEN', 'open was told in state', client.state);
    open = true;
  });
  client.on('close', (e) => {
    mine();
    note('close', e.code, e.reason);
    counts.closes++;
    open = false;
  });
  client.on('error', (e) => {
    note('error', e.code, e.message);
    counts.errors++;
    if (e.code === 'CORE_UNAVAILABLE') counts.coreDeaths++;
  });
  client.on('retry', (e) => note('retry', e.attempt, e.delay, e.reason));
  client.on('circuitChange', (to) => note('circuit', to));
  client.on('failed', (e) => violate('it gave up:', e.error?.message));
  client.on('drop', ({ data, reason }) => {
    mine();
    note('drop', data, reason);
    counts.dropped++;
    const n = number(data, 'm');
    if (n === undefined) return;
    must(asked.delete(n), 'message', n, 'was dropped, which was sent or dropped already');
  });
  client.on('message', ({ data }) => {
    mine();
    const echo = number(data, 'm');
    const push = number(data, 's');
    if (echo !== undefined) {
      counts.echoes++;
      must(echo > lastEcho, 'the echo of', echo, 'came after that of', lastEcho);
      must(echo <= lastHanded, 'the echo of', echo, 'came, which was not sent');
      lastEcho = echo;
    }
    if (push !== undefined) {
      counts.pushes++;
      must(push > lastPush, 'the push', push, 'came after', lastPush);
      lastPush = push;
    }
  });
}

/** Options that make everything happen within seconds. */
const lively = {
  baseDelay: 20, maxDelay: 300, maxRetries: Infinity, minUptime: 100, connectionTimeout: 3000, closeTimeout: 400,
  heartbeatInterval: 100, heartbeatTimeout: 500, circuitBreaker: { failureThreshold: 4, resetTimeout: 300 },
};

/** A new client in place of the one before, which forgets what it has not sent. */
function renew(options, dropIn) {
  const before = ws;
  ws = undefined;
  before?.dispose();
  asked.clear();
  counts.clients++;
  note('renew', JSON.stringify(options), dropIn);
  ws = dropIn ? new WebSocketReconnect(address, [], { ...lively, ...options }) : new WebSocketReconnect({ url: address, ...lively, ...options });
  hold(ws);
  if (!dropIn) void ws.connect();
}

/** Sends the next number. */
function sendNext() {
  const n = next++;
  asked.add(n);
  const result = ws.send('m' + n);
  counts[result]++;
  must(result !== 'sent' || !asked.has(n), 'message', n, 'is said to be sent, and was not');
}

let traffic;

/** Sends `burst` messages every `every` milliseconds, from now on; 0 stops. */
function load(every, burst) {
  clearInterval(traffic);
  if (every) {
    traffic = setInterval(() => {
      for (let i = 0; i < burst; i++) sendNext();
    }, every);
  }
}

let hidden = false;
Object.defineProperty(document, 'hidden', { get: () => hidden });

/** Makes the page believe that it is hidden, or seen. */
function hide(on) {
  hidden = on;
  document.dispatchEvent(new Event('visibilitychange'));
}

/**
 * Resolves when all is well: the client is open and has sent what it had to,
 * and a message of its own has come back.
 */
async function recovered() {
  if (ws.state === 'CLOSED' || ws.state === 'CLOSING') void ws.connect();
  await eachFrame(() => ws.state === 'OPEN' && !ws.getStats().queueLength && !asked.size);
  for (;;) {
    const last = next;
    sendNext();
    const { attempts } = ws.getStats();
    await eachFrame(() => lastEcho >= last || ws.getStats().attempts > attempts);
    if (lastEcho >= last) break;
  }
  must(!asked.size, asked.size, 'messages were neither sent nor dropped:', [...asked].slice(0, 10).join());
}

/** What was given to each socket; forgets it. */
function fresh() {
  const round = handed;
  handed = natives.map((native) => (native.handed = []));
  return round;
}

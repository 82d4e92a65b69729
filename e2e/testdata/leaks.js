/**
 * Counts what the core and the page hold. The sockets are stand-ins: a browser
 * allows 255, and takes 25 ms for each.
 */
const held = '(' + (() => {
  const go = [];
  const memories = [];
  // wasm_exec.js keeps the values that Go refers to in a property of its own object.
  Object.defineProperty(Object.prototype, '_values', {
    configurable: true,
    set(value) {
      Object.defineProperty(this, '_values', { value, writable: true, enumerable: true, configurable: true });
      go.push(this);
    },
  });
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    memories.push(instance.exports.mem ?? Object.values(instance.exports).find((e) => e instanceof WebAssembly.Memory));
    return instance;
  };
  const timers = new Set();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  globalThis.setTimeout = (what, ms, ...args) => {
    const id = set(() => (timers.delete(id), what(...args)), ms);
    timers.add(id);
    return id;
  };
  globalThis.clearTimeout = (id) => (timers.delete(id), clear(id));
  globalThis.counts = () => ({ cores: go.length, values: go.at(-1)?._values.length - go.at(-1)?._idPool.length, memory: memories.at(-1)?.buffer.byteLength, timers: timers.size });
}) + ')()';
eval(held);

/** A Worker with the same counters, which answers on a channel. */
const channel = new BroadcastChannel('counts');
globalThis.Worker = class extends Worker {
  constructor(url, options) {
    const answer = `new BroadcastChannel('counts').onmessage = (e) => e.data === '?' && e.target.postMessage(counts());`;
    super(URL.createObjectURL(new Blob([`${held};${answer};importScripts(${JSON.stringify(String(url))})`])), options);
  }
};

/** What the page holds, and what the core does, wherever it is. */
async function allCounts() {
  const page = counts();
  if (placement === 'page') return { ...page, coreTimers: 0 };
  const core = await new Promise((resolve) => {
    channel.onmessage = ({ data }) => resolve(data);
    channel.postMessage('?');
  });
  return { ...core, timers: page.timers, coreTimers: core.timers };
}

/** A WebSocket that opens at once and has no server. */
globalThis.WebSocket = class extends EventTarget {
  readyState = 0;
  bufferedAmount = 0;
  protocol = '';
  extensions = '';

  constructor() {
    super();
    queueMicrotask(() => {
      if (this.readyState) return;
      this.readyState = 1;
      this.onopen?.(new Event('open'));
    });
  }
  send() {}
  close() {
    this.readyState = 2;
    queueMicrotask(() => this.lose(1000));
  }
  lose(code = 1006) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.(new CloseEvent('close', { code, wasClean: code === 1000 }));
  }
};

/** Lets the core do all that it was told of. */
const breath = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Resolves when a core is there; a client that stays keeps it. */
async function coreIsThere() {
  globalThis.keeper = new WebSocketReconnect({ url: 'ws://nowhere/', diagnose: false });
  await keeper.connect();
  for (let there = false; !there; await breath()) await keeper.exportTrace().then(() => (there = true), () => {});
}

/** Makes n clients, ten at a time, each of which connects, speaks, and is disposed of. */
async function comeAndGo(n) {
  for (let i = 0; i < n; i += 10) {
    const clients = Array.from({ length: 10 }, () => new WebSocketReconnect({ url: 'ws://nowhere/', diagnose: false }));
    for (const ws of clients) {
      ws.on('open', () => ws.send('hello'));
      ws.on('message', () => {});
    }
    await Promise.all(clients.map((ws) => ws.connect()));
    for (const ws of clients) ws.dispose();
    await breath();
  }
}

/** One client loses its connection n times. */
async function reconnect(n) {
  const Native = WebSocket;
  let newest;
  globalThis.WebSocket = class extends Native {
    constructor() {
      super();
      newest = this;
    }
  };
  const ws = new WebSocketReconnect({ url: 'ws://nowhere/', diagnose: false, baseDelay: 0, maxDelay: 0, maxRetries: Infinity, minUptime: 0, circuitBreaker: false });
  await ws.connect();
  for (let i = 0; i < n; i++) {
    const open = new Promise((resolve) => ws.once('open', resolve));
    newest.lose();
    ws.send('while it is away');
    await open;
  }
  globalThis.WebSocket = Native;
  const { attempts, queueLength } = ws.getStats();
  ws.dispose();
  await breath();
  return [attempts, queueLength];
}

// What others use, beside ours in one page: both meet the same trouble.
import { RealtimeClient } from '@supabase/realtime-js';
import Opossum from 'opossum/dist/opossum.js';
import { WebSocket as PartyWebSocket } from 'partysocket';
import ReconnectingWebSocket from 'reconnecting-websocket';
import RobustWebSocket from 'robust-websocket';
import sockette from 'sockette';
import WebsocketHeartbeatJs from 'websocket-heartbeat-js';
import { acked } from 'websocket-reconnect/acked';
import { CircuitBreaker } from 'websocket-reconnect/breaker';
import { chaos } from 'websocket-reconnect/chaos';
import { ConstantBackoff, ExponentialBackoff, Websocket as TsWebSocket } from 'websocket-ts';

/** The address of a client: its name is what the server knows it by. */
const at = (client, path = '/ws') => `${link}${path}${path.includes('?') ? '&' : '?'}client=${client}`;

/** Every native socket that the page has made, by client, and how many of a client lived at once. */
const made = new Map();
const most = {};
const sockets = (client) => made.get(client) ?? [];

/** A native socket that can be frozen, as phones do: it takes calls, does nothing, and says nothing. */
class Observed extends WebSocket {
  frozen = false;

  constructor(url, ...args) {
    super(url, ...args);
    const client = new URL(url).searchParams.get('client');
    const all = [...sockets(client), this];
    made.set(client, all);
    most[client] = Math.max(most[client] ?? 0, all.filter((s) => s.readyState < 2).length);
    const silence = (e) => this.frozen && e.stopImmediatePropagation();
    for (const type of ['open', 'message', 'error', 'close']) this.addEventListener(type, silence);
  }

  send(data) {
    if (!this.frozen) super.send(data);
  }

  close(...args) {
    if (!this.frozen) super.close(...args);
  }
}
globalThis.WebSocket = Observed;

/** Freezes all that a client has. */
function freeze(client) {
  for (const socket of sockets(client)) socket.frozen = true;
}

/** Shows or hides the page. */
function show(visible) {
  for (const [name, value] of Object.entries({ visibilityState: visible ? 'visible' : 'hidden', hidden: !visible }))
    Object.defineProperty(document, name, { value, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

/** What many apps write by themselves: error and close both lead to another dial, here `times` times in a row. */
function naive(url, times) {
  const again = () => times && setTimeout(() => naive(url, times - 1), 5);
  const socket = new WebSocket(url);
  socket.onerror = again;
  socket.onclose = again;
}

/** A circuit breaker around an action of the test's: each call waits in `calls` for its outcome. */
function around(Breaker, options) {
  const calls = [];
  const breaker = new Breaker(() => new Promise((succeed, fail) => calls.push({ succeed, fail })), { timeout: false, errorThresholdPercentage: 1, ...options });
  return Object.assign(breaker, { calls });
}

/** What the page holds: listeners of the window and the document, and addresses of objects. */
const holds = { listeners: 0, urls: 0 };
const known = new Map([[window, new Set()], [document, new Set()]]);
const ids = new Map();
for (const [name, change] of [['addEventListener', 'add'], ['removeEventListener', 'delete']]) {
  const native = EventTarget.prototype[name];
  EventTarget.prototype[name] = function (type, listener, options) {
    const all = known.get(this ?? window);
    if (!ids.has(listener)) ids.set(listener, ids.size);
    all?.[change](`${type} ${ids.get(listener)} ${!!(options?.capture ?? options)}`);
    native.call(this ?? window, type, listener, options);
    holds.listeners = [...known.values()].reduce((n, set) => n + set.size, 0);
  };
}
for (const [name, change] of [['createObjectURL', 1], ['revokeObjectURL', -1]]) {
  const native = URL[name];
  URL[name] = (what) => {
    holds.urls += change;
    return native.call(URL, what);
  };
}

/** By how much more the page holds after `come` has come and gone n times. */
async function grows(come, n) {
  await come();
  const before = { ...holds };
  for (let i = 0; i < n; i++) await come();
  return [holds.listeners - before.listeners, holds.urls - before.urls];
}

/** Delays of other clients, as short as ours in these tests. */
const short = { minReconnectionDelay: 10, maxReconnectionDelay: 20 };

Object.assign(window, {
  CircuitBreaker, Opossum, PartyWebSocket, RealtimeClient, ReconnectingWebSocket, RobustWebSocket, sockette, WebsocketHeartbeatJs, TsWebSocket, ConstantBackoff, ExponentialBackoff,
  acked, around, at, chaos, freeze, grows, made, most, naive, short, show, sockets,
});

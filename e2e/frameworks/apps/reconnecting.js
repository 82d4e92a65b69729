// An application that uses the whole documented API of reconnecting-websocket.
// It is run with the package and with ours in its place.
import ReconnectingWebSocket from 'reconnecting-websocket';

/** Counts what it makes. */
class Counting extends WebSocket {
  static made = 0;
  constructor(...args) {
    super(...args);
    Counting.made++;
  }
}

let turn = 0;
/** The documentation's round robin, and its asynchronous provider, in one. */
const urlProvider = async () => {
  await null;
  return `${address}&turn=${turn++}`;
};

const options = { minReconnectionDelay: 20, maxReconnectionDelay: 50, reconnectionDelayGrowFactor: 1.3, minUptime: 10, connectionTimeout: 10_000, maxRetries: 500, maxEnqueuedMessages: 3 };

/** Starts the application: closed, with everything listened to. */
function start(more = {}) {
  const rws = (window.rws = new ReconnectingWebSocket(urlProvider, ['one', 'two'], { ...options, WebSocket: Counting, startClosed: true, debug: false, ...more }));
  rws.binaryType = 'arraybuffer';
  rws.onopen = (e) => record('onopen', e.type);
  rws.onmessage = (e) => record('onmessage', plain(e.data));
  rws.onclose = (e) => record('onclose', e.code, e.reason);
  rws.onerror = (e) => record('onerror', e.type);
  rws.addEventListener('open', { handleEvent: () => rws.send('from open') });
  rws.addEventListener('close', () => record('close'));
  const never = () => record('never');
  rws.addEventListener('message', never);
  rws.removeEventListener('message', never);
}

Object.assign(window, { ReconnectingWebSocket, Counting, urlProvider, options, start });

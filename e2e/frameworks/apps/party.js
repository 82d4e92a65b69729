// PartySocket and its WebSocket, with the package or with ours in its place.
import PartySocket, { PartySocket as named, WebSocket as Socket } from 'partysocket';

const quick = { minReconnectionDelay: 20, maxReconnectionDelay: 50, minUptime: 10, connectionTimeout: 10_000 };

/** Makes the socket `ws` by `make`, in place of the one before, and records what it tells. */
function use(make) {
  window.ws?.close();
  const ws = (window.ws = make());
  ws.onopen = () => record('onopen');
  ws.addEventListener('open', () => record('open'), { once: true });
  ws.addEventListener('message', (e) => record('message', e.data));
  ws.onclose = (e) => record('close', e.code, e.reason);
}

Object.assign(window, { PartySocket, Socket, quick, use, same: named === PartySocket, host: new URL(link).host });

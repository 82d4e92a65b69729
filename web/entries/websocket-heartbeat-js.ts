/** In place of the package of that name. See web/types/websocket-heartbeat-js.d.ts. */
import { WebSocketReconnect } from '../src/index';
import type * as types from '../types/websocket-heartbeat-js';
import { warnOfUnknown } from './parts/unknown';
import { LONGEST, within } from './reconnecting/options';

/** What goes out for it: as with the native send(), text for what is no message; but a plain object is JSON. */
const probe = (message: any): string | object => (Object(message) === message && !Array.isArray(message) ? message : `${message}`);

export default class WebsocketHeartbeatJs {
  readonly opts: types.default['opts'];
  readonly ws: WebSocketReconnect;
  repeat = 0;
  onclose: (event: CloseEvent) => void = () => {};
  onerror: (event: Event) => void = () => {};
  onopen: (event: Event) => void = () => {};
  onmessage: (event: MessageEvent) => void = () => {};
  onreconnect: () => void = () => {};

  constructor({ url, protocols = '', pingTimeout = 15_000, pongTimeout = 10_000, reconnectTimeout = 2000, pingMsg = 'heartbeat', repeatLimit = null, client, ...unknown }: types.Options) {
    warnOfUnknown('websocket-heartbeat-js', unknown);
    this.opts = { url, protocols, pingTimeout, pongTimeout, reconnectTimeout, pingMsg, repeatLimit };
    const delay = within(0, reconnectTimeout, 0.8 * LONGEST);
    const ws = new WebSocketReconnect(url, protocols || undefined, {
      heartbeatInterval: pingTimeout,
      heartbeatTimeout: pongTimeout,
      heartbeatMessage: typeof pingMsg === 'function' ? () => probe(pingMsg()) : probe(pingMsg),
      baseDelay: delay / 0.9,
      maxDelay: delay / 0.8, // room for the jitter
      multiplier: 1,
      maxRetries: repeatLimit ?? Infinity,
      circuitBreaker: false,
      ...client,
    });
    this.ws = ws;
    ws.on('open', (event) => {
      this.repeat = 0;
      this.onopen(event);
    });
    ws.on('message', (event) => this.onmessage(event));
    ws.on('close', (event) => this.onclose(event));
    ws.addEventListener('error', (event: Event) => this.onerror(event));
    ws.on('retry', () => {
      this.repeat++;
      this.onreconnect();
    });
  }

  send(message: Parameters<WebSocketReconnect['send']>[0]): void {
    this.ws.send(message);
  }

  close(): void {
    this.ws.close();
  }
}

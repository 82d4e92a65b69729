/** What the published types must accept: the README's example and the first seed's clients. Compiled, never run. */
import Default, { WebSocketReconnect, WebSocketReconnectError, type Stats, type WebSocketReconnectOptions } from '../../types/websocket-reconnect';

const every: WebSocketReconnectOptions = {
  url: 'wss://api.example.com/socket',
  protocols: ['graphql-ws'],
  websocketOptions: { headers: { Authorization: 'Bearer token123' } },
  maxRetries: Infinity,
  baseDelay: 1000,
  maxDelay: 30000,
  multiplier: 2,
  jitter: 'full',
  heartbeatInterval: 30000,
  heartbeatTimeout: false,
  heartbeatMessage: { cmd: 'heartbeat' },
  heartbeatReply: (event) => event.data === 'pong',
  serverPing: false,
  circuitBreaker: { failureThreshold: 5, resetTimeout: 60000, halfOpenMaxRequests: 3 },
  queue: { maxMessages: 50, overflow: 'drop-newest' },
};

export function first(): WebSocketReconnect {
  const ws = new WebSocketReconnect({ url: new URL('wss://api.example.com/socket'), maxRetries: 10, baseDelay: 1000, maxDelay: 30000 });
  ws.on('open', () => console.log('connected'));
  ws.on('message', (event) => console.log(event.data));
  ws.on('close', (event) => console.log(event.code, event.reason, event.wasClean, event.requestedCode ?? event.code));
  ws.on('error', (error) => console.error(error.message, error.code === 'HEARTBEAT_LOST'));
  ws.on('retry', (info) => console.log(`${info.attempt}/${info.maxRetries} in ${info.delay.toFixed()} ms: ${info.reason}`));
  ws.on('stateChange', (state) => state === 'BLOCKED');
  ws.on('circuitChange', (state) => state === 'HALF-OPEN');
  ws.on('drop', ({ reason, data, bytes }) => console.log(reason, data, bytes));
  ws.once('failed', ({ error, attempts, lastClose }) => console.log(error.code, attempts, lastClose?.code));
  ws.on('gap', ({ downMs, lastMessageAt, attempts, lastClose, queued }) => console.log(downMs / 1000, (lastMessageAt ?? 0) + attempts + queued, lastClose?.code));
  ws.on('alert', ({ successRate, threshold, attempts, recovered }) => console.log(successRate < threshold, attempts, !recovered));
  ws.addEventListener('gap', (event) => console.log(event.detail.downMs));
  const explained: string | undefined = ws.explain()?.sentence;
  if (ws.explain()?.why === 'core') console.log(explained, ws.explain()!.until ?? Infinity, ws.explain()!.circuit.until);
  new WebSocketReconnect('wss://host/', [], { alert: { successRate: [0.9, 0.5], window: 20 }, logLevel: 'info' });
  // @ts-expect-error no such level
  new WebSocketReconnect('wss://host/', [], { logLevel: 'loud' });
  // @ts-expect-error a rate must be given
  new WebSocketReconnect('wss://host/', [], { alert: {} });
  ws.addEventListener('retry', (event) => console.log(event.detail.delay), { once: true });
  ws.addEventListener('error', (event) => console.log(event.error.code, event.message));
  ws.onmessage = ({ data }) => console.log(data);
  void ws.connect().then(() => console.log('open'));
  const how: 'sent' | 'queued' | 'dropped' | 'rejected' = ws.send(JSON.stringify({ type: 'subscribe' }), { key: 'subscribe', ttl: 5000, priority: 1 });
  for (const unsent of ws.drain()) ws.send(unsent.data, unsent);
  ws.send(new Uint8Array(4));
  ws.close(1001, 'Client shutting down');
  const stats: Stats = ws.getStats();
  console.log(how, stats.roundTrip?.toFixed(), stats.lastError?.code, ws.getCircuitState());
  return ws;
}

/** The seed's chat client. */
export class ChatClient {
  readonly ws: WebSocketReconnect;

  constructor(userId: string) {
    this.ws = new WebSocketReconnect({ ...every, url: `wss://chat.example.com/socket?user=${userId}` });
    this.ws.on('circuitChange', (state) => {
      if (state === 'OPEN') console.log('temporarily unavailable');
    });
  }

  sendMessage(content: string): void {
    if (this.ws.state === 'OPEN') this.ws.send(JSON.stringify({ type: 'chat', content }));
  }

  connect(): Promise<void> {
    return this.ws.connect();
  }
}

// A drop-in wherever a WebSocket constructor is wanted, and wherever a WebSocket's readyState is read.
export const dropIn = new Default('wss://example.com', 'mqtt', { maxRetries: 3 });
export const constants: [0, 1, 2, 3] = [Default.CONNECTING, dropIn.OPEN, Default.CLOSING, dropIn.CLOSED];
export const unsubscribe: () => void = dropIn.on('open', () => {});
export const caught = (error: unknown): boolean => error instanceof WebSocketReconnectError && error.code === 'BAD_INPUT';
WebSocketReconnect.configure({ baseUrl: '/static/', placement: 'page' });

// A constructor for libraries that take one.
const Bound = WebSocketReconnect.withOptions({ maxRetries: 0, heartbeatInterval: 5000 });
export const bound: WebSocketReconnect = new Bound('wss://example.com', ['mqtt']);
export const asLibrariesSay: new (url: string, protocols?: string | string[]) => Pick<WebSocket, 'send' | 'close' | 'readyState' | 'binaryType' | 'addEventListener'> = Bound;
export const boundConstants: [0, 3] = [Bound.CONNECTING, Bound.CLOSED];

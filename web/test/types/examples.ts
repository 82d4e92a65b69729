// What users write, held against the published types. Nothing here runs.
import Default, {
  WebSocketReconnect,
  WebSocketReconnectError,
  type CircuitState,
  type ErrorCode,
  type RetryInfo,
  type SendResult,
  type State,
  type Stats,
  type WebSocketReconnectOptions,
} from '../../types/websocket-reconnect';

// ---- The first example ----

export function first(): void {
  const ws = new WebSocketReconnect({ url: 'wss://api.example.com/socket', maxRetries: 10, baseDelay: 1000, maxDelay: 30000 });
  ws.on('open', () => console.log('connected'));
  ws.on('message', (event) => console.log('message:', event.data));
  ws.on('close', (event) => console.log('closed:', event.code, event.reason, event.wasClean, event.requestedCode ?? 'as asked'));
  ws.on('error', (error) => console.error(error.code, error.message, error.stack));
  ws.on('retry', (info) => console.log(`Retry ${info.attempt}/${info.maxRetries} in ${info.delay}ms (${info.reason})`));
  ws.connect();
  ws.send(JSON.stringify({ type: 'subscribe', channel: 'updates' }));
  ws.close(1001, 'Client shutting down');
}

// ---- All options ----

export const all: WebSocketReconnectOptions = {
  url: 'wss://api.example.com/socket',
  protocols: ['graphql-ws'],
  websocketOptions: { headers: { Authorization: 'Bearer token123' } },
  binaryType: 'arraybuffer',
  maxRetries: Infinity,
  baseDelay: 1000,
  maxDelay: 30000,
  multiplier: 2,
  jitter: 0.1,
  connectionTimeout: 10_000,
  closeTimeout: false,
  minUptime: 5000,
  heartbeatInterval: 30000,
  heartbeatTimeout: 5000,
  heartbeatMinTimeout: 500,
  heartbeatMessage: JSON.stringify({ type: 'ping' }),
  heartbeatReply: (event) => event.data === 'pong',
  serverPing: false,
  serverPong: new Uint8Array([1]),
  hiddenPolicy: 'park',
  circuitBreaker: { failureThreshold: 5, resetTimeout: 60000, halfOpenMaxRequests: 3 },
  queue: { maxMessages: 100, maxBytes: Infinity, overflow: 'drop-newest' },
  diagnose: false,
};

export const heartbeats: WebSocketReconnectOptions[] = [
  { url: new URL('wss://api.example.com'), heartbeatMessage: 'PING' },
  { url: 'wss://api.example.com', heartbeatMessage: { cmd: 'heartbeat' }, heartbeatReply: { cmd: 'heartbeat', ok: true } },
  { url: 'wss://api.example.com', heartbeatInterval: false, circuitBreaker: false, jitter: 'full' },
  { url: 'wss://api.example.com', jitter: ({ attempt, delay, previousDelay, lastClose }) => Math.min(attempt * 500, delay) + previousDelay + (lastClose?.code === 1012 ? 0 : Math.random()) },
  { url: 'wss://api.example.com', heartbeatTimeout: false, alert: { successRate: [0.9, 0.5], window: 20 }, logLevel: 'info' },
];

// ---- A chat client ----

interface ChatMessage {
  type: 'pong' | 'chat' | 'system';
  from?: string;
  content?: string;
}

export class ChatClient {
  readonly ws: WebSocketReconnect;

  constructor(readonly userId: string) {
    this.ws = new WebSocketReconnect({
      url: `wss://chat.example.com/socket?user=${userId}`,
      maxRetries: 10,
      baseDelay: 1000,
      maxDelay: 30000,
      heartbeatInterval: 30000,
      heartbeatTimeout: 5000,
      circuitBreaker: { failureThreshold: 5, resetTimeout: 60000 },
    });
    this.ws.on('open', () => {
      this.ws.send(JSON.stringify({ type: 'online', userId: this.userId }));
    });
    this.ws.on('message', (event) => {
      const message: ChatMessage = JSON.parse(event.data);
      if (message.type === 'chat') console.log(`[${message.from}]: ${message.content}`);
    });
    this.ws.on('close', () => console.log('Disconnected from chat server'));
    this.ws.on('error', (error) => console.error('Chat error:', error.message));
    this.ws.on('retry', (info) => console.log(`Reconnecting... Attempt ${info.attempt}/${info.maxRetries}`));
    this.ws.on('circuitChange', (state) => {
      if (state === 'OPEN') console.log('Chat service temporarily unavailable');
    });
  }

  sendMessage(content: string): void {
    if (this.ws.state === 'OPEN') this.ws.send(JSON.stringify({ type: 'chat', content }));
  }

  connect(): Promise<void> {
    return this.ws.connect();
  }

  disconnect(): void {
    this.ws.close();
  }
}

// ---- GraphQL subscriptions ----

interface Callbacks {
  onData?: (payload: unknown) => void;
  onError?: (payload: unknown) => void;
  onComplete?: () => void;
}

export class GraphQLSubscriptionClient {
  readonly ws: WebSocketReconnect;
  readonly subscriptions = new Map<string, { query: string; variables: object } & Callbacks>();
  subscriptionId = 0;

  constructor(endpoint: string, options: Partial<WebSocketReconnectOptions> = {}) {
    this.ws = new WebSocketReconnect({
      url: endpoint,
      protocols: ['graphql-ws'],
      maxRetries: options.maxRetries || 10,
      heartbeatInterval: options.heartbeatInterval || 30000,
      heartbeatMessage: JSON.stringify({ type: 'connection_init' }),
      ...options,
    });
    this.ws.on('open', () => this.resubscribeAll());
    this.ws.on('message', (event) => {
      const message = JSON.parse(event.data);
      if (message.type === 'next') this.subscriptions.get(message.id)?.onData?.(message.payload);
    });
  }

  subscribe(query: string, variables: object, callbacks: Callbacks): () => void {
    const id = String(++this.subscriptionId);
    this.subscriptions.set(id, { query, variables, ...callbacks });
    if (this.ws.state === 'OPEN') this.ws.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
    return () => void this.subscriptions.delete(id);
  }

  resubscribeAll(): void {
    for (const [id, { query, variables }] of this.subscriptions) this.ws.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
  }
}

// ---- A drop-in, wherever a WebSocket or its constructor is taken ----

export function dropIn(): WebSocket {
  const ws = new WebSocketReconnect('wss://api.example.com', 'chat', { maxRetries: 3, heartbeatInterval: 1000 });
  ws.onopen = (event) => console.log(event.type);
  ws.onmessage = ({ data }) => console.log(data);
  ws.onclose = ({ code, reason }) => console.log(code, reason);
  ws.onerror = ({ error }) => console.log(error.code);
  ws.onerror = (event: Event) => console.log(event.type);
  ws.onerror?.(new Event('error'));
  ws.binaryType = 'arraybuffer';
  return ws;
}

export const asSocket: WebSocket = new WebSocketReconnect('wss://api.example.com');
export const asClass: typeof WebSocket = WebSocketReconnect;
export const boundAsClass: typeof WebSocket = WebSocketReconnect.withOptions({ maxRetries: 0 });

export const make: new (url: string | URL, protocols?: string | string[]) => WebSocketReconnect = WebSocketReconnect;

// ---- Types of what is told ----

export async function told(ws: WebSocketReconnect): Promise<void> {
  const off: () => void = ws.on('stateChange', (state) => {
    const known: State = state;
    if (known === 'FAILED' || known === 'BLOCKED') console.log(ws.readyState === WebSocketReconnect.CLOSED, ws.OPEN);
  });
  off();
  const listener = (info: RetryInfo) => console.log(info.delay);
  ws.once('retry', listener);
  ws.off('retry', listener);
  ws.on('drop', ({ reason, data, bytes }) => console.log(reason === 'overflow', typeof data === 'string' ? data.length : 0, bytes));
  ws.on('gap', ({ downMs, lastMessageAt, attempts, lastClose, queued }) => console.log(downMs / 1000, (lastMessageAt ?? 0) + attempts + queued, lastClose?.code));
  ws.on('alert', ({ successRate, threshold, attempts, recovered }) => console.log(successRate < threshold, attempts, !recovered));
  ws.on('failed', ({ reason, attempts, error, lastClose }) => console.log(reason, attempts, error.code, lastClose?.code));
  ws.addEventListener('retry', (event) => console.log(event.detail.attempt));
  ws.addEventListener('gap', (event) => console.log(event.detail.downMs), { once: true });
  ws.addEventListener('error', (event) => console.log(event.error.code, event.message));
  ws.addEventListener('message', { handleEvent: (event) => console.log(event.data) }, { once: true, signal: AbortSignal.timeout(1) });
  ws.addEventListener('close', null);
  ws.addEventListener('anything else', (event) => console.log(event.type));
  const result: SendResult = ws.send(new Blob(['x']));
  ws.send(new Uint8Array(4), { key: 'subscribe', ttl: 5000, priority: 1 });
  for (const unsent of ws.drain()) ws.send(unsent.data, unsent);
  const explained: string | undefined = ws.explain()?.sentence;
  if (ws.explain()?.why === 'core') console.log(explained, ws.explain()!.until ?? Infinity, ws.explain()!.circuit.until);
  const circuit: CircuitState = ws.getCircuitState();
  const stats: Stats = ws.getStats();
  console.log(result, circuit, stats.smoothedRoundTrip?.toFixed(1), stats.lastError?.code, stats.nextRetry);
  ws.openCircuit();
  ws.closeCircuit();
  try {
    await ws.connect();
  } catch (error) {
    if (error instanceof WebSocketReconnectError) {
      const code: ErrorCode = error.code;
      console.log(code === 'CLOSED_BY_USER');
    }
  }
  ws.reconnect();
  ws.dispose();
}

export function configured(): typeof WebSocketReconnect {
  WebSocketReconnect.configure({ baseUrl: '/static/' });
  WebSocketReconnect.configure({ coreUrl: new URL('https://cdn.example.com/core.js'), wasmUrl: '/core.wasm', placement: 'page' });
  console.log(WebSocketReconnect.version.length);
  return Default;
}

/** A class of one's own. */
export class Mine extends WebSocketReconnect {
  constructor() {
    super({ url: 'wss://api.example.com' });
  }
  override send(data: string): SendResult {
    return super.send(data.trim());
  }
}

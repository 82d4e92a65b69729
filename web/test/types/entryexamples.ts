// The entries as a user writes them, with a user's settings. Compiled, never run.
import { acked } from '../../types/acked';
import PartySocket, { WebSocket as PartyWebSocket, type CloseEvent as PartyCloseEvent, type ErrorEvent as PartyErrorEvent, type WebSocketEventMap } from '../../types/partysocket';
import useReactWebSocket, { ReadyState } from '../../types/react';
import ReconnectingWebSocket, { type CloseEvent, type ErrorEvent, type Event, type ListenersMap } from '../../types/reconnecting-websocket';
import { acquire, shared } from '../../types/shared';
import { webSocketStore } from '../../types/svelte';
import { useWebSocket } from '../../types/vue';
import WebsocketHeartbeatJs from '../../types/websocket-heartbeat-js';
import type { WebSocketReconnect } from '../../types/websocket-reconnect';

interface Price {
  price: number;
}

export function inReact(): string {
  const { sendMessage, sendJsonMessage, lastMessage, lastJsonMessage, readyState, getWebSocket } = useReactWebSocket<Price | null>(
    async () => 'wss://host/',
    {
      share: true,
      queryParams: { a: 1, b: 'c' },
      protocols: ['one'],
      filter: (message) => message.data !== 'x',
      shouldReconnect: (event) => event.code !== 4000,
      reconnectInterval: (attempt) => 2 ** attempt,
      heartbeat: { message: () => 'ping', returnMessage: 'pong', interval: 1000, timeout: 5000 },
      onReconnectStop: (attempts: number) => attempts,
      client: { hiddenPolicy: 'park' },
    },
    true,
  );
  sendMessage('text', false);
  sendJsonMessage({ type: 'more' });
  getWebSocket()?.getStats();
  return `${lastMessage?.data} ${lastJsonMessage?.price} ${readyState === ReadyState.OPEN}`;
}

export function inVue(): boolean {
  const { data, status, send, open, close, ws } = useWebSocket<Price>(() => 'wss://host/', {
    autoReconnect: { retries: (n) => n < 3, delay: (n) => n * 100, onFailed() {} },
    heartbeat: { message: 'ping', pongTimeout: 5000 },
    onMessage: (socket, event) => socket.send(event.data),
  });
  open();
  close(4000, 'done');
  return send('x', false) && status.value === 'OPEN' && data.value!.price > 0 && ws.value!.isConnected;
}

export function inSvelte(): void {
  const store = webSocketStore<Price>('wss://host/', { json: true, linger: 1000 });
  const stop = store.subscribe((value) => value?.price);
  store.state.subscribe((state) => state === 'BLOCKED');
  store.set({ type: 'more' });
  stop();
}

export async function atLeastOnce(ws: WebSocketReconnect): Promise<boolean> {
  const orders = acked<{ item: string }>(ws, { ackOf: ({ data }) => JSON.parse(data).ack, cumulative: true });
  const receipt = orders.send({ item: 'book' });
  for (const { id, data } of orders.drain()) orders.send(data, id);
  // @ts-expect-error: not a message of this kind
  orders.send('text');
  return receipt.state === 'waiting' && (await receipt.done) && orders.size === 0;
}

export function sharing(): number {
  const handle = acquire('wss://host/', { key: 'prices', linger: 100, protocols: ['one'] });
  handle.on('message', ({ data }) => handle.send(data, { key: 'echo', ttl: 1000, priority: 1, volatile: false }));
  handle.release();
  return shared()[0]!.handles;
}

export function reconnecting(): number {
  const ws = new ReconnectingWebSocket(async () => 'wss://host/', [], { minReconnectionDelay: 10, maxEnqueuedMessages: 5, WebSocket: class {}, client: { heartbeatInterval: 1000 } });
  ws.addEventListener('close', (event) => event.code);
  ws.onmessage = ({ data }) => ws.send(data);
  ws.reconnect(4000, 'again');
  new ReconnectingWebSocket('wss://host/', null, { maxRetries: 3 }).close();
  return ws.retryCount;
}

/** The names of the package's types. */
export function reconnectingTypes(ws: ReconnectingWebSocket, code: (event: CloseEvent) => number, message: (event: ErrorEvent) => string, type: (event: Event) => string): void {
  const listeners: ListenersMap = { close: [code], error: [message], open: [type], message: [({ data }) => data] };
  ws.addEventListener('close', listeners.close[0]!);
  ws.addEventListener('error', ({ error, message }: ErrorEvent) => [error.stack, message]);
  ws.addEventListener('open', type);
  ws.onclose = code;
  ws.onerror = message;
  ws.onopen = type;
}

export function partyTypes(ws: PartyWebSocket, code: (event: PartyCloseEvent) => number, message: (event: PartyErrorEvent) => string): void {
  const on = <K extends keyof WebSocketEventMap>(name: K, listener: (event: WebSocketEventMap[K]) => unknown) => ws.addEventListener(name, listener as (event: any) => unknown);
  on('close', ({ wasClean, reason }) => [wasClean, reason]);
  on('message', ({ data }) => data);
  ws.addEventListener('close', code);
  ws.addEventListener('error', message);
  ws.onclose = code;
  ws.onerror = message;
}

export function party(): boolean {
  const ws = new PartySocket({ host: 'host', room: 'room', query: async () => ({ token: 'x' }), maxRetries: 3 });
  ws.updateProperties({ room: 'other' });
  const plain: PartyWebSocket = new PartyWebSocket(() => 'wss://host/', () => ['one'], { shouldReconnectOnClose: (event) => event.code !== 4000 });
  plain.onerror = (event) => event.error.code;
  ws.drainQueuedMessages().forEach((message) => plain.send(message));
  return ws.send('x');
}

export function heartbeat(): void {
  const ws = new WebsocketHeartbeatJs({ url: 'wss://host/', pingMsg: () => 'ping', repeatLimit: 3 });
  ws.onreconnect = () => ws.close();
  // @ts-expect-error: there is no such option
  new WebsocketHeartbeatJs({ url: 'wss://host/', pingTimout: 1 });
}

/** What the published types must refuse. Each line is an error, and the compiler complains if it is none. Never run. */
import { WebSocketReconnect } from '../../types/websocket-reconnect';

export function wrong(ws: WebSocketReconnect): void {
  // @ts-expect-error: a url is required
  new WebSocketReconnect({ maxRetries: 3 });
  // @ts-expect-error: the option is called maxRetries
  new WebSocketReconnect({ url: '', maxRetrys: 3 });
  // @ts-expect-error: a number, not its text
  new WebSocketReconnect({ url: '', baseDelay: '1000' });
  // @ts-expect-error: no such jitter
  new WebSocketReconnect({ url: '', jitter: 'some' });
  // @ts-expect-error: baseDelay cannot be switched off
  new WebSocketReconnect({ url: '', baseDelay: false });
  // @ts-expect-error: failureThreshold belongs into circuitBreaker
  new WebSocketReconnect({ url: '', failureThreshold: 5 });
  // @ts-expect-error: the url is the first argument of this form
  new WebSocketReconnect('wss://example.com', [], { url: 'wss://example.org' });
  // @ts-expect-error: no such event
  ws.on('reconnect', () => {});
  // @ts-expect-error: on('retry') passes an object
  ws.on('retry', (attempt: number) => attempt);
  // @ts-expect-error: an event has its payload in detail
  ws.addEventListener('stateChange', (state: string) => state);
  // @ts-expect-error: objects are not sent; JSON.stringify them
  ws.send({ type: 'chat' });
  // @ts-expect-error: a state of the circuit, not of the connection
  ws.state === 'HALF-OPEN';
  // @ts-expect-error: read-only
  ws.state = 'OPEN';
  // @ts-expect-error: the statistics are read-only
  ws.getStats().retryCount = 0;
  // @ts-expect-error: no such placement
  WebSocketReconnect.configure({ placement: 'shared' });
}

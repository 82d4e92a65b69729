// What the types must refuse, each with the reason. An error that is expected
// and does not come is an error itself.
import { WebSocketReconnect, WebSocketReconnectError, type State } from '../../types/websocket-reconnect';

const url = 'wss://api.example.com';

export function construction(): void {
  // @ts-expect-error: without new
  WebSocketReconnect({ url });
  // @ts-expect-error: nothing to dial
  new WebSocketReconnect();
  // @ts-expect-error: url is required
  new WebSocketReconnect({ maxRetries: 3 });
  // @ts-expect-error: an unknown option
  new WebSocketReconnect({ url, maxRetry: 3 });
  // @ts-expect-error: an unknown option of a table
  new WebSocketReconnect({ url, queue: { maxMessage: 3 } });
  // @ts-expect-error: a number, not text
  new WebSocketReconnect({ url, baseDelay: '1000' });
  // @ts-expect-error: cannot be switched off (Infinity never gives up, 0 never retries)
  new WebSocketReconnect({ url, maxRetries: false });
  // @ts-expect-error: switched off is false, not null
  new WebSocketReconnect({ url, heartbeatInterval: null });
  // @ts-expect-error: there is no true
  new WebSocketReconnect({ url, heartbeatTimeout: true });
  // @ts-expect-error: an unknown mode of jitter
  new WebSocketReconnect({ url, jitter: 'none' });
  // @ts-expect-error: a function that answers later
  new WebSocketReconnect({ url, jitter: async ({ delay }) => delay });
  // @ts-expect-error: an unknown overflow policy
  new WebSocketReconnect({ url, queue: { overflow: 'drop' } });
  // @ts-expect-error: an unknown hidden policy
  new WebSocketReconnect({ url, hiddenPolicy: 'sleep' });
  // @ts-expect-error: the queue cannot be switched off, only emptied (maxMessages: 0)
  new WebSocketReconnect({ url, queue: false });
  // @ts-expect-error: it belongs into circuitBreaker
  new WebSocketReconnect({ url, failureThreshold: 5 });
  // @ts-expect-error: a rate must be given
  new WebSocketReconnect({ url, alert: {} });
  // @ts-expect-error: no such level
  new WebSocketReconnect({ url, logLevel: 'loud' });
  // @ts-expect-error: a breaker is options or false
  new WebSocketReconnect({ url, circuitBreaker: true });
  // @ts-expect-error: no such binary type
  new WebSocketReconnect({ url, binaryType: 'nodebuffer' });
  // @ts-expect-error: a matcher is text, an object or a function
  new WebSocketReconnect({ url, heartbeatReply: 7 });
  // @ts-expect-error: the drop-in form has the url in front
  new WebSocketReconnect(url, [], { url });
  // @ts-expect-error: and the protocols, too
  new WebSocketReconnect(url, [], { protocols: 'chat' });
  // @ts-expect-error: options are the third argument
  new WebSocketReconnect(url, { maxRetries: 3 });
  // @ts-expect-error: an options object stands alone
  new WebSocketReconnect({ url }, 'chat');
}

export function calls(ws: WebSocketReconnect): void {
  // @ts-expect-error: an object is not JSON by itself
  ws.send({ type: 'chat' });
  // @ts-expect-error: nor is a number
  ws.send(7);
  // @ts-expect-error: something must be sent
  ws.send();
  // @ts-expect-error: the reason comes second
  ws.close('bye');
  // @ts-expect-error: the result is not true or false
  const sent: boolean = ws.send('x');
  // @ts-expect-error: an unknown event
  ws.on('reconnecting', () => {});
  // @ts-expect-error: the payload of retry is not an event
  ws.on('retry', (info) => console.log(info.detail));
  // @ts-expect-error: with addEventListener it is in detail
  ws.addEventListener('retry', (event) => console.log(event.attempt));
  // @ts-expect-error: on passes the payload, which is an object
  ws.on('retry', (attempt: number) => attempt);
  // @ts-expect-error: addEventListener passes an event
  ws.addEventListener('stateChange', (state: string) => state);
  // @ts-expect-error: on wants a function
  ws.on('open', { handleEvent() {} });
  // @ts-expect-error: not every error event has a line number
  ws.onerror = (event: ErrorEvent) => event.lineno;
  // @ts-expect-error: an unknown placement
  WebSocketReconnect.configure({ placement: 'sharedworker' });
  // @ts-expect-error: an unknown setting
  WebSocketReconnect.configure({ wasm: '/core.wasm' });
  console.log(sent);
}

export function reading(ws: WebSocketReconnect): void {
  // @ts-expect-error: states are written in upper case
  if (ws.state === 'open') return;
  // @ts-expect-error: that is a state of the circuit
  if (ws.state === 'HALF-OPEN') return;
  // @ts-expect-error: RECONNECTING is no state: retries are part of CONNECTING
  const state: State = 'RECONNECTING';
  // @ts-expect-error: the state is not for the user to set
  ws.state = 'OPEN';
  // @ts-expect-error: nor is the address
  ws.url = url;
  // @ts-expect-error: nor are the figures
  ws.getStats().attempts = 0;
  // @ts-expect-error: constants are constants
  WebSocketReconnect.OPEN = 2;
  // @ts-expect-error: half-open is spelt HALF-OPEN
  if (ws.getCircuitState() === 'HALF_OPEN') return;
  // @ts-expect-error: null before the first round trip
  ws.getStats().roundTrip.toFixed();
  // @ts-expect-error: no such code
  if (new WebSocketReconnectError().code === 'TIMEOUT') return;
  console.log(state);
}

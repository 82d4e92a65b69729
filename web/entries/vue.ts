/** A Vue composable. See web/types/vue.d.ts. */
import { getCurrentScope, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue';
import { WebSocketReconnect } from '../src/index';
import type * as types from '../types/vue';
import { Schedule, SCHEDULED } from './parts/schedule';
import { onServer } from './parts/server';
import { warnOfUnknown } from './parts/unknown';

const OPTIONS: Record<keyof types.UseWebSocketOptions, 1> = {
  onConnected: 1,
  onDisconnected: 1,
  onError: 1,
  onMessage: 1,
  heartbeat: 1,
  autoReconnect: 1,
  immediate: 1,
  autoConnect: 1,
  autoClose: 1,
  protocols: 1,
  client: 1,
};

type Data = Parameters<types.UseWebSocketReturn<unknown>['send']>[0];

export function useWebSocket<T = any>(url: MaybeRefOrGetter<string | URL | undefined>, options: types.UseWebSocketOptions = {}): types.UseWebSocketReturn<T> {
  warnOfUnknown('vue', options, OPTIONS);
  const data = shallowRef<T | null>(null);
  const status = shallowRef<types.WebSocketStatus>('CLOSED');
  const ws = shallowRef<WebSocketReconnect | undefined>();
  /** Messages for a connection that is still to be made. */
  const waiting: Data[] = [];
  let retire: (() => void) | undefined;

  /** What a client has not sent is for the next one. */
  const takeBack = (client: WebSocketReconnect) => waiting.unshift(...client.drain().map(({ data: unsent }) => unsent as Data));

  const close = (code = 1000, reason = ''): void => {
    const old = ws.value;
    if (!old) return;
    const open = old.isConnected;
    if (!open) takeBack(old);
    old.close(code, reason);
    ws.value = undefined;
    status.value = 'CLOSED';
    // Who was open ends with an event, and is heard to the end.
    if (open) old.once('close', retire!);
    else retire!();
  };

  const open = (): void => {
    close();
    const address = toValue(url);
    if (address === undefined || onServer()) return;
    const next = new WebSocketReconnect({ ...clientOptions(options), url: address });
    ws.value = next;
    const schedule = scheduled(next, options);
    retire = () => {
      schedule?.cancel();
      takeBack(next);
      next.dispose();
    };
    const show = () => {
      if (ws.value !== next) return;
      const { state } = next;
      status.value = state === 'OPEN' ? 'OPEN' : state === 'CONNECTING' || state === 'BLOCKED' || schedule?.pending ? 'CONNECTING' : 'CLOSED';
    };
    next.on('stateChange', (state) => (state === 'FAILED' ? queueMicrotask(show) : show())); // then it is known whether a retry is to come
    const flush = () => {
      for (const message of waiting.splice(0)) next.send(message);
    };
    next.on('open', () => {
      if (ws.value !== next) return;
      flush();
      options.onConnected?.(next);
    });
    next.on('close', (event) => {
      show();
      options.onDisconnected?.(next, event);
    });
    next.addEventListener('error', (event: Event) => options.onError?.(next, event));
    next.on('message', (event) => {
      if (ws.value !== next || isResponse(event.data, options)) return;
      data.value = event.data;
      options.onMessage?.(next, event);
    });
    flush();
    void next.connect();
    status.value = 'CONNECTING';
  };

  const send = (message: Data, useBuffer = true): boolean => {
    const { value: current } = ws;
    if (current?.isConnected) return current.send(message) === 'sent';
    if (useBuffer) {
      if (status.value === 'CONNECTING') current!.send(message);
      else waiting.push(message);
    }
    return false;
  };

  if (options.autoClose !== false && getCurrentScope()) onScopeDispose(() => close());
  if (options.immediate !== false) open();
  if (options.autoConnect !== false) watch(() => toValue(url), open);

  return { data, status, close, send, open, ws } as unknown as types.UseWebSocketReturn<T>;
}

function clientOptions({ heartbeat, autoReconnect, protocols = [], client }: types.UseWebSocketOptions): object {
  const { message = 'ping', interval = 1000, pongTimeout = 1000 } = typeof heartbeat === 'object' ? heartbeat : {};
  const { retries = -1, delay = 1000 } = typeof autoReconnect === 'object' ? autoReconnect : {};
  const simple = typeof delay === 'number' && typeof retries === 'number';
  return {
    protocols,
    maxRetries: autoReconnect === false ? 0 : Number(retries) >= 0 ? retries : Infinity,
    ...(typeof autoReconnect === 'object' && (simple ? { baseDelay: delay, maxDelay: delay, circuitBreaker: false } : SCHEDULED)),
    ...(heartbeat ? { heartbeatInterval: interval, heartbeatTimeout: pongTimeout, heartbeatMessage: () => toValue(message) } : { heartbeatInterval: false }),
    serverPing: false,
    diagnose: false,
    ...client,
  };
}

/** Sees to retries, where the options have a say in them. */
function scheduled(ws: WebSocketReconnect, { autoReconnect, client }: types.UseWebSocketOptions): Schedule | undefined {
  if (typeof autoReconnect !== 'object') return;
  const { retries = -1, delay = 1000, onFailed } = autoReconnect;
  const more = (retried: number) => (typeof retries === 'function' ? retries(retried) : retries < 0 || retried < retries);
  const byFunction = typeof retries === 'function' || typeof delay === 'function';
  const next = (retried: number) => (!byFunction || !more(retried) ? undefined : typeof delay === 'function' ? delay(retried + 1) : delay);
  return new Schedule(ws as never, next, () => onFailed?.(), () => client?.minUptime);
}

function isResponse(data: unknown, { heartbeat }: types.UseWebSocketOptions): boolean {
  if (!heartbeat) return false;
  const { message = 'ping', responseMessage = message } = heartbeat === true ? {} : heartbeat;
  return data === toValue(responseMessage);
}

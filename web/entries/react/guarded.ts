import type { WebSocketReconnect } from '../../types/websocket-reconnect';

/** A connection that belongs to several: it can be looked at, but not closed, sent to or given handlers. */
export function guarded(ws: WebSocketReconnect): WebSocketReconnect {
  return new Proxy(ws, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target); // its private fields are not the proxy's
      if (typeof value !== 'function') return value;
      return () => console.error(`useWebSocket: ${String(name)}() of a shared connection is not for one component; use what the hook returns`);
    },
    set(target, name, value) {
      if (!String(name).startsWith('on')) return Reflect.set(target, name, value, target);
      console.warn(`useWebSocket: ${String(name)} of a shared connection is not for one component; use the hook's options`);
      return true;
    },
  });
}

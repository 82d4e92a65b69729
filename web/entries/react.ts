/** A React hook. See web/types/react.d.ts. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type * as types from '../types/react';
import { ReadyState, Subscription } from './react/subscription';

export { ReadyState };

export function useWebSocket<T = unknown>(url: types.Url, options: types.Options = {}, connect = true): types.WebSocketHook<T> {
  const [subscription] = useState(() => new Subscription(options));
  const { readyState, lastMessage } = useSyncExternalStore(subscription.subscribe, subscription.snapshot, subscription.snapshot);
  const wanted = url !== null && connect;
  const { share = false, disableJson = false } = options;
  const protocols = JSON.stringify(options.protocols ?? []);
  const queryParams = JSON.stringify(options.queryParams ?? {});

  // What a render that is not committed was given must not be seen.
  useEffect(() => void (subscription.options = options));
  useEffect(() => (wanted ? subscription.open(url) : undefined), [subscription, url, wanted, share, protocols, queryParams]);

  const lastJsonMessage = useMemo(() => (disableJson || lastMessage === null ? null : parsed(lastMessage.data)), [lastMessage, disableJson]);
  return {
    sendMessage: subscription.send,
    sendJsonMessage: subscription.sendJson,
    lastMessage,
    lastJsonMessage: lastJsonMessage as T,
    readyState: readyState === ReadyState.UNINSTANTIATED && wanted ? ReadyState.CONNECTING : readyState,
    getWebSocket: subscription.webSocket,
  };
}

export default useWebSocket;

/** The same object for all, so that what depends on it does not change. */
const UNPARSABLE = {};

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return UNPARSABLE;
  }
}

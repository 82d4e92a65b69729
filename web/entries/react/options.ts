import type * as types from '../../types/react';
import { Policy } from './policy';

export const OPTIONS: Record<keyof types.Options, 1> = {
  queryParams: 1,
  protocols: 1,
  share: 1,
  onOpen: 1,
  onMessage: 1,
  onClose: 1,
  onError: 1,
  onReconnectStop: 1,
  shouldReconnect: 1,
  retryOnError: 1,
  reconnectAttempts: 1,
  reconnectInterval: 1,
  filter: 1,
  heartbeat: 1,
  disableJson: 1,
  client: 1,
};

/** The options of the client behind a hook. */
export function clientOptions(options: types.Options): object {
  const { protocols, heartbeat, client } = options;
  return {
    ...new Policy(options).clientOptions,
    ...(protocols !== undefined && { protocols }),
    ...heartbeatOptions(heartbeat),
    serverPing: false,
    diagnose: false,
    ...client,
  };
}

/** A probe each interval; the model counts its timeout from the newest message, we from the probe. */
function heartbeatOptions(heartbeat: types.Options['heartbeat']): object {
  if (!heartbeat) return { heartbeatInterval: false };
  const { message = 'ping', timeout = 60_000, interval = 25_000 } = heartbeat === true ? {} : heartbeat;
  return {
    heartbeatInterval: interval,
    heartbeatTimeout: timeout > interval ? timeout - interval : timeout,
    heartbeatMessage: message,
  };
}

export function withQuery(url: string, params: types.Options['queryParams'] = {}): string {
  const query = new URLSearchParams(Object.entries(params).map(([name, value]) => [name, String(value)])).toString();
  return query && url + (url.includes('?') ? '&' : '?') + query || url;
}

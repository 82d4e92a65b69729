import type { Options } from '../../types/partysocket';

/** Their names. */
export const OPTIONS: Record<keyof Options, 1> = {
  WebSocket: 1,
  maxReconnectionDelay: 1,
  minReconnectionDelay: 1,
  reconnectionDelayGrowFactor: 1,
  minUptime: 1,
  connectionTimeout: 1,
  maxRetries: 1,
  maxEnqueuedMessages: 1,
  startClosed: 1,
  debug: 1,
  debugLogger: 1,
  shouldReconnectOnClose: 1,
  client: 1,
};

export const within = (least: number, value: number, most: number): number => Math.min(Math.max(value, least), most);

/** The largest delay of a timer. */
export const LONGEST = 2 ** 31 - 1;

/**
 * What they are for our client. Their delays are what they say at least, and
 * spread: by a fifth above what the user has set, or, by default, from 1 to 5 s.
 */
export function clientOptions({ minReconnectionDelay: least, maxReconnectionDelay: most = 10_000, reconnectionDelayGrowFactor: factor = 1.3, minUptime, connectionTimeout, maxRetries, client }: Options): object {
  // At the longest delay the jitter is below it.
  const maxDelay = within(0, Math.max(most, Math.min(least ?? 0, most) / 0.8), LONGEST);
  return {
    baseDelay: within(0, least === undefined ? 3000 : least / 0.9, maxDelay),
    maxDelay,
    multiplier: within(1, factor, 100),
    jitter: least === undefined ? 2 / 3 : 0.1,
    circuitBreaker: false,
    ...(minUptime !== undefined && { minUptime: within(0, minUptime, LONGEST) }),
    ...(connectionTimeout !== undefined && { connectionTimeout: connectionTimeout > LONGEST ? false : connectionTimeout }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...client,
  };
}

import type { WebSocketReconnectError } from './errors';
import type { CloseInfo } from './socket';

/** Part of what getStats() returns. */
export interface Kept {
  // What the core has said.
  retryCount: number;
  circuitFailures: number;
  circuitCounts: { opened: number; refused: number; errorRate: number } | undefined;
  roundTrip: number | null;
  smoothedRoundTrip: number | null;
  nextRetry: number | null;
  // What the page has counted.
  successes: number;
  lastClose: (CloseInfo & { at: number }) | null;
  lastError: WebSocketReconnectError | null;
  messagesIn: number;
  messagesOut: number;
  bytesIn: number;
  bytesOut: number;
  dropped: number;
}

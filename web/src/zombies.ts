import type { Connection } from './connection';
import { masked } from './control';

let warned = false;

/**
 * Whether a client looks as if whoever made it has turned to another: it has lost
 * a connection, and either retries still or, though it used to be spoken through,
 * has not been since it is open again.
 */
function forsaken({ dropIn_: dropIn, closed_: closed, disposed_: disposed, stats_: { lastClose, successes }, state_: { value_: state }, openedAt_, lastSentAt_ }: Connection): boolean {
  if (!dropIn || closed || disposed || !lastClose) return false;
  return state === 'CONNECTING' || state === 'BLOCKED' || (state === 'OPEN' && successes > 1 && lastSentAt_ >= 0 && lastSentAt_ < openedAt_);
}

/** Whether somebody else reconnects what an older client reconnects already. */
export function secondReconnecter(client: Connection, clients: Iterable<Connection>): boolean {
  for (const other of clients) {
    if (other.id_ < client.id_ && other.url_ === client.url_ && forsaken(other)) return client.dropIn_;
  }
  return false;
}

/**
 * Says once that a new client of an address has come while an old one is being
 * reconnected: what a library does that reconnects by itself and was given a
 * WebSocket that does so too. The old connection comes back, and nobody knows it.
 */
export function warnOfZombies(client: Connection, clients: Iterable<Connection>): void {
  if (warned || !secondReconnecter(client, clients)) return;
  warned = true;
  console.warn(`WebSocketReconnect: a second client of ${masked(client.url_)} was made while the first is being reconnected. Does a library reconnect by itself? Then two do, and connections are left behind that nobody knows. Give it WebSocketReconnect.withOptions({maxRetries: 0}), or close() the first.`);
}

import type { WebSocketReconnect } from '../../types/websocket-reconnect';
import { shared } from '../shared';

/** For who is about to release a connection: takes back what waits in it, where nobody else is there to have it sent. */
export const takeBack = (ws: WebSocketReconnect) => (shared().some((held) => held.ws === ws && held.handles === 1) ? ws.drain().map(({ data }) => data) : []);

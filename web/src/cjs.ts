/** websocket-reconnect for require, in Node. */
import { WebSocketReconnect } from './client';
import { configure } from './line';

declare const __dirname: string;

const folder = new URL('file:///');
folder.pathname = __dirname.replaceAll('%', '%25').replaceAll('\\', '/');
configure({ baseUrl: folder });

export { WebSocketReconnectError } from './errors';
export { WebSocketReconnect, WebSocketReconnect as default };

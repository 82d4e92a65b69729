/** websocket-reconnect as an ES module. */
import { WebSocketReconnect } from './client';
import { config } from './line';

// Written out, so that bundlers find the files and copy them along.
config.coreUrl = new URL('./websocket-reconnect.core.js', import.meta.url).href;
config.wasmUrl = new URL('./websocket-reconnect.wasm', import.meta.url).href;

export { WebSocketReconnectError } from './errors';
export { WebSocketReconnect };
export default WebSocketReconnect;

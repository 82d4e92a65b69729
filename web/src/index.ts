/** websocket-reconnect as an ES module. */
import { WebSocketReconnect } from './client';
import { config } from './line';

// Written out, so that bundlers find the files and copy them along.
try {
  config.coreUrl = new URL('./websocket-reconnect.core.js', import.meta.url) as never;
  config.wasmUrl = new URL('./websocket-reconnect.wasm', import.meta.url) as never;
} catch {
  // Bundled into what is no module: they are sought beside the page.
}

export { WebSocketReconnectError } from './errors';
export { WebSocketReconnect };
export default WebSocketReconnect;

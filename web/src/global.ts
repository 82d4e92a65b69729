/** websocket-reconnect as a classic script: defines globalThis.WebSocketReconnect. */
import { WebSocketReconnect } from './client';
import { configure } from './line';
import { WebSocketReconnectError } from './errors';

const script = globalThis.document?.currentScript as HTMLScriptElement | null | undefined;
if (script?.src) configure({ baseUrl: new URL('.', script.src) });
Object.assign(globalThis, { WebSocketReconnect, WebSocketReconnectError });

/** websocket-reconnect as a classic script: defines globalThis.WebSocketReconnect. */
import { WebSocketReconnect } from './client';
import { filesAt } from './line';
import { WebSocketReconnectError } from './errors';

const script = globalThis.document?.currentScript as HTMLScriptElement | null | undefined;
if (script?.src) filesAt(script.src.replace(/[^/]*([#?].*)?$/, '')); // a URL object would hold up the page's first dial
Object.assign(globalThis, { WebSocketReconnect, WebSocketReconnectError });

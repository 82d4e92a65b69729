/** websocket-reconnect as a classic script: defines globalThis.WebSocketReconnect. */
import { WebSocketReconnect } from './client';
import { line } from './line';
import { WebSocketReconnectError } from './errors';

// Asked for when the core is loaded, by the first address on a stack of its own: document.currentScript would be the page's first object for an element, and hold up its first dial by half a millisecond.
if (globalThis.document) line.script_ = () => /([\w-]+:.*):\d+:/.exec(new Error().stack!)?.[1] ?? document.baseURI;
Object.assign(globalThis, { WebSocketReconnect, WebSocketReconnectError });

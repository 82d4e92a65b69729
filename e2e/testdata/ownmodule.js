import WebSocketReconnect from '/dist/websocket-reconnect.mjs';
import './inworker.js';

globalThis.WebSocketReconnect = WebSocketReconnect;

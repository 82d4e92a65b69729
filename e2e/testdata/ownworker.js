importScripts('/dist/websocket-reconnect.js', 'inworker.js');
WebSocketReconnect.configure({ baseUrl: '/dist/' });

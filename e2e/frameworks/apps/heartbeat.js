// The documentation's example of websocket-heartbeat-js, and all of its options.
import WebsocketHeartbeatJs from 'websocket-heartbeat-js';

function start(options) {
  const ws = (window.client = new WebsocketHeartbeatJs({ url: address, ...options }));
  ws.onopen = () => {
    record('open', ws.repeat);
    ws.send('hello server');
  };
  ws.onmessage = (e) => record('message', e.data);
  ws.onclose = (e) => record('close', e.code);
  ws.onerror = () => record('error');
  ws.onreconnect = () => record('reconnecting', ws.repeat);
}

Object.assign(window, { start });

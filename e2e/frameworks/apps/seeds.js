// What a comparison of clients shows of each, over ours: the names of two that
// no registry has are given to it, with their options translated. See
// docs/migrating.md.
import { WebSocketReconnect } from 'websocket-reconnect';
import ReconnectingWebSocket from 'websocket-reconnect/reconnecting-websocket';
import WebsocketHeartbeatJs from 'websocket-reconnect/websocket-heartbeat-js';

const BestWebSocket = (url, { maxReconnectionDelay, maxReconnectAttempts }) =>
  new WebSocketReconnect(url, [], { baseDelay: Math.min(1000, maxReconnectionDelay), maxDelay: maxReconnectionDelay, maxRetries: maxReconnectAttempts, circuitBreaker: false });

const EasyWebSocket = WebSocketReconnect;

const WebSocketHeartbeat = (url, { heartbeatMessage, heartbeatTimeout, reconnectInterval }) => {
  const { ws } = new WebsocketHeartbeatJs({ url, pingMsg: heartbeatMessage, pongTimeout: heartbeatTimeout, reconnectTimeout: reconnectInterval });
  return Object.assign(ws, { sendPong: () => ws.send('pong') });
};

const examples = {
  reconnecting(url) {
    const ws = new ReconnectingWebSocket(url, {
      connectionTimeout: 4000,
      maxReconnectionDelay: 30000, // 30秒最大延迟
      maxRetries: 10, // 最多重连10次
    });

    ws.addEventListener('open', () => console.log('Connected'));
    ws.addEventListener('message', (data) => console.log('Received:', data));
    return ws;
  },
  heartbeat(url) {
    const ws = WebSocketHeartbeat(url, {
      heartbeatMessage: 'heartbeat',
      heartbeatTimeout: 15000, // 15秒无响应则断开
      reconnectInterval: 30000, // 30秒检查间隔
      reconnectIfNotOpen: true, // 连接关闭时重连
    });

    ws.addEventListener('message', (data) => {
      console.log('Message received:', data);
      ws.sendPong(); // 自动响应 pong
    });
    return ws;
  },
  best(url) {
    const ws = BestWebSocket(url, {
      maxReconnectionDelay: 1000, // 1秒初始延迟
      maxReconnectAttempts: 10, // 最大重连次数
    });

    ws.addEventListener('open', () => console.log('Connected'));
    ws.addEventListener('message', (data) => console.log('Received:', data));
    return ws;
  },
  easy(url) {
    const ws = new EasyWebSocket(url);

    ws.on('open', () => {
      console.log('Connected');
    });
    ws.on('message', (data) => {
      console.log('Message:', data);
    });
    ws.on('close', () => {
      console.log('Disconnected');
    });
    return ws;
  },
};

console.log = (what, event) => record(what, ...(event ? [event.data] : []));
window.examples = examples;

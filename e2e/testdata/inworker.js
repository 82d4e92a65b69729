/** A Worker of the user's: the first message is an address to stay connected to, and each other one is answered. */
let ws;
globalThis.onmessage = ({ data }) => {
  if (ws) return postMessage(['answer', data]);
  ws = new WebSocketReconnect({ url: data, baseDelay: 10, maxDelay: 50, minUptime: 0, diagnose: false });
  ws.on('open', () => postMessage(['open']));
  ws.on('error', ({ code }) => postMessage(['error', code]));
  void ws.connect();
};

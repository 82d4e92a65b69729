import { WebSocketServer } from 'ws';
import { closeAll, httpServer, serve } from './serve.mjs';

// As much of SignalR's JSON hub protocol as its client needs, without negotiation.
const END = '\x1e';
const server = httpServer();
const wss = new WebSocketServer({ server });
wss.on('connection', (socket) => {
  const send = (to, message) => to.send(JSON.stringify(message) + END);
  socket.on('error', () => {});
  socket.on('message', (data) => {
    for (const part of String(data).split(END).filter(Boolean)) {
      const { protocol, type, invocationId, arguments: args } = JSON.parse(part);
      if (protocol) send(socket, {});
      if (type !== 1) continue;
      wss.clients.forEach((client) => send(client, { type: 1, target: 'message', arguments: args }));
      send(socket, { type: 3, invocationId, result: null });
    }
  });
});
serve(server, closeAll(wss));

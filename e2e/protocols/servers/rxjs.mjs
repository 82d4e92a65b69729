import { WebSocketServer } from 'ws';
import { closeAll, httpServer, serve } from './serve.mjs';

// The subject's own protocol: JSON. What one says, all hear.
const server = httpServer();
const wss = new WebSocketServer({ server });
wss.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => wss.clients.forEach((client) => client.send(String(data))));
  socket.send('"ready"');
});
serve(server, closeAll(wss));

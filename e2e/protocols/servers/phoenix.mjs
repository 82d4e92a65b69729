import { WebSocketServer } from 'ws';
import { closeAll, httpServer, serve } from './serve.mjs';

// As much of Phoenix's channels, version 2 of its messages, as a client needs.
const server = httpServer();
const wss = new WebSocketServer({ server });
wss.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const [join, ref, topic, event, payload] = JSON.parse(data);
    socket.send(JSON.stringify([join, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
    if (event === 'publish') wss.clients.forEach((client) => client.send(JSON.stringify([null, null, topic, 'message', payload])));
  });
});
serve(server, closeAll(wss));

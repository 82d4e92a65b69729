import { Server } from 'socket.io';
import { httpServer, serve } from './serve.mjs';

const server = httpServer();
const io = new Server(server, { cors: { origin: '*' } });
io.on('connection', (socket) => {
  socket.on('publish', (text) => io.emit('message', text));
  socket.emit('ready');
});
// As a restart does: the transports close, and clients may come back.
serve(server, () => io.sockets.sockets.forEach((socket) => socket.conn.close()));

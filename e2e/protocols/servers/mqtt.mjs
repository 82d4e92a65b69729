import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { closeAll, httpServer, serve } from './serve.mjs';

const broker = await Aedes.createBroker();
const server = httpServer();
const wss = new WebSocketServer({ server, handleProtocols: (offered) => offered.has('mqtt') && 'mqtt' });
wss.on('connection', (socket, request) => {
  const stream = createWebSocketStream(socket);
  stream.on('error', () => {}); // broken connections are what this is about
  broker.handle(stream, request);
});
serve(server, closeAll(wss));

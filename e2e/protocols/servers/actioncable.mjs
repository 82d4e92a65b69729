import { WebSocketServer } from 'ws';
import { closeAll, httpServer, serve } from './serve.mjs';

// As much of Action Cable as its client needs.
const server = httpServer();
const wss = new WebSocketServer({ server, handleProtocols: (offered) => offered.has('actioncable-v1-json') && 'actioncable-v1-json' });
wss.on('connection', (socket) => {
  const send = (message) => socket.send(JSON.stringify(message));
  socket.on('error', () => {});
  socket.on('message', (text) => {
    const { command, identifier, data } = JSON.parse(text);
    if (command === 'subscribe') send({ type: 'confirm_subscription', identifier });
    if (command === 'message') wss.clients.forEach((client) => client.send(JSON.stringify({ identifier, message: JSON.parse(data) })));
  });
  send({ type: 'welcome' });
});
serve(server, closeAll(wss));

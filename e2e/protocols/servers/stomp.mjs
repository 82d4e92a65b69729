import StompServer from 'stomp-broker-js';
import { httpServer, serve } from './serve.mjs';

const server = httpServer();
const broker = new StompServer({ server, path: '/stomp', heartbeat: [0, 0] });
// The broker sends nobody their own messages: an app behind it does.
broker.subscribe('/in', (body) => broker.send('/messages', {}, body));
serve(server, () => broker.socket.clients.forEach((socket) => socket.close(1012, 'restart')));

import { WebSocket as Transport } from 'engine.io-client';
import { io } from 'socket.io-client';

export function start(url, WebSocket, note) {
  class Ours extends Transport {
    createSocket(address) {
      return new WebSocket(address);
    }
  }
  const socket = io(url, { transports: [Ours], reconnectionDelay: 50, reconnectionDelayMax: 200 });
  socket.on('ready', () => note('ready'));
  socket.on('message', (text) => note('got', text));
  return {
    publish: (text) => socket.emit('publish', text),
    stop: () => socket.disconnect(),
  };
}

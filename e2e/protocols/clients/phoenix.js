import { Socket } from 'phoenix';

export function start(url, transport, note) {
  const socket = new Socket(url, { transport, reconnectAfterMs: () => 50, rejoinAfterMs: () => 50 });
  socket.connect();
  const channel = socket.channel('room:1');
  channel.on('message', ({ text }) => note('got', text));
  channel.join().receive('ok', () => note('ready')).receive('error', () => note('error', 'join'));
  return {
    publish: (text) => new Promise((resolve) => channel.push('publish', { text }).receive('ok', resolve)),
    stop: () => socket.disconnect(),
  };
}

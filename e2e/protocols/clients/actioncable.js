import { adapters, ConnectionMonitor, createConsumer } from '@rails/actioncable';

export function start(url, WebSocket, note) {
  adapters.WebSocket = WebSocket;
  ConnectionMonitor.staleThreshold = 0.5; // it looks after its connection that often, in seconds
  const consumer = createConsumer(url);
  const channel = consumer.subscriptions.create('Room', { connected: () => note('ready'), received: ({ text }) => note('got', text) });
  return { publish: (text) => void channel.send({ text }), stop: () => consumer.disconnect() };
}

import { Client } from '@stomp/stompjs';

export function start(url, WebSocket, note) {
  const client = new Client({
    webSocketFactory: () => new WebSocket(url, ['v12.stomp', 'v11.stomp', 'v10.stomp']),
    reconnectDelay: 50,
    heartbeatIncoming: 0,
    heartbeatOutgoing: 0,
    onConnect: () => {
      // The broker answers in order: what it echoes first says that the subscription stands.
      const hello = 'hello ' + Math.random();
      client.subscribe('/messages', ({ body }) => (body === hello ? note('ready') : body.startsWith('hello') || note('got', body)));
      client.publish({ destination: '/in', body: hello });
    },
    onStompError: (frame) => note('error', frame.body),
  });
  client.activate();
  return {
    publish: (body) => client.publish({ destination: '/in', body }),
    stop: () => client.deactivate(),
  };
}

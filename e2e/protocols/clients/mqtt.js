import mqtt from 'mqtt';

export function start(url, WebSocket, note) {
  const client = mqtt.connect(url, { createWebsocket: (address, protocols) => new WebSocket(address, protocols), reconnectPeriod: 50, queueQoSZero: false });
  client.on('connect', () => client.subscribe('messages', { qos: 1 }, (error) => (error ? note('error', String(error)) : note('ready'))));
  client.on('message', (_, payload) => note('got', payload.toString()));
  return {
    publish: (text) => client.publishAsync('messages', text, { qos: 1 }),
    stop: () => client.end(),
  };
}

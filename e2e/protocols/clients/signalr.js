import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';

export function start(url, WebSocket, note) {
  const hub = new HubConnectionBuilder()
    .withUrl(url, { skipNegotiation: true, transport: HttpTransportType.WebSockets, WebSocket })
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 50 })
    .configureLogging(LogLevel.None)
    .build();
  hub.on('message', (text) => note('got', text));
  hub.onreconnected(() => note('ready'));
  void hub.start().then(() => note('ready'));
  return { publish: (text) => hub.invoke('publish', text), stop: () => hub.stop() };
}

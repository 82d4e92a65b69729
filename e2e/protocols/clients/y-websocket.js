import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

export function start(url, WebSocketPolyfill, note) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(url, 'room', doc, { WebSocketPolyfill, maxBackoffTime: 100, disableBc: true });
  provider.on('sync', (synced) => synced && note('ready'));
  doc.getArray('out').observe(({ changes }) => {
    for (const { insert } of changes.delta) for (const text of insert ?? []) note('got', text);
  });
  return { publish: (text) => doc.getArray('in').push([text]), stop: () => provider.destroy() };
}

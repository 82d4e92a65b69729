// How each implementation is used, as its own documentation shows it, for the
// same things: open a socket, listen, send. A page loads one of them only.
'use strict';

const listenNatively = (socket, type, listener) => socket.addEventListener(type, listener);

const ours = (make, placement) => ({
  script: '/dist/websocket-reconnect.js',
  prepare: placement && (() => WebSocketReconnect.configure({ placement })),
  make,
  listen: listenNatively,
});

const fromOptions = (url, retry) => {
  const socket = new WebSocketReconnect({ url, ...(retry && { baseDelay: retry, jitter: 0 }) });
  socket.binaryType = 'arraybuffer';
  socket.connect();
  return socket;
};

const binary = (socket) => ((socket.binaryType = 'arraybuffer'), socket);

/** What a page without a library would do, for the rows that need a reconnect or a heartbeat. */
class HandMade extends EventTarget {
  constructor(url, retry) {
    super();
    const dial = () => {
      this.socket = binary(new WebSocket(url));
      this.socket.onopen = () => this.dispatchEvent(new Event('open'));
      this.socket.onclose = () => {
        this.dispatchEvent(new Event('close'));
        setTimeout(dial, retry ?? 1000);
      };
    };
    dial();
  }
}

const adapters = {
  native: { make: (url, retry) => (retry === undefined ? binary(new WebSocket(url)) : new HandMade(url, retry || 1000)), listen: listenNatively },
  'reconnecting-websocket': {
    script: '/rival/reconnecting-websocket.js',
    make: (url, retry) => binary(new Rival(url, [], retry ? { minReconnectionDelay: retry, maxReconnectionDelay: retry } : {})),
    listen: listenNatively,
  },
  partysocket: {
    script: '/rival/partysocket.js',
    make: (url, retry) => binary(new Rival(url, [], retry ? { minReconnectionDelay: retry, maxReconnectionDelay: retry } : {})),
    listen: listenNatively,
  },
  'websocket-ts': {
    script: '/rival/websocket-ts.js',
    make: (url, retry) => binary(new Rival.WebsocketBuilder(url).withBackoff(new Rival.ConstantBackoff(retry || 1000)).build()),
    listen: (socket, type, listener) => socket.addEventListener(type, (_, event) => listener(event)),
  },
  'ours-worker': ours(fromOptions),
  'ours-page': ours(fromOptions, 'page'),
  'ours-dropin': ours((url, retry) => binary(retry ? new WebSocketReconnect(url, [], { baseDelay: retry, jitter: 0 }) : new WebSocketReconnect(url))),
};
adapters['ours-early'] = { ...adapters['ours-worker'], make: () => fromOptions(early) };
adapters['partysocket-padded'] = adapters.partysocket;
adapters['native-floor'] = adapters.control = adapters.native;

// The work of one frame, which holds one implementation. All functions answer
// with milliseconds and with what was counted, for the harness to check.
'use strict';

const url = new URL('/ws', location.href.replace(/^http/, 'ws')).href;
const implementation = new URLSearchParams(location.search).get('impl');
const adapter = adapters[implementation];
const sockets = [];
let socket;
/** Takes each message's event; every job sets its own. */
let receive = () => {};

function opened(made) {
  return new Promise((resolve) => adapter.listen(made, 'open', resolve));
}

function payload(kind, size) {
  return kind === 'text' ? 'x'.repeat(size) : new Uint8Array(size).fill(120).buffer;
}

const connected = (client) => (client.connect(), client);
const lengthOf = (data) => (typeof data === 'string' ? data.length : data.byteLength);

const work = {
  /** Opens the socket of the message jobs. */
  async open() {
    adapter.prepare?.();
    socket = adapter.make(url);
    adapter.listen(socket, 'message', (event) => receive(event));
    await opened(socket);
    await coreIsReady(implementation);
  },

  /** Receives `count` messages as fast as the server can send. */
  receive(kind, size, count) {
    return new Promise((resolve) => {
      let messages = 0;
      let bytes = 0;
      let start;
      receive = ({ data }) => {
        const length = lengthOf(data);
        if (length !== size) return; // a heartbeat
        bytes += length;
        if (++messages === 1) start = performance.now(); // what asking took does not count
        else if (messages === count) resolve({ ms: performance.now() - start, messages, bytes });
      };
      socket.send(`!feed ${kind} ${size} ${count}`);
    });
  },

  /**
   * Has the native socket dispatch messages: what there is between it and the
   * listener, and the making of an event, without the network.
   */
  deliver(kind, size, count) {
    let messages = 0;
    let bytes = 0;
    receive = ({ data }) => {
      messages++;
      bytes += lengthOf(data);
    };
    const data = payload(kind, size);
    const start = performance.now();
    for (let i = 0; i < count; i++) nativeSocket.dispatchEvent(new MessageEvent('message', { data }));
    return { ms: performance.now() - start, messages, bytes };
  },

  /** Sends into a socket that takes everything at once: what there is between the call and the native one. */
  handOver(kind, size, count) {
    let messages = 0;
    let bytes = 0;
    const data = payload(kind, size);
    nativeSocket.send = (sent) => {
      messages++;
      bytes += lengthOf(sent);
    };
    const start = performance.now();
    for (let i = 0; i < count; i++) socket.send(data);
    const ms = performance.now() - start;
    delete nativeSocket.send; // its own again
    return { ms, messages, bytes };
  },

  /** Sends `count` messages; done when the server says that it has them. callMs: what the calls took. */
  send(kind, size, count) {
    return new Promise((resolve) => {
      const data = payload(kind, size);
      receive = (event) => {
        const [word, messages, bytes] = String(event.data).split(' ');
        if (word === '!sunk') resolve({ ms: performance.now() - start, callMs, messages: +messages, bytes: +bytes });
      };
      socket.send(`!sink ${count} ${size}`);
      const start = performance.now();
      for (let i = 0; i < count; i++) socket.send(data);
      const callMs = performance.now() - start;
    });
  },

  /** Sends the next message when the one before has come back. */
  echo(kind, size, count) {
    return new Promise((resolve) => {
      const data = payload(kind, size);
      let messages = 0;
      let bytes = 0;
      receive = (event) => {
        const length = lengthOf(event.data);
        if (length !== size) return;
        bytes += length;
        if (++messages === count) resolve({ ms: performance.now() - start, messages, bytes });
        else socket.send(data);
      };
      const start = performance.now();
      socket.send(data);
    });
  },

  /** Opens so many sockets more. */
  async more(count) {
    adapter.prepare?.();
    const start = performance.now();
    const opening = [];
    for (let i = 0; i < count; i++) {
      const made = adapter.make(url);
      adapter.listen(made, 'message', (event) => made.echoed?.(event));
      sockets.push(made);
      opening.push(opened(made));
    }
    await Promise.all(opening);
    const ms = performance.now() - start;
    await coreIsReady(implementation);
    return { ms, messages: sockets.length, bytes: 0 };
  },

  /** Opens so many sockets that send a heartbeat every `interval` ms, by themselves or by hand. */
  async beat(count, interval) {
    adapter.prepare?.();
    const opening = [];
    for (let i = 0; i < count; i++) {
      const made = implementation.startsWith('ours') ? connected(new WebSocketReconnect({ url, heartbeatInterval: interval })) : adapter.make(url);
      sockets.push(made);
      opening.push(opened(made));
    }
    await Promise.all(opening);
    await coreIsReady(implementation);
    if (!implementation.startsWith('ours')) {
      // As it is written by hand: a timer and a deadline for each.
      for (const made of sockets) {
        let deadline;
        setInterval(() => {
          made.send('{"type":"ping"}');
          deadline = setTimeout(() => made.close(), 5000);
        }, interval);
        adapter.listen(made, 'message', () => clearTimeout(deadline));
      }
    }
    return { ms: 0, messages: count, bytes: 0 };
  },

  /** Asks each of the sockets for one echo. */
  async echoAll() {
    const start = performance.now();
    let bytes = 0;
    await Promise.all(
      sockets.map(
        (each) =>
          new Promise((resolve) => {
            each.echoed = ({ data }) => {
              bytes += lengthOf(data);
              resolve();
            };
            each.send('x'.repeat(100));
          }),
      ),
    );
    return { ms: performance.now() - start, messages: sockets.length, bytes };
  },

  /** Loses the connection, and waits until there is one again. `retry`: the delay asked for, 0 the implementation's own. */
  async recover(retry) {
    adapter.prepare?.();
    const made = adapter.make(url, retry);
    await opened(made);
    await coreIsReady(implementation);
    const lost = new Promise((resolve) => adapter.listen(made, 'close', resolve));
    const again = opened(made);
    (made.socket ?? made).send('!drop');
    await lost;
    const start = performance.now();
    await again;
    return { ms: performance.now() - start, messages: 2, bytes: 0 };
  },
};

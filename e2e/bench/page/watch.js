// Watches our core from outside, before any of our code is loaded: when it is
// ready, and how often the page and it call each other.
'use strict';

const watched = { toCore: 0, toPage: 0, intoWasm: 0, workers: 0 };
let coreReady;
const coreAnswered = new Promise((resolve) => (coreReady = resolve));

/** Resolves once our core has answered; at once for others, which have none. */
const coreIsReady = (implementation) => (implementation.startsWith('ours') ? coreAnswered : undefined);

globalThis.Worker = class extends Worker {
  constructor(...args) {
    super(...args);
    watched.workers++;
    this.addEventListener('message', ({ data }) => {
      watched.toPage++;
      if (data instanceof Float64Array) coreReady();
    });
  }
  postMessage(...args) {
    watched.toCore++;
    super.postMessage(...args);
  }
};

// The module on the page hands its entry to whoever holds this slot.
Object.defineProperty(globalThis, '__websocketReconnectReady', {
  configurable: true,
  get: () => undefined,
  set(take) {
    Object.defineProperty(globalThis, '__websocketReconnectReady', {
      configurable: true,
      writable: true,
      value: (hash, step) =>
        take(hash, (batch) => {
          watched.intoWasm++;
          queueMicrotask(coreReady);
          return step(batch);
        }),
    });
  },
});

/** The newest native socket, whoever has made it. */
let nativeSocket;
{
  const Native = WebSocket;
  globalThis.WebSocket = Object.assign(
    function (...args) {
      return (nativeSocket = args[1] === undefined ? new Native(args[0]) : new Native(...args));
    },
    { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 },
  );
  globalThis.WebSocket.prototype = Native.prototype;
}

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

// Go's loader enters the module on the page by its export `resume`, each time.
{
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    const exports = {
      ...instance.exports,
      resume() {
        watched.intoWasm++;
        queueMicrotask(coreReady);
        instance.exports.resume();
      },
    };
    return Object.create(WebAssembly.Instance.prototype, { exports: { value: exports } });
  };
}

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

// Workers whose garbage can be collected: the protocol's own command reaches the
// page only. As the script of a Worker it listens for the word and goes on with
// the script that was asked for.
'use strict';

if (globalThis.WorkerGlobalScope) {
  addEventListener('message', (event) => {
    if (event.data !== 'collect garbage') return;
    event.stopImmediatePropagation();
    gc();
    postMessage('garbage collected');
  });
  importScripts(new URLSearchParams(location.search).get('script'));
} else {
  const workers = [];
  globalThis.Worker = class extends Worker {
    constructor(script, options) {
      super('/page/collector.js?' + new URLSearchParams({ script }), options);
      this.collected = () => {};
      this.addEventListener('message', (event) => {
        if (event.data !== 'garbage collected') return;
        event.stopImmediatePropagation();
        this.collected();
      });
      workers.push(this);
    }
  };
  globalThis.collectInWorkers = () =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve) => {
            worker.collected = resolve;
            worker.postMessage('collect garbage');
          }),
      ),
    );
}

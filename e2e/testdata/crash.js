/** Makes cores die, wherever they are. trap.js comes before it. */
/** The Worker whose core is at work, if it is in one. */
let worker;
/** How many cores have been at work so far, and where. */
var cores = 0;
var starts = { worker: 0, page: 0 };

function began(where) {
  worker = where;
  cores++;
  starts[where ? 'worker' : 'page']++;
}

/** How many Workers to come have a script that cannot be loaded, as when the network fails. */
var spoiled = 0;

globalThis.Worker = class extends Worker {
  constructor(core, options) {
    super(spoiled > 0 ? 'nowhere.js' : 'trapworker.js?' + new URLSearchParams({ core }), options);
    spoiled--;
    this.addEventListener('message', ({ data }) => data === 'ready' && began(this));
  }

  terminate() {
    super.terminate();
    if (worker === this) worker = undefined; // one that was not taken, after all: the page's goes on
  }
};
{
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    began();
    return instance;
  };
}

/** The module itself stops. */
function trapCore() {
  if (worker) worker.postMessage('trap');
  else broken = cores > 0;
  dispatchEvent(new Event('online')); // something to tell the core
}

/** The core panics, by a batch that the contract does not know. On the page nobody but ours can give it one. */
function crashCore() {
  if (worker) worker.postMessage(Float64Array.of(99, 99));
  else trapCore();
}

/** The Worker ends, and says nothing. On the page there is none. */
function terminateWorker() {
  if (worker) worker.terminate();
  else trapCore();
}

/** From now on, timers of the page that are set for so many milliseconds run out after `to`. */
function hasten(ms, to) {
  const { setTimeout: set } = globalThis;
  globalThis.setTimeout = (what, delay, ...args) => set(what, delay === ms ? to : delay, ...args);
}

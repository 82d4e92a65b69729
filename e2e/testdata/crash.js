/** Makes cores die. trap.js comes before it. */
/** The Worker whose core is at work. */
let worker;
/** How many cores have been at work so far. */
var cores = 0;
globalThis.Worker = class extends Worker {
  constructor(core, options) {
    super('trapworker.js?' + new URLSearchParams({ core }), options);
    this.addEventListener('message', ({ data }) => {
      if (data !== 'ready') return;
      worker = this;
      cores++;
    });
  }
};
if (placement === 'page') {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    cores++;
    return instance;
  };
}

/** The module itself stops. */
function trapCore() {
  worker?.postMessage('trap');
  broken = placement === 'page';
  dispatchEvent(new Event('online')); // something to tell the core
}

/** The core panics, by a batch that the contract does not know. On the page nobody but ours can give it one. */
function crashCore() {
  if (placement === 'page') trapCore();
  else worker?.postMessage(Float64Array.of(99, 99));
}

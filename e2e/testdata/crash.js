/** Makes cores die. */
// In a Worker the core gets a batch that makes it panic. On the page the module
// itself stops, as it does when memory is refused.
let worker;
let broken = false;
globalThis.Worker = class extends Worker {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', ({ data }) => {
      if (data === 'ready') worker = this;
    });
  }
};
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (module, imports) => {
  const instance = await instantiate(module, imports);
  const resume = () => {
    if (!broken) return instance.exports.resume();
    broken = false;
    throw new WebAssembly.RuntimeError('unreachable');
  };
  return Object.defineProperty(Object.create(instance), 'exports', { value: { ...instance.exports, resume } });
};
function crashCore() {
  if (placement === 'worker' && !worker) return;
  if (placement === 'worker') worker.postMessage(Float64Array.of(99, 99));
  else {
    broken = true;
    dispatchEvent(new Event('online')); // something to tell the core
  }
}

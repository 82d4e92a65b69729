// Runs the simulator, core/fleet, beside the page: see core/fleet/cmd/module.
importScripts('/fleet/wasm_exec.js');

const go = new Go();
const ready = (async () => {
  const response = await fetch('/fleet/fleet.wasm');
  if (!response.ok) throw new Error(`fleet.wasm: HTTP status ${response.status}; make run builds it`);
  const { instance } = await WebAssembly.instantiateStreaming(response, go.importObject);
  void go.run(instance);
})();

let told = 0;

/** Progress is told ten times a second. */
function progress(policy, place, of, share) {
  if (performance.now() - told < 100) return;
  told = performance.now();
  postMessage({ progress: { policy, place, of, share } });
}

onmessage = async ({ data }) => {
  try {
    await ready;
    const report = simulateFleet(JSON.stringify(data), progress);
    postMessage(typeof report === 'string' ? { report } : report);
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};

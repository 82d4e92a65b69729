/**
 * websocket-reconnect.core.js: all that the first connection can do without.
 * wasm_exec.js stands in front of it. As the script of a Worker it runs a core;
 * loaded by a page it leaves a function that makes the page's Link to one.
 */
import { HASH } from './contract.gen';
import { start, type RunningCore } from './host';
import type { Line } from './line';
import { Link, type LinkConfig } from './link';
import { WORKER } from './workercore';

declare const __LINK__: string;

const scope = globalThis as any;
if (typeof scope.WorkerGlobalScope === 'function' && scope instanceof scope.WorkerGlobalScope && scope.name === WORKER) { // not the user's own
  // The first message is the wasm's address, with the page's contract at its end; then batches, an empty one to ask whether anybody is there, and clients whose run is asked for.
  let core: RunningCore | undefined;
  scope.onmessage = ({ data }: MessageEvent<string | Float64Array | number>) => {
    if (typeof data === 'number') return scope.postMessage(core!.run(data));
    if (typeof data !== 'string') return core ? core.take(data) : scope.postMessage('starting');
    // It may have been replaced since the page was loaded: each would take the other's messages for something else.
    if (!data.endsWith('#' + HASH)) return scope.postMessage({ dead: `the server has a websocket-reconnect.core.js of another version by now (contract ${HASH}); load the page anew` });
    start(data.slice(0, -1 - HASH.length), (message) => scope.postMessage(message)).then(
      (running) => {
        core = running;
        scope.postMessage('ready');
      },
      (error) => scope.postMessage({ dead: String(error?.message ?? error) }),
    );
  };
} else {
  scope[__LINK__] = (line: Line, config: LinkConfig) => {
    for (const key of ['coreUrl', 'wasmUrl'] as const) config[key] = new URL(config[key], line.script_()).href;
    return new Link(line, config);
  };
}

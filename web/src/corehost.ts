/**
 * websocket-reconnect.core.js: all that the first connection can do without.
 * wasm_exec.js stands in front of it. As the script of a Worker it runs a core;
 * loaded by a page it leaves a function that makes the page's Link to one.
 */
import { start, type RunningCore } from './host';
import type { Line } from './line';
import { Link, type LinkConfig } from './link';

const scope = globalThis as any;
if (typeof scope.WorkerGlobalScope === 'function' && scope instanceof scope.WorkerGlobalScope) {
  // The first message is the wasm's address; then batches, an empty one to ask whether anybody is there, and clients whose run is asked for.
  let core: RunningCore | undefined;
  scope.onmessage = ({ data }: MessageEvent<string | Float64Array | number>) => {
    if (typeof data === 'number') return scope.postMessage(core!.run(data));
    if (typeof data !== 'string') return core ? core.take(data) : scope.postMessage('starting');
    start(data, (message) => scope.postMessage(message)).then(
      (running) => {
        core = running;
        scope.postMessage('ready');
      },
      (error) => scope.postMessage({ dead: String(error?.message ?? error) }),
    );
  };
} else {
  scope.__wsrLink = (line: Line, config: LinkConfig) => new Link(line, config);
}

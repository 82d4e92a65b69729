import { HASH } from './contract.gen';
import type { Core, News } from './core';
import type { LinkConfig } from './link';
import { isForbidden } from './policy';
import type { Run } from './recorder';
import { Watchdog } from './watchdog';

/** By this name a Worker knows that it is to run a core. */
export const WORKER = 'websocket-reconnect';

/**
 * Starts a core in a Worker.
 *
 * @throws what the constructor of Worker throws: none can be had on this page.
 */
export function workerCore({ coreUrl, wasmUrl }: LinkConfig, tell: (news: News) => void): Core {
  const worker = new Worker(coreUrl, { name: WORKER });
  const asked: { resolve(run: Run): void; reject(why: Error): void }[] = [];
  let ready = false;
  const ask = () => worker.postMessage(new Float64Array());
  const watchdog = new Watchdog(
    ask,
    () => tell({ dead: `the worker has ${ready ? 'stopped' : 'not started'} without a word` }),
  );
  worker.onmessage = ({ data }) => {
    worker.onerror = (event) => tell({ dead: event.message || 'the worker failed' });
    if (data === 'starting') return watchdog.answered(0);
    if (data === 'ready') {
      ready = true;
      watchdog.answered(Infinity);
    } else if ('steps' in data) return asked.shift()?.resolve(data);
    else if (data instanceof Float64Array) watchdog.answered(data[1]!);
    tell(data);
  };
  // Before the first message: the script could not be loaded, or not run.
  worker.onerror = (event) => {
    event.preventDefault();
    tell({ refused: isForbidden(coreUrl) });
  };
  worker.postMessage(`${wasmUrl}#${HASH}`);
  watchdog.sent();
  return {
    inWorker_: true,
    send_: (batch) => {
      watchdog.sent();
      worker.postMessage(new Float64Array(batch));
    },
    ask_: (client) =>
      new Promise((resolve, reject) => {
        asked.push({ resolve, reject });
        worker.postMessage(client);
        watchdog.sent();
        ask(); // what answers, is alive
      }),
    stop_: () => {
      watchdog.stop();
      worker.terminate();
      for (const { reject } of asked) reject(new Error('the core was stopped; try again when another runs'));
    },
  };
}

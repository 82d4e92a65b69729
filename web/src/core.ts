import { start, type FromHost, type RunningCore } from './host';
import type { LinkConfig } from './link';
import type { Run } from './recorder';

/** What a core's owner hears of it; `refused`: no Worker could be had, and whether that will be so for as long as the page lives. */
export type News = 'ready' | FromHost | { refused: Promise<boolean> };

/** A core, in a Worker or on the page, from its start on. */
export interface Core {
  readonly inWorker_: boolean;
  /** Gives it a batch of messages. */
  send_(batch: number[]): void;
  /** Asks for what it has done for a client. */
  ask_(client: number): Promise<Run>;
  /** Ends it, also while it starts. */
  stop_(): void;
}

/** Starts a core on the page. */
export function pageCore({ wasmUrl }: LinkConfig, tell: (news: News) => void): Core {
  let core: RunningCore;
  const ended = new AbortController();
  start(wasmUrl, tell, ended.signal).then(
    (running) => {
      core = running;
      tell('ready');
    },
    (error) => tell({ dead: String(error?.message ?? error) }),
  );
  return {
    inWorker_: false,
    send_: (batch) => core.take(batch),
    ask_: async (client) => core.run(client),
    stop_: () => ended.abort(),
  };
}

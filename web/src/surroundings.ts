import { ToCore } from './contract.gen';
import type { Line } from './line';

type Source = Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | undefined;

/** Where news comes from that concerns every connection, and under which names. Node has none of it. */
const sources = (): [source: Source, types: string[]][] => [
  [typeof globalThis.addEventListener === 'function' ? globalThis : undefined, ['online', 'offline', 'pageshow']],
  [globalThis.document, ['visibilitychange', 'resume']],
  // The Network Information API: another network, though never offline between. Chromium has it.
  [connection, ['change']],
];

interface Connection extends EventTarget {
  /** Of network: wifi, cellular, … Not every Chromium tells. */
  readonly type?: string;
}

const connection = (globalThis.navigator as { connection?: Connection } | undefined)?.connection;
let network = connection?.type;

/** Whether the page has moved to another kind of network. Mere changes of speed do not count. */
function otherNetwork(): boolean {
  const before = network;
  network = connection?.type;
  return network !== before && globalThis.navigator.onLine;
}

/** What an event of the surroundings means to the core, if anything. */
function noticed(event: Event): ToCore | undefined {
  switch (event.type) {
    case 'online':
      return ToCore.Online;
    case 'offline':
      return ToCore.Offline;
    case 'change':
      return otherNetwork() ? ToCore.Online : undefined;
    case 'visibilitychange':
      return globalThis.document.hidden ? ToCore.Hidden : ToCore.Visible;
    case 'resume': // of a frozen page
      return ToCore.Wake;
    case 'pageshow': // out of the back/forward cache
      return (event as PageTransitionEvent).persisted ? ToCore.Wake : undefined;
  }
  return undefined;
}

/** Tells all clients' machines what the page's surroundings say. */
export class Surroundings {
  readonly #line: Line;
  #listening = false;

  constructor(line: Line) {
    this.#line = line;
  }

  readonly #notice = (event: Event): void => {
    const op = noticed(event);
    if (op !== undefined) this.#line.post_(op, 0);
  };

  listen_(on: boolean): void {
    if (this.#listening === on) return;
    this.#listening = on;
    for (const [source, types] of sources()) {
      for (const type of types) source?.[on ? 'addEventListener' : 'removeEventListener'](type, this.#notice);
    }
  }
}

import type { Connection } from './connection';
import { ToCore } from './contract.gen';
import { badInput } from './errors';
import type { Link } from './link';
import { check } from './options';

export type Placement = 'worker' | 'page';

/** Where the core's files are, beside the classic script where nobody says it, and where it runs. */
export const config = {
  coreUrl: 'websocket-reconnect.core.js',
  wasmUrl: 'websocket-reconnect.wasm',
  placement: 'worker' as Placement,
};

/** What `configure` takes. */
export interface Configuration {
  baseUrl?: string | URL;
  coreUrl?: string | URL;
  wasmUrl?: string | URL;
  placement?: Placement;
}

/** @throws {WebSocketReconnectError} BAD_INPUT, naming the setting. */
export function configure(given: Configuration): void {
  for (const [key, value] of Object.entries(given)) {
    const url = () => new URL(value, globalThis.location?.href).href;
    if (key === 'baseUrl') {
      const base = url().replace(/\/?$/, '/');
      config.coreUrl = base + 'websocket-reconnect.core.js';
      config.wasmUrl = base + 'websocket-reconnect.wasm';
    } else if (!(key in config)) throw badInput(`unknown option ${key}`);
    else if (key === 'placement') {
      check([key, 'e', , , ['worker', 'page']], value);
      config[key] = value;
    } else config[key as 'coreUrl'] = url();
  }
}

/** The global that the core's file of this very build leaves: see linkName in web/build/pack. */
declare const __LINK__: '__wsr';

/** How long a first dial may take until the core is loaded beside it, in milliseconds. */
const LOAD_DURING_DIAL = 2000;
/** A pause between failures to load the core: 1 s, doubled each time, at most this, in milliseconds. */
const LONGEST_PAUSE = 10_000;

/**
 * The page's line to the core. What happens is written down, with its time,
 * until a core takes it: then it is as if the core had been there. The other end
 * is a Link, which comes with websocket-reconnect.core.js.
 */
class Line {
  readonly clients_ = new Map<number, Connection>();
  /** The newest client's number. */
  lastId_ = 0;
  /** Messages that no core has got: [op, client, when, …arguments]. */
  log_: number[][] = [];
  /** The number of the message before the first of the log. */
  taken_ = 0;
  /** A core is there: what is posted goes to it at the end of this turn of the event loop. */
  ready_ = false;
  declare link_: Link | undefined;
  /** The address beside which the core's files are where nobody says it: that of the classic script, if this is one. */
  script_: () => string | undefined = () => globalThis.location?.href;

  #loading = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When it was to be first, which may be over: never later than was said once, however many clients come. */
  #at = Infinity;
  #later: ((link: Link) => void)[] = [];

  /** The number of the newest message. */
  get posted_(): number {
    return this.taken_ + this.log_.length;
  }

  /** Looks after a client. */
  join_(client: Connection): void {
    this.clients_.set(client.id_, client);
    if (this.link_) this.link_.joined_(client);
    else this.loadIn_(LOAD_DURING_DIAL);
  }

  leave_(client: Connection): void {
    this.post_(ToCore.Dispose, client.id_);
    this.clients_.delete(client.id_);
    this.link_?.left_(client);
    if (!this.clients_.size && !this.#later[0]) {
      clearTimeout(this.#timer); // nobody needs a core
      this.#at = Infinity;
    }
  }

  /** Tells the core something. A later answer acknowledges the message by its number, which is now posted_. */
  post_(op: ToCore, client: number, args: readonly number[] = []): void {
    this.log_.push([op, client, performance.now(), ...args]);
    this.link_?.posted_();
  }

  /** Does something that needs the link: now, or once it is loaded. */
  then_(what: (link: Link) => void): void {
    if (this.link_) return what(this.link_);
    this.#later.push(what);
    this.loadIn_(0);
  }

  /**
   * Loads the core, in so many milliseconds, or at once where somebody waits for
   * it. The first connection does not, and is not to share its bandwidth with it.
   */
  loadIn_(delay: number): void {
    const at = performance.now() + delay;
    if (this.link_ || this.#loading || at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(() => this.#load(), delay);
  }

  async #load(): Promise<void> {
    this.#loading = true;
    const scope = globalThis as { [__LINK__]?: (line: Line, settings: typeof config) => Link };
    try {
      const url = new URL(config.coreUrl, this.script_()).href + (this.#failures ? '#' + this.#failures : ''); // a failed import is remembered by its address
      if (!scope[__LINK__]) await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
      const make = scope[__LINK__];
      if (!make) throw 'wrong file at ' + url;
      this.link_ = make(this, config);
      this.#failures = 0;
      for (const what of this.#later.splice(0)) what(this.link_);
    } catch (error) {
      const pause = Math.min(2 ** this.#failures++ * 1000, LONGEST_PAUSE);
      if (this.clients_.size) this.#timer = setTimeout(() => this.#load(), pause);
      else this.#at = Infinity; // who comes asks anew
      for (const client of [...this.clients_.values()]) client.coreFailed_(String((error as Error)?.message ?? error));
    }
    this.#loading = false;
  }
}

export type { Line };
export const line = new Line();

/** Faults from page code, for users' tests. See web/types/chaos.d.ts. */
import type * as types from '../types/chaos';
import { Clock } from './chaos/clock';
import { dice } from './chaos/dice';
import { ChaosSocket } from './chaos/socket';
import { Trouble } from './chaos/trouble';

const FAULTS = ['drop', 'blackHole', 'slowDial', 'refuseDial', 'acceptThenClose'] as const;

let present: Chaos | undefined;

class Chaos implements types.Chaos {
  declare [Symbol.dispose]: () => void;
  readonly #native = globalThis.WebSocket;
  readonly #trouble = new Trouble();
  readonly #clock = new Clock();
  readonly #log: (what: string) => void;
  readonly #stops = new Set<() => void>();

  constructor({ match = () => true, log = () => {} }: types.ChaosOptions) {
    if (present) throw new Error('chaos() is in force already; restore() it first');
    if (typeof this.#native !== 'function') throw new Error('chaos() found no global WebSocket to stand in front of');
    this.#log = log;
    const native = this.#native as any;
    const trouble = this.#trouble;
    const proxy: typeof ChaosSocket = new Proxy(ChaosSocket, {
      construct(_, args: [string | URL, ...unknown[]], target) {
        const url = addressOf(args[0]);
        const derived = target !== proxy; // has our methods, whatever its address
        if (!/^wss?:[^#]*$/.test(url) || !(derived || match(url))) return new native(...args); // or throws, as that does
        return Reflect.construct(ChaosSocket, [match(url) ? trouble : new Trouble(), () => new native(...args), url], derived ? target : ChaosSocket);
      },
      get(socket, name) {
        if (name !== Symbol.hasInstance) return Reflect.get(socket, name);
        return function (this: unknown, it: unknown) {
          return this === proxy ? it instanceof socket || it instanceof native : Function.prototype[Symbol.hasInstance].call(this as Function, it);
        };
      },
    });
    globalThis.WebSocket = proxy as unknown as typeof WebSocket;
    present = this;
  }

  get connections(): number {
    return this.#trouble.sockets.size;
  }

  drop(): number {
    const dropped = this.#trouble.drop();
    this.#log(`drop ${dropped}`);
    return dropped;
  }

  blackHole(on: boolean | types.Direction): void {
    this.#log(`blackHole ${on}`);
    this.#trouble.blackHole(on === true ? 'both' : on);
  }

  slowDial(ms: number): void {
    this.#log(`slowDial ${ms}`);
    this.#trouble.slow(ms);
  }

  refuseDial(dials = 1): void {
    this.#log(`refuseDial ${dials}`);
    this.#trouble.refuse(dials);
  }

  acceptThenClose({ code = 1012, reason = '', connections = 1 }: Parameters<types.Chaos['acceptThenClose']>[0] = {}): void {
    this.#log(`acceptThenClose ${code} ${connections}`);
    this.#trouble.closeNext(connections, code, reason);
  }

  clockJump(ms: number): void {
    this.#log(`clockJump ${ms}`);
    this.#clock.jump(ms);
  }

  random({ seed = 1, every = 1000, faults = [...FAULTS] }: types.RandomOptions = {}): () => void {
    const roll = dice(seed);
    let timer: ReturnType<typeof setTimeout>;
    const next = (): void => {
      timer = setTimeout(() => {
        this.#strike(faults[Math.floor(roll() * faults.length)]!, roll(), every);
        next();
      }, 2 * roll() * every);
    };
    const stop = (): void => {
      clearTimeout(timer);
      this.#stops.delete(stop);
    };
    this.#log(`random, seed ${seed}`);
    this.#stops.add(stop);
    next();
    return stop;
  }

  /** One fault; `much` in [0, 1) says how bad it is. Dials are slowed so that some still succeed. */
  #strike(fault: (typeof FAULTS)[number], much: number, every: number): void {
    if (fault === 'blackHole') this.blackHole((['up', 'down', 'both'] as const)[Math.floor(much * 3)]!);
    else if (fault === 'slowDial') this.slowDial(Math.floor((much * every) / 2));
    else if (fault === 'refuseDial') this.refuseDial(Math.ceil(much * 3));
    else this[fault]();
  }

  calm(): void {
    this.#log('calm');
    for (const stop of this.#stops) stop();
    this.#trouble.calm();
  }

  restore(): void {
    if (present !== this) return;
    this.calm();
    present = undefined;
    globalThis.WebSocket = this.#native;
    this.#clock.restore();
  }

  static {
    if (Symbol.dispose) Object.defineProperty(this.prototype, Symbol.dispose, { value: this.prototype.restore, configurable: true, writable: true });
  }
}

/** The address as a socket shows it; what cannot be parsed is the native constructor's to refuse. */
function addressOf(url: string | URL): string {
  try {
    return new URL(url, globalThis.location?.href).href.replace(/^http/, 'ws');
  } catch {
    return String(url);
  }
}

export const chaos: typeof types.chaos = (options = {}) => new Chaos(options);

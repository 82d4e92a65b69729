import type { WebSocketReconnect } from '../../types/websocket-reconnect';
import type * as types from '../../types/react';
import { Schedule, SCHEDULED } from '../parts/schedule';

/** Errors that the WHATWG class has no event for: close follows and says it all. */
export const QUIET: readonly string[] = ['CONNECTION_LOST', 'CLOSED_BY_SERVER', 'CLOSED_BY_POLICY'];

/** A hook that has a say in whether its connection is made again. */
interface Voter {
  readonly options: types.Options;
  readonly ask: (() => Promise<string>) | undefined;
}

const votings = new WeakMap<WebSocketReconnect, Voting>();

/** When a hook's options have its connection made again. */
export class Policy {
  readonly #options: types.Options;

  constructor(options: types.Options) {
    this.#options = options;
  }

  get attempts(): number {
    return this.#options.reconnectAttempts ?? 20;
  }

  /** The delay before the retry after so many. */
  delay(attempt: number): number {
    const { reconnectInterval: interval = 5000 } = this.#options;
    return typeof interval === 'function' ? interval(attempt) : interval;
  }

  get clientOptions(): object {
    const { reconnectInterval: interval } = this.#options;
    if (typeof interval === 'function') return SCHEDULED;
    return { maxRetries: this.attempts, ...(interval !== undefined && { baseDelay: interval, maxDelay: interval, circuitBreaker: false }) };
  }

  wants(event: CloseEvent, failed: boolean): boolean {
    const { shouldReconnect, retryOnError } = this.#options;
    if (!shouldReconnect && retryOnError === undefined) return true;
    return !!shouldReconnect?.(event) || (!!retryOnError && failed);
  }

  /** What the hooks of a connection have to say together. */
  static voting(ws: WebSocketReconnect): Voting | undefined {
    return votings.get(ws);
  }

  /** Gives a hook its say. Returns what takes it away. */
  static of(ws: WebSocketReconnect, voter: Voter): () => void {
    let voting = votings.get(ws);
    if (!voting) votings.set(ws, (voting = new Voting(ws)));
    return voting.join(voter);
  }
}

/** The hooks of one connection, which decide together whether it is made again. */
class Voting {
  readonly #ws: WebSocketReconnect;
  readonly #voters = new Set<Voter>();
  readonly #schedule: Schedule;
  #failed = false;
  /** The end after which nobody wanted another connection, until somebody connects it all the same: what is told meanwhile is our own close(). */
  end: CloseEvent | undefined;

  constructor(ws: WebSocketReconnect) {
    this.#ws = ws;
    ws.on('error', ({ code }) => (this.#failed ||= !QUIET.includes(code)));
    ws.on('close', (event) => this.#vote(event));
    ws.on('stateChange', () => ws.readyState < 2 && (this.end = undefined));
    this.#schedule = new Schedule(ws, (retries) => this.#delay(retries), (retries) => this.#gaveUp(retries), () => this.newest?.options.client?.minUptime);
  }

  /** The connection waits for a retry at a time of the hooks' own: it has given up, meanwhile. */
  get pending(): boolean {
    return this.#schedule.pending;
  }

  /** Who asked for the connection last: the address is theirs to give. */
  get newest(): Voter | undefined {
    return [...this.#voters].at(-1);
  }

  join(voter: Voter): () => void {
    this.#voters.add(voter);
    return () => {
      this.#voters.delete(voter);
      if (!this.#voters.size) this.#schedule.cancel();
    };
  }

  #vote(event: CloseEvent): void {
    if (this.end) return;
    const failed = this.#failed;
    this.#failed = false;
    const all = [...this.#voters];
    if (!all.length || all.map(({ options }) => new Policy(options).wants(event, failed)).includes(true)) return;
    this.end = event;
    this.#ws.close();
  }

  /** The delay that the first to have a schedule of its own asks for; where whoever made the connection had one and has left, the first of all. */
  #delay(retries: number): number | undefined {
    const voters = [...this.#voters];
    const first = voters.find(({ options }) => typeof options.reconnectInterval === 'function') ?? (this.#ws.getStats().maxRetries ? undefined : voters[0]); // as SCHEDULED has it
    const policy = first && new Policy(first.options);
    return policy && !this.end && retries < policy.attempts ? policy.delay(retries) : undefined;
  }

  #gaveUp(retries: number): void {
    if (this.end) return;
    for (const { options } of this.#voters) options.onReconnectStop?.(retries);
  }
}

// A client that is told everything by a core that the test plays, in a Worker,
// and what it dispatches.
import { WebSocketReconnect } from '../src/client';
import { ToPage } from '../src/contract.gen';
import { line } from '../src/line';
import { clock, turn, until } from './clock';
import { FakeSocket } from './fakesocket';
import { FakeWorker, type Told } from './fakeworker';
import { state } from './played';

export const url = 'ws://host/';

/** A client, its number on the line, and what it dispatches. */
export class Subject {
  static all: Subject[] = [];
  readonly log: unknown[][] = [];
  readonly id: number;
  readonly ws: WebSocketReconnect;

  constructor(options: object = {}) {
    this.ws = new WebSocketReconnect({ url, heartbeatInterval: 1000, diagnose: false, ...options });
    for (const type of ['stateChange', 'circuitChange', 'retry', 'failed'] as const) this.ws.on(type, (payload) => this.log.push([type, payload]));
    this.ws.on('open', () => this.log.push(['open']));
    this.ws.on('drop', ({ reason, data }) => this.log.push(['drop', reason, data]));
    this.ws.on('error', ({ code }) => this.log.push(['error', code]));
    this.ws.on('close', ({ code, reason, wasClean, requestedCode }) => this.log.push(['close', code, reason, wasClean, ...(requestedCode ? [requestedCode] : [])]));
    this.id = line.lastId_;
    Subject.all.push(this);
  }

  static disposeAll(): void {
    for (const { ws } of Subject.all.splice(0)) ws.dispose();
  }

  /** What was dispatched since the last look. */
  heard(): unknown[][] {
    return this.log.splice(0);
  }

  /** Answers about this client: actions as [op, …arguments]. */
  answer(actions: number[][], told?: Told, taken?: number): void {
    FakeWorker.last.answer(actions.map(([op, ...args]) => [op!, this.id, ...args]), told && { [this.id]: told }, taken);
  }
}

/** The messages that the core got, as [op, …arguments]. */
export const got = () => FakeWorker.last.got().map(({ op, args }) => [op, ...args]);

/** Waits for the next batch that the page sends. */
export async function answered(): Promise<void> {
  const { last, last: { batches } } = FakeWorker;
  await until(() => last.batches > batches, 'an answer');
}

/** A client that is open under a core that is ready and agrees. */
export async function opened(options?: object): Promise<{ s: Subject; ws: WebSocketReconnect; socket: FakeSocket }> {
  const s = new Subject(options);
  void s.ws.connect();
  if (!line.ready_) {
    await clock.pass(2000);
    FakeWorker.last.ready();
  }
  await turn();
  if (FakeSocket.last?.readyState !== 0) s.answer([[ToPage.EmitStateChange, state('CONNECTING')], [ToPage.OpenSocket, 1]], { state: 'CONNECTING' });
  await turn(); // if functions have a say in it
  const socket = FakeSocket.last;
  socket.open();
  await turn();
  s.answer([[ToPage.EmitStateChange, state('OPEN')], [ToPage.EmitOpen, 1]], { state: 'OPEN' });
  s.heard();
  got();
  return { s, ws: s.ws, socket };
}

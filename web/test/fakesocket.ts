import { sizeOf } from '../src/outbox';

/** A WebSocket whose server is the test. */
export class FakeSocket extends EventTarget {
  /** All that were made, oldest first. */
  static all: FakeSocket[] = [];
  /** What the constructor throws, if anything. */
  static refuse: Error | undefined;

  static get last(): FakeSocket {
    return this.all.at(-1)!;
  }

  static install(): void {
    (globalThis as { WebSocket: unknown }).WebSocket = FakeSocket;
  }

  readonly sent: unknown[] = [];
  /** The arguments of each call of close. */
  readonly closes: unknown[][] = [];
  readonly args: unknown[];
  readonly url: string;
  readyState = 0;
  bufferedAmount = 0;
  binaryType = 'blob';
  protocol = '';
  extensions = '';
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onclose: ((event: Event) => void) | null = null;

  constructor(...args: unknown[]) {
    super();
    if (FakeSocket.refuse) throw FakeSocket.refuse;
    this.args = args;
    this.url = String(args[0]);
    FakeSocket.all.push(this);
  }

  send(data: string | ArrayBuffer): void {
    if (this.readyState === 0) throw new DOMException('still connecting', 'InvalidStateError');
    this.bufferedAmount += sizeOf(data);
    if (this.readyState === 1) this.sent.push(data);
  }

  close(...args: unknown[]): void {
    const [code] = args;
    if (code !== undefined && code !== 1000 && !(Number(code) >= 3000 && Number(code) <= 4999)) throw new DOMException('bad code', 'InvalidAccessError');
    this.closes.push(args);
    if (this.readyState < 2) this.readyState = 2;
  }

  /** The server accepts. */
  open(protocol = ''): void {
    this.readyState = 1;
    this.protocol = protocol;
    this.#tell(new Event('open'));
  }

  /** A message arrives. */
  message(data: unknown): MessageEvent {
    const event = new MessageEvent('message', { data });
    this.#tell(event);
    return event;
  }

  /** The connection ends, or the dial fails. */
  end(code = 1006, reason = '', wasClean = false): void {
    const failed = this.readyState === 0 || !wasClean;
    this.readyState = 3;
    if (failed) this.#tell(new Event('error'));
    this.#tell(Object.assign(new Event('close'), { code, reason, wasClean }));
  }

  #tell(event: Event): void {
    (this as unknown as Record<string, ((event: Event) => void) | null>)['on' + event.type]?.(event);
    this.dispatchEvent(event);
  }
}

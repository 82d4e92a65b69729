import { closeEvent } from '../../src/closeevent';
import type { Trouble } from './trouble';

type Data = Parameters<WebSocket['send']>[0];

/** How long a browser waits for the server's half of the closing handshake, in milliseconds. */
const CLOSE_PATIENCE = 60_000;

/** A WebSocket between the page and the native one, to which the page's troubles happen. */
export class ChaosSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;

  onopen: ((event: Event) => unknown) | null = null;
  onmessage: ((event: MessageEvent) => unknown) | null = null;
  onclose: ((event: CloseEvent) => unknown) | null = null;
  onerror: ((event: Event) => unknown) | null = null;

  readonly url: string;
  readyState: 0 | 1 | 2 | 3 = 0;
  readonly #trouble: Trouble;
  #native: WebSocket | undefined;
  #binaryType: BinaryType = 'blob';
  #patience: ReturnType<typeof setTimeout> | undefined;
  /** Whether what goes up or comes down vanishes. */
  #hole = { up: false, down: false };

  constructor(trouble: Trouble, dial: () => WebSocket, url: string) {
    super();
    this.#trouble = trouble;
    this.url = url;
    for (const type of ['open', 'message', 'close', 'error'] as const) {
      this.addEventListener(type, (event) => (this[`on${type}`] as ((event: Event) => unknown) | null)?.call(this, event));
    }
    const { refuse, delay } = trouble.nextDial();
    if (refuse || delay) {
      setTimeout(() => {
        if (this.readyState > 0) return;
        try {
          if (refuse) throw 0;
          this.#dial(dial); // or throws: nobody but us is left to catch that
        } catch {
          this.#fail();
        }
      }, delay);
    } else this.#dial(dial);
    trouble.sockets.add(this);
  }

  #dial(dial: () => WebSocket): void {
    const native = (this.#native = dial());
    native.binaryType = this.#binaryType;
    native.onopen = () => this.#opened();
    native.onmessage = ({ data, origin }) => {
      if (this.readyState !== 1 || this.#hole.down) return;
      // A clock that was put forward is that of the events, too: a heartbeat compares them.
      this.dispatchEvent(Object.defineProperty(new MessageEvent('message', { data, origin }), 'timeStamp', { value: performance.now() }));
    };
    native.onerror = () => {
      if (this.readyState < 3 && !this.#hole.down) this.dispatchEvent(new Event('error'));
    };
    native.onclose = ({ code, reason, wasClean }) => {
      const { up, down } = this.#hole;
      if (!down && !(up && this.readyState === 2)) this.#ended(code, reason, wasClean);
    };
  }

  #opened(): void {
    if (this.readyState || this.#hole.down) return;
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
    const close = this.#trouble.nextOpen();
    if (close) this.end(close.code, close.reason, true);
  }

  /** Ends the connection as the other side or the network would. */
  end(code: number, reason: string, wasClean: boolean): void {
    if (this.readyState === 0) return this.#fail();
    this.#native?.close();
    this.#ended(code, reason, wasClean);
  }

  /** From now on what goes up, what comes down, or both, vanishes. */
  swallow(up: boolean, down: boolean): void {
    this.#hole = { up, down };
    // What the native socket has told meanwhile.
    if (this.#native?.readyState === 1) this.#opened();
    if (!up && !down && this.#native?.readyState === 3) this.end(1006, '', false);
  }

  #fail(): void {
    this.#native?.close();
    this.#ended(1006, '', false, true);
  }

  #ended(code: number, reason: string, wasClean: boolean, failed = false): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    clearTimeout(this.#patience);
    this.#trouble.sockets.delete(this);
    if (failed) this.dispatchEvent(new Event('error'));
    this.dispatchEvent(closeEvent({ code, reason, wasClean }));
  }

  // ---- The WHATWG interface ----

  send(data: Data): void {
    if (this.readyState === 0) throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
    if (this.readyState === 1 && !this.#hole.up) this.#native!.send(data);
  }

  close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) throw new DOMException(`The close code must be 1000, or 3000 to 4999; ${code} is neither.`, 'InvalidAccessError');
    if (new TextEncoder().encode(reason).length > 123) throw new DOMException('The close reason must not have more than 123 bytes.', 'SyntaxError');
    if (this.readyState > 1) return;
    this.#native?.close(code, reason); // or throws
    this.readyState = 2;
    if (this.#native) this.#patience = setTimeout(() => this.#ended(1006, '', false), CLOSE_PATIENCE); // whatever vanishes from now on
    else queueMicrotask(() => this.#fail());
  }

  get binaryType(): BinaryType {
    return this.#binaryType;
  }
  set binaryType(type: BinaryType) {
    this.#binaryType = type;
    if (this.#native) this.#native.binaryType = type;
  }
  get bufferedAmount(): number {
    return this.#native?.bufferedAmount ?? 0;
  }
  get protocol(): string {
    return this.#native?.protocol ?? '';
  }
  get extensions(): string {
    return this.#native?.extensions ?? '';
  }
}

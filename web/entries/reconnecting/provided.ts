/** Makes sockets: the global WebSocket, or one of the user's. */
export type NativeClass = new (url: string, protocols?: string | string[]) => WebSocket;

type Provided<T> = T | (() => T | Promise<T>);

/** Where the next connection goes. */
export interface Target {
  url: Provided<string>;
  protocols: Provided<string | string[] | null | undefined>;
}

/**
 * A WebSocket whose address is asked for when it is made. While the answer is
 * awaited it is CONNECTING; where there is none, or none that can be dialled,
 * the dial has failed, as any other. It has what a client uses of a socket.
 */
export class ProvidedSocket {
  onopen: ((event: Event) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  #real: WebSocket | undefined;
  #ended = false;
  #binaryType: BinaryType = 'blob';
  readonly #listeners: [type: string, listener: (event: any) => void][] = [];

  constructor({ url, protocols }: Target, Native: NativeClass) {
    this.#dial(url, protocols, Native).catch((error) => {
      if (this.#ended) return;
      this.#ended = true;
      console.error('WebSocketReconnect: no address to dial:', error);
      this.onerror?.(new Event('error'));
      this.onclose?.(new CloseEvent('close', { code: 1006 }));
    });
  }

  async #dial(url: Target['url'], protocols: Target['protocols'], Native: NativeClass): Promise<void> {
    const [to, offered] = await Promise.all([typeof url === 'function' ? url() : url, typeof protocols === 'function' ? protocols() : protocols]);
    if (this.#ended) return;
    const real = offered ? new Native(to, offered) : new Native(to);
    this.#real = real;
    real.binaryType = this.#binaryType;
    real.onopen = (event) => this.onopen?.(event);
    real.onclose = (event) => this.onclose?.(event);
    real.onerror = (event) => this.onerror?.(event);
    for (const [type, listener] of this.#listeners) real.addEventListener(type, listener);
  }

  addEventListener(type: string, listener: (event: any) => void): void {
    if (this.#real) this.#real.addEventListener(type, listener);
    else this.#listeners.push([type, listener]);
  }

  get readyState(): number {
    return this.#real ? this.#real.readyState : this.#ended ? 3 : 0;
  }
  get url(): string {
    return this.#real?.url ?? '';
  }
  get protocol(): string {
    return this.#real?.protocol ?? '';
  }
  get extensions(): string {
    return this.#real?.extensions ?? '';
  }
  get bufferedAmount(): number {
    return this.#real?.bufferedAmount ?? 0;
  }
  get binaryType(): BinaryType {
    return this.#binaryType;
  }
  set binaryType(type: BinaryType) {
    this.#binaryType = type;
    if (this.#real) this.#real.binaryType = type;
  }

  send(data: string): void {
    this.#real!.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#ended = true;
    if (code === undefined) this.#real?.close();
    else this.#real?.close(code, reason);
  }
}

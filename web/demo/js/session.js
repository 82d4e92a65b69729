// The one client of this page, and everything that it says.

const EVENTS = ['open', 'message', 'close', 'error', 'retry', 'stateChange', 'circuitChange', 'drop', 'failed'];

export class Session {
  /** The client, null before the first create(). */
  client = null;
  #listeners = [];

  /** Calls back with {source, kind, payload, at}: source 'page' for the client's events, 'you' for the visitor's calls. */
  watch(listener) {
    this.#listeners.push(listener);
  }

  /** What the client has counted, null before the first create(). */
  get stats() {
    return this.client?.getStats() ?? null;
  }

  /**
   * Makes a client with these options, in place of the one before, and connects it.
   * @throws {WebSocketReconnectError} BAD_INPUT; the client before goes on.
   */
  create(options) {
    const client = new globalThis.WebSocketReconnect(options);
    this.client?.dispose();
    this.client = client;
    this.#tell('you', 'create', options);
    for (const kind of EVENTS) client.on(kind, (payload) => this.#tell('page', kind, payload));
    client.connect().catch(() => {}); // the events say it, too
  }

  close() {
    this.#tell('you', 'close()');
    this.client.close(1000, 'closed by the visitor');
  }

  reconnect() {
    this.#tell('you', 'reconnect()');
    this.client.reconnect();
  }

  openCircuit() {
    this.#tell('you', 'openCircuit()');
    this.client.openCircuit();
  }

  closeCircuit() {
    this.#tell('you', 'closeCircuit()');
    this.client.closeCircuit();
  }

  /** @returns what became of the message: sent, queued or dropped. */
  send(text) {
    const result = this.client.send(text);
    this.#tell('you', 'send', { text, result });
    return result;
  }

  #tell(source, kind, payload) {
    for (const listener of this.#listeners) listener({ source, kind, payload, at: Date.now() });
  }
}

// The fault server's steering API: orders, status, and what it saw as it happens.

/** Events after which the server's status may be another one. */
const STALE = new Set(['faults', 'listen', 'refuse', 'dial', 'upgrade', 'gone', 'end', 'clear', 'blackhole']);

export class Control {
  #asking = false;
  #stale = false;
  #onStatus = [];
  #onEvent = [];

  /** Calls back with each new status, and with null when the server cannot be asked any more. */
  watchStatus(listener) {
    this.#onStatus.push(listener);
  }

  /** Calls back with each event of the server's record: {seq, at, kind, conn, client, detail}. */
  watchEvents(listener) {
    this.#onEvent.push(listener);
  }

  /** Starts listening. Resolves with the first status; rejects if there is no server. */
  async start() {
    const stream = new EventSource('/control/events');
    stream.onopen = () => this.refresh();
    stream.onerror = () => this.#tell(null);
    stream.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      for (const listener of this.#onEvent) listener(event);
      if (STALE.has(event.kind)) this.refresh();
    };
    const status = await this.#ask('GET', 'status');
    this.#tell(status);
    return status;
  }

  /**
   * Gives one order, as POST /control/<name>.
   * @throws {Error} with the server's words when it refuses.
   */
  order(name, body = {}) {
    return this.#ask('POST', name, body);
  }

  /** Changes some faults: {dial: {mode: 'refuse'}}. Throws as order() does. */
  async setFaults(change) {
    await this.#ask('PATCH', 'faults', change);
    await this.refresh();
  }

  /** Asks for the status anew; calls that come while it is asked become one. */
  async refresh() {
    this.#stale = true;
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#stale) {
        this.#stale = false;
        this.#tell(await this.#ask('GET', 'status'));
      }
    } catch {
      this.#tell(null);
    } finally {
      this.#asking = false;
    }
  }

  #tell(status) {
    for (const listener of this.#onStatus) listener(status);
  }

  async #ask(method, name, body) {
    const response = await fetch('/control/' + name, { method, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error ?? `the server answers ${response.status}`);
    return answer;
  }
}

// The buttons of the seed: create, close, send; and reconnect, circuit, burst.
import { byId, setAlert, setText } from './dom.js';

const BURST = 100;

export class Actions {
  #session;
  #sent = 0;

  /** @param create makes a client from the options form; it throws what the constructor throws. */
  constructor(session, create) {
    this.#session = session;
    byId('create').addEventListener('click', () => this.#try(create));
    const calls = { close: 'close', reconnect: 'reconnect', 'open-circuit': 'openCircuit', 'close-circuit': 'closeCircuit' };
    for (const [id, call] of Object.entries(calls)) byId(id).addEventListener('click', () => this.#try(() => session[call]()));
    byId('send-form').addEventListener('submit', (event) => {
      event.preventDefault();
      if (session.client) this.#try(() => this.#send([byId('send-text').value]));
    });
    byId('burst').addEventListener('click', () =>
      this.#try(() => this.#send(Array.from({ length: BURST }, () => JSON.stringify({ type: 'burst', n: ++this.#sent })))),
    );
    session.watch(({ kind }) => kind === 'create' && this.#enable());
  }

  #enable() {
    for (const id of ['close', 'reconnect', 'open-circuit', 'close-circuit', 'send', 'burst']) byId(id).disabled = false;
  }

  #send(texts) {
    const results = texts.map((text) => this.#session.send(text));
    const parts = ['sent', 'queued', 'dropped'].map((word) => [results.filter((r) => r === word).length, word]).filter(([n]) => n);
    setText(byId('send-result'), texts.length === 1 ? `send() said “${results[0]}”.` : `send() said ${parts.map(([n, word]) => `“${word}” ${n} times`).join(', ')}.`);
  }

  #try(act) {
    let trouble;
    try {
      act();
    } catch (error) {
      trouble = error.message;
    }
    setAlert(byId('trouble'), trouble);
  }
}

// getStats() as a table, and the queue.
import { byId, make, setText } from './dom.js';
import { bytes, clock, span } from './format.js';

const FORMATS = {
  lastActivity: (at) => (at === null ? '–' : clock(at)),
  nextRetry: (at) => (at === null ? '–' : clock(at)),
  circuitCounts: (counts) => (counts ? `opened ${counts.opened}, refused ${counts.refused}` : '–'),
  uptime: span,
  roundTrip: span,
  smoothedRoundTrip: span,
  successRate: (rate) => (rate * 100).toFixed(1) + ' %',
  lastClose: (close) => (close ? `${close.code}${close.wasClean ? ' clean' : ''} ${close.reason}` : '–'),
  lastError: (error) => error?.code ?? '–',
  bytesIn: bytes,
  bytesOut: bytes,
  queueBytes: bytes,
};

export class StatsTable {
  #body = byId('stats').tBodies[0];
  #cells = new Map();

  constructor() {
    // Before the first client there is nothing to ask but the names.
    this.show(new globalThis.WebSocketReconnect({ url: 'ws://localhost' }).getStats());
  }

  /** @param stats what getStats() returned; each field is a row. */
  show(stats) {
    for (const [name, value] of Object.entries(stats)) {
      const text = (FORMATS[name] ?? String)(value);
      const cell = this.#cells.get(name) ?? this.#row(name);
      setText(cell, text);
      if (name === 'lastError') cell.title = value?.message ?? '';
      if (name === 'lastClose') cell.title = text;
    }
    this.#showQueue(stats);
  }

  #row(name) {
    const cell = make('td');
    this.#body.append(make('tr', {}, make('th', { scope: 'row', title: name }, name), cell));
    this.#cells.set(name, cell);
    return cell;
  }

  #showQueue({ queueLength, queueBytes, dropped }) {
    setText(byId('queue-length'), String(queueLength));
    setText(byId('queue-bytes'), bytes(queueBytes));
    setText(byId('queue-dropped'), String(dropped));
    // Halves the distance to full with every 100 messages: a burst shows, ten of them still fit.
    byId('queue-bar').style.transform = `scaleX(${(1 - 2 ** (-queueLength / 100)).toFixed(3)})`;
  }
}

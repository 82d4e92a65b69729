// The timeline: what the page's client said, and what the server saw, newest first.
import { byId, make, setText } from './dom.js';
import { classOf, describe } from './describe.js';
import { clock, count } from './format.js';
import * as tone from './tone.js';

const KEPT = 2000; // entries
const SHOWN = 300; // rows
const TOGETHER = 500; // ms: alike entries that follow each other within this are one row
const LISTED = 200; // payloads in such a row
const WHO = { page: 'page', server: 'server', you: 'you' };

export class Timeline {
  #entries = [];
  #rows = byId('timeline-rows');
  #fresh = [];
  #grown = new Set();
  #last = new Map();
  #paused = false;
  #drawing = false;

  constructor() {
    for (const id of ['show-page', 'show-server', 'show-messages', 'show-heartbeats', 'timeline-filter']) byId(id).addEventListener('input', () => this.#redraw());
    byId('timeline-clear').addEventListener('click', () => {
      this.#entries = [];
      this.#last.clear();
      this.#redraw();
    });
    byId('timeline-pause').addEventListener('click', ({ currentTarget: button }) => {
      this.#paused = !this.#paused;
      button.setAttribute('aria-pressed', String(this.#paused));
      if (!this.#paused) this.#redraw();
    });
  }

  /** Adds {source, kind, payload, at}. */
  add(given) {
    const group = classOf(given);
    const before = this.#last.get(given.source + given.kind);
    const words = describe(given);
    if (group === 'event' ? false : before && before.group === group && given.at - before.until < TOGETHER) {
      before.until = given.at;
      before.times++;
      before.line = words.line;
      if (before.list.length < LISTED) before.list.push(words.line);
      if (before.row) this.#grown.add(before);
    } else {
      const entry = { ...given, ...words, group, until: given.at, times: 1, list: [words.line], row: null };
      this.#insert(entry);
      if (this.#entries.length > KEPT) this.#entries.splice(0, KEPT / 4);
      this.#last.set(given.source + given.kind, entry);
      this.#fresh.push(entry);
    }
    if (!this.#drawing) {
      this.#drawing = true;
      requestAnimationFrame(() => this.#draw());
    }
  }

  #draw() {
    this.#drawing = false;
    setText(byId('timeline-count'), count(this.#entries.length, 'entry').replace('entrys', 'entries'));
    if (this.#paused) return;
    const wanted = this.#wanted();
    const rows = this.#fresh.slice(-SHOWN).filter(wanted).map((entry) => this.#row(entry));
    this.#fresh = [];
    for (const entry of this.#grown) if (entry.row?.isConnected) entry.row.replaceWith(this.#row(entry));
    this.#grown.clear();
    if (!rows.length) return;
    this.#rows.querySelector('.empty')?.remove();
    for (const row of rows) this.#place(row);
    while (this.#rows.childElementCount > SHOWN) this.#rows.lastElementChild.remove();
  }

  /** The server's words arrive a little later than they were said: entries are kept by time. */
  #insert(entry) {
    let i = this.#entries.length;
    while (i > 0 && this.#entries[i - 1].at > entry.at) i--;
    this.#entries.splice(i, 0, entry);
  }

  #place(row) {
    let next = this.#rows.firstElementChild;
    while (next && Number(next.dataset.at) > Number(row.dataset.at)) next = next.nextElementSibling;
    this.#rows.insertBefore(row, next);
  }

  #redraw() {
    this.#fresh = [];
    this.#grown.clear();
    const wanted = this.#wanted();
    const rows = this.#entries.filter(wanted).slice(-SHOWN).map((entry) => this.#row(entry));
    this.#rows.replaceChildren(...(rows.length ? rows.reverse() : [make('p', { class: 'empty' }, this.#entries.length ? 'Nothing here fits the filter.' : 'Nothing has happened yet.')]));
    setText(byId('timeline-count'), count(this.#entries.length, 'entry').replace('entrys', 'entries'));
  }

  /** A test for the entries that the boxes and the filter let through. */
  #wanted() {
    const on = (id) => byId(id).checked;
    const [page, server, messages, heartbeats] = [on('show-page'), on('show-server'), on('show-messages'), on('show-heartbeats')];
    const words = byId('timeline-filter').value.toLowerCase().split(/\s+/).filter(Boolean);
    return (entry) => {
      if (entry.source === 'server' ? !server : !page) return false;
      if ((entry.group === 'message' && !messages) || (entry.group === 'heartbeat' && !heartbeats)) return false;
      const text = words.length && `${WHO[entry.source]} ${entry.kind} ${entry.line}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
  }

  #row(entry) {
    const { at, source, kind, times, list } = entry;
    const line = times === 1 ? entry.line : `${list[0]}  …  ${entry.line}`;
    const more = times === 1 ? entry.more : list.join('\n') + (times > list.length ? `\n… and ${times - list.length} more` : '');
    const badge = times > 1 ? [make('span', { class: 'times' }, '×' + times)] : [];
    const open = entry.row?.querySelector('details')?.open;
    const what = more === undefined ? make('span', { class: 'what' }, ...badge, line) : make('details', { class: 'what' }, make('summary', {}, ...badge, line), make('pre', {}, more));
    if (open) what.open = true;
    entry.row = make(
      'div',
      { class: 'entry', 'data-at': at, 'data-source': source, 'data-tone': tone.ofEntry(entry) },
      make('time', {}, clock(at)),
      make('span', { class: 'who' }, WHO[source]),
      make('span', { class: 'kind', title: kind }, kind),
      what,
    );
    return entry.row;
  }
}

// The fault server's switches. They show what is in force, whoever has set it.
import { byId, make, setAlert, setData, setText } from './dom.js';
import { showRecipes } from './recipes.js';

export class FaultPanel {
  #control;
  #panel = byId('faults-title').closest('section');
  #chips = byId('faults-now');
  #shown = null;
  /** How many faults are in force. */
  count = 0;

  constructor(control) {
    this.#control = control;
    this.#panel.addEventListener('change', ({ target }) => target.dataset.fault && this.#attempt(() => this.#set(target)));
    this.#panel.addEventListener('keydown', (event) => event.key === 'Enter' && event.target.matches('input[data-fault]') && event.target.blur());
    this.#panel.addEventListener('click', ({ target }) => {
      const button = target.closest('[data-action]');
      if (button) this.#attempt(() => control.order(button.dataset.action, JSON.parse(button.dataset.body ?? '{}')));
    });
    this.#panel.addEventListener('submit', (event) => {
      event.preventDefault();
      const form = event.target;
      const body = Object.fromEntries([...form.elements].filter((field) => field.name).map((field) => [field.name, 'number' in field.dataset ? Number(field.value) : field.value]));
      this.#attempt(() => control.order(form.dataset.form, body));
    });
    showRecipes(control, (run) => this.#attempt(run));
  }

  /** Shows a status of the server. */
  show(status) {
    const inForce = status ? list(status) : [];
    this.count = inForce.length;
    const [words, tone] = !status ? [['The control server does not answer'], 'idle'] : inForce.length ? [inForce, 'bad'] : [['No fault in force'], 'good'];
    if (this.#shown !== words.join('\n')) {
      this.#shown = words.join('\n');
      this.#chips.replaceChildren(...words.map((word) => make('span', { class: 'chip', 'data-tone': tone }, word)));
    }
    if (!status) return;
    for (const field of this.#panel.querySelectorAll('[data-fault]')) if (field !== document.activeElement || field.type === 'radio') put(field, status.faults);
    setData(byId('kill'), 'on', String(!status.listening));
    setText(byId('kill'), status.listening ? 'Kill server' : 'Killed');
  }

  async #set(field) {
    const [group, name] = field.dataset.fault.split('.');
    const change = { [name]: take(field, name) };
    // A closed port cannot count dials.
    if (field.dataset.fault === 'dial.mode' && change.mode === 'refuse') change.times = 0;
    return this.#control.setFaults({ [group]: change });
  }

  async #attempt(act) {
    let trouble;
    try {
      await act();
    } catch (error) {
      trouble = error.message.replace(/^faultserver: /, '');
      await this.#control.refresh();
    }
    setAlert(byId('faults-trouble'), trouble);
  }
}

const TEXTS = new Set(['mode', 'action', 'direction', 'retryAfter', 'reason', 'subprotocol']);

/** What a field says, as the API takes it. Throws if that cannot be. */
function take(field, name) {
  if (field.type === 'checkbox') return field.dataset.on === undefined ? field.checked : field.checked ? field.dataset.on : '';
  if (TEXTS.has(name)) return field.value;
  const number = Number(field.value.trim() || 0);
  if (!Number.isFinite(number)) throw new Error(`${field.dataset.fault}: "${field.value}": must be a number`);
  return number;
}

/** Makes a field show what is in force. */
function put(field, faults) {
  const [group, name] = field.dataset.fault.split('.');
  const value = faults[group][name];
  if (field.type === 'checkbox') field.checked = Boolean(value);
  else if (field.type === 'radio') field.checked = field.value === value;
  else if (field.value !== String(value)) field.value = String(value);
}

/** The faults in force, in words. */
function list({ listening, faults: { dial, afterOpen, blackHole, pings, up, down } }) {
  const words = [];
  const times = (n) => (n ? `, ${n} more` : '');
  if (!listening && dial.mode !== 'refuse') words.push('server killed');
  if (dial.mode) words.push(`dials: ${dial.mode}${dial.mode === 'status' ? ' ' + (dial.status || 503) : ''}${times(dial.times)}`);
  if (dial.holdMs) words.push(`handshake held ${dial.holdMs} ms`);
  if (dial.subprotocol || dial.noSubprotocol) words.push('wrong subprotocol');
  if (dial.badAccept) words.push('wrong Sec-WebSocket-Accept');
  if (afterOpen.action) words.push(`links end by ${afterOpen.action} after ${afterOpen.afterMs} ms${times(afterOpen.times)}`);
  if (blackHole.direction) words.push(`black hole ${blackHole.direction}${blackHole.newDials ? ', new links too' : ''}${blackHole.keep ? ', held back' : ''}`);
  if (pings.mute) words.push(`pings muted${pings.muteAfter ? ` after ${pings.muteAfter}` : ''}`);
  for (const [name, shape] of [['up', up], ['down', down]]) {
    const parts = [shape.delayMs && `+${shape.delayMs} ms`, shape.jitterMs && `±0–${shape.jitterMs} ms`, shape.bytesPerSecond && `${shape.bytesPerSecond} B/s`].filter(Boolean);
    if (parts.length) words.push(`${name}: ${parts.join(', ')}`);
  }
  return words;
}

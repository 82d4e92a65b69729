// The options form. The address bar keeps what differs from the demo's values.
import { byId, make, setData, setText } from './dom.js';
import { OPTION_LIST, parse } from './optionlist.js';

export class OptionsForm {
  #fields = new Map();
  #link = '';
  #placement = '';
  #apply = byId('options-apply');
  #verdict = byId('options-verdict');

  /** @param create called to make a client, when the form is submitted. */
  constructor(create) {
    const given = new URLSearchParams(location.search);
    for (const option of OPTION_LIST) {
      const { name, label, value, choices, wide } = option;
      const field = choices ? make('select', { name }, ...choices.map(([v, text]) => make('option', { value: v }, text))) : make('input', { name, autocomplete: 'off', spellcheck: 'false' });
      field.value = given.get(name) ?? value;
      if (choices && field.selectedIndex < 0) field.value = value;
      this.#fields.set(name, field);
      byId('option-fields').append(make('label', { class: wide ? 'wide' : undefined }, label, field));
    }
    this.#fields.get('url').placeholder = 'the fault server';
    this.#placement = this.#fields.get('placement').value;
    globalThis.WebSocketReconnect.configure({ placement: this.#placement });
    byId('options').addEventListener('input', () => this.#check());
    byId('options').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#moves) location.search = this.#query();
      else create();
    });
    byId('options-reset').addEventListener('click', () => {
      for (const { name, value } of OPTION_LIST) this.#fields.get(name).value = value;
      this.#check();
    });
    this.#check();
  }

  /** The address that an empty url field stands for. */
  set link(url) {
    this.#link = url;
    this.#fields.get('url').placeholder = url;
    this.#check();
  }

  /** The options as the constructor takes them. */
  read() {
    const options = {};
    for (const [name, field] of this.#fields) {
      const value = name === 'url' ? field.value.trim() || this.#link : parse(field.value);
      if (name === 'placement' || value === undefined) continue;
      const [key, inner] = name.split('.');
      if (inner) (options[key] ??= {})[inner] = value;
      else options[key] = value;
    }
    history.replaceState(null, '', this.#query() || location.pathname);
    return options;
  }

  /** A core that runs stays where it is. */
  get #moves() {
    return this.#fields.get('placement').value !== this.#placement;
  }

  #query() {
    const changed = OPTION_LIST.filter(({ name, value }) => this.#fields.get(name).value !== value);
    return changed.length ? '?' + new URLSearchParams(changed.map(({ name }) => [name, this.#fields.get(name).value])) : '';
  }

  /** Lets the package itself judge: a client that is never connected. */
  #check() {
    let trouble = '';
    if (this.#link) {
      try {
        new globalThis.WebSocketReconnect(this.read());
      } catch (error) {
        trouble = error.message;
      }
    }
    for (const [name, field] of this.#fields) {
      const named = trouble.startsWith(`option ${name} `);
      if (named) field.setAttribute('aria-invalid', 'true');
      else field.removeAttribute('aria-invalid');
    }
    setData(this.#verdict, 'tone', trouble ? 'bad' : this.#moves ? 'busy' : 'idle');
    setText(this.#verdict, trouble ? 'The constructor throws: ' + trouble : this.#moves ? 'A core stays where it was started: the page is loaded again to move it.' : 'Times in ms. Infinity and false go where the package allows them; empty means its default. The demo’s values are short, so that you see something soon.');
    setText(this.#apply, this.#moves ? 'Reload with these options' : 'Create with these options');
    this.#apply.disabled = trouble !== '';
  }
}

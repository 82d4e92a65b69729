// Short hands for the document. Text goes in as text, never as markup.

/** @returns the element with that id; throws if the page has none. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** Makes an element with attributes and children (elements or text). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Sets text only where it differs: no work, no repeated announcement. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** As setText, for a data attribute. */
export function setData(element, name, value) {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

/** Shows a message in an alert, or hides it when there is none. */
export function setAlert(element, message) {
  setText(element, message ?? '');
  element.hidden = !message;
}

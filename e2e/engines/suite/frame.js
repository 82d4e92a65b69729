/** Counts the Workers that the page asks for. */
window.workers = 0;
window.Worker = class extends Worker {
  constructor(...args) {
    window.workers++;
    super(...args);
  }
};

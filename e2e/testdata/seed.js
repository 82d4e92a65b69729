// For pages that run an example as it stands: what it says to the console is
// recorded, and its client is watched from outside.
for (const level of ['log', 'error']) {
  const native = console[level];
  console[level] = (...words) => {
    native(...words);
    record('log', words.join(' '));
  };
}

WebSocketReconnect.configure({ placement });
window.WebSocketReconnect = class extends WebSocketReconnect {
  constructor(...options) {
    super(...options);
    if (new URL(this.url).searchParams.get('client') !== 'w') watch(this); // w is the witness
  }
};

// A socket that opens at once and answers heartbeats, without a network: since
// Chromium has no more than 255 WebSockets, this is how a page comes to 1,000
// clients. It stands in for the native class, for every implementation alike.
'use strict';

class StandIn extends EventTarget {
  static pings = 0;
  readyState = 0;
  bufferedAmount = 0;
  binaryType = 'blob';
  protocol = '';
  extensions = '';
  constructor(url) {
    super();
    this.url = String(url);
    for (const type of ['open', 'message', 'close', 'error']) this.addEventListener(type, (event) => this['on' + type]?.(event));
    this.#later(() => {
      this.readyState = 1;
      this.dispatchEvent(new Event('open'));
    });
  }
  send(data) {
    if (data === '{"type":"ping"}') {
      StandIn.pings++;
      data = '{"type":"pong"}';
    }
    this.#later(() => this.dispatchEvent(new MessageEvent('message', { data })));
  }
  close() {
    if (this.readyState > 1) return;
    this.readyState = 2;
    this.#later(() => {
      this.readyState = 3;
      this.dispatchEvent(new CloseEvent('close', { code: 1000, wasClean: true }));
    });
  }
  #later(what) {
    StandIn.queue.push(what);
    StandIn.channel.port2.postMessage(0);
  }
  static queue = [];
  static channel = new MessageChannel();
  static {
    ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => (this[name] = this.prototype[name] = value));
    this.channel.port1.onmessage = () => this.queue.shift()();
  }
}

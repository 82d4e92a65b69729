// The stretch of time that all charts show. Times are seconds since 1970.

const STEPS = { 30: 5, 60: 10, 300: 60, 1200: 300 };
const AHEAD = 0.15; // of the stretch: what is planned

export class Frame {
  #seconds = 60;
  now = Date.now() / 1000;

  set seconds(seconds) {
    this.#seconds = seconds;
  }

  /** Moves to the present. */
  advance() {
    this.now = Date.now() / 1000;
  }

  get from() {
    return this.now - this.#seconds * (1 - AHEAD);
  }

  get to() {
    return this.now + this.#seconds * AHEAD;
  }

  /** Where the marks are: they stand still, the data move. */
  get marks() {
    const step = STEPS[this.#seconds];
    const marks = [];
    for (let t = Math.ceil((this.from - this.now) / step) * step; t <= this.to - this.now; t += step) marks.push(this.now + t);
    return marks;
  }

  /** "now", "−20 s", "+10 s". */
  label(at) {
    const ago = Math.round(at - this.now);
    if (ago === 0) return 'now';
    const size = Math.abs(ago);
    return (ago < 0 ? '−' : '+') + (size >= 60 && size % 60 === 0 ? size / 60 + ' min' : size + ' s');
  }
}

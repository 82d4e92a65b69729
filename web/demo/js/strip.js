// The states of connection and circuit, as two bands over the charts' time.
import { GUTTER, MARGIN } from './charts.js';
import { byId } from './dom.js';
import { ofTone, palette } from './palette.js';
import * as tone from './tone.js';

const ROW = 22;
const GAP = 6;

export class Strip {
  #canvas = byId('strip');
  #history;
  #frame;

  constructor(history, frame) {
    this.#history = history;
    this.#frame = frame;
  }

  draw() {
    const canvas = this.#canvas;
    const [width, height, ratio] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const ctx = canvas.getContext('2d');
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.textBaseline = 'middle';
    this.#band(ctx, 0, 'state', this.#history.states, tone.ofState, width);
    this.#band(ctx, ROW + GAP, 'circuit', this.#history.circuits, tone.ofCircuit, width);
  }

  #band(ctx, top, name, changes, toneOf, width) {
    const { from, to, now } = this.#frame;
    const right = width - MARGIN;
    const xOf = (at) => GUTTER + ((Math.min(Math.max(at, from), now) - from) / (to - from)) * (right - GUTTER);
    const middle = top + ROW / 2 + 0.5;
    ctx.font = '12px system-ui, sans-serif';
    ctx.fillStyle = palette.quiet;
    ctx.textAlign = 'right';
    ctx.fillText(name, GUTTER - 8, middle);
    ctx.fillStyle = palette.sunken;
    ctx.fillRect(GUTTER, top, right - GUTTER, ROW);
    ctx.textAlign = 'left';
    ctx.font = '650 11px system-ui, sans-serif';
    changes.forEach(({ at, value }, i) => {
      const [x, end] = [xOf(at), xOf(changes[i + 1]?.at ?? now)];
      if (end <= x) return;
      const { ink, paper } = ofTone(toneOf(value));
      ctx.fillStyle = paper;
      ctx.fillRect(x, top, Math.max(end - x, 1), ROW);
      ctx.fillStyle = ink;
      ctx.fillRect(x, top, Math.max(end - x, 1), 3);
      if (ctx.measureText(value).width + 10 < end - x) ctx.fillText(value, x + 5, middle + 1);
    });
  }
}

// Round trips and retry delays over time, by uPlot.
import { byId } from './dom.js';
import { span } from './format.js';
import { palette } from './palette.js';

/** Width of the room left of the plots, in CSS pixels; the strip above keeps to it. */
export const GUTTER = 54;
/** And right of them. */
export const MARGIN = 10;

const LEGEND = 26;

export class Charts {
  #history;
  #frame;
  #trips;
  #retries;

  constructor(history, frame) {
    this.#history = history;
    this.#frame = frame;
    this.#trips = this.#plot('chart-trips', [
      { label: 'newest', class: 'newest', stroke: () => palette.accent, width: 1.5, points: { show: true, size: 6, fill: () => palette.accent } },
      { label: 'smoothed', class: 'smoothed', stroke: () => palette['green-line'], width: 2, dash: [5, 4], points: { show: false } },
    ], 2);
    this.#retries = this.#plot('chart-retries', [
      { label: 'planned', class: 'planned', stroke: () => palette['amber-line'], width: 4, paths: () => null, points: { show: false } },
      { label: 'dialling', class: 'dialling', stroke: () => palette['amber-line'], width: 2, paths: () => null, points: { show: true, size: 10, width: 2.5, fill: () => palette.card } },
      { label: 'failed', class: 'failed', stroke: () => palette['red-line'], width: 2, paths: () => null, points: { show: true, size: 10, width: 2.5, fill: () => palette.card } },
      { label: 'opened', class: 'opened', stroke: () => palette['green-line'], width: 2, paths: () => null, points: { show: true, size: 10, width: 2, fill: () => palette['green-line'] } },
    ], 1000, (u) => this.#drawWaits(u));
  }

  /** Draws the frame's stretch of the history. */
  draw() {
    const { trips, waits, dials } = this.#history;
    const { now } = this.#frame;
    this.#trips.setData(trips.length ? [trips.map((t) => t.at), trips.map((t) => t.ms), trips.map((t) => t.smooth)] : [[now], [null], [null]]);

    const points = (entries) => (entries.length ? [entries.map((e) => e.at), entries.map((e) => e.delay)] : [[now], [null]]);
    const ended = (result) => points(dials.filter((dial) => dial.result === result));
    this.#retries.setData(globalThis.uPlot.join([points(waits), ended('pending'), ended('failed'), ended('opened')]));
  }

  /** A planned wait is a bar from when it was planned to when it is due. */
  #drawWaits({ ctx, bbox, valToPos }) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.strokeStyle = palette['amber-line'];
    ctx.lineWidth = 4 * devicePixelRatio;
    ctx.beginPath();
    for (const { at, delay } of this.#history.waits) {
      const y = valToPos(delay, 'y', true);
      ctx.moveTo(valToPos(at, 'x', true), y);
      ctx.lineTo(valToPos(at + delay / 1000, 'x', true), y);
    }
    ctx.stroke();
    ctx.restore();
  }

  #plot(id, series, least, drawBehind = () => {}) {
    const frame = this.#frame;
    const box = byId(id);
    const axis = { stroke: () => palette.quiet, font: '12px system-ui, sans-serif', grid: { stroke: () => palette.grid, width: 1 }, ticks: { show: false } };
    const size = () => ({ width: Math.max(box.clientWidth, 100), height: Math.max(box.clientHeight - LEGEND, 60) });
    const plot = new globalThis.uPlot(
      {
        ...size(),
        padding: [8, MARGIN, 0, 0],
        scales: { x: { time: false, range: () => [frame.from, frame.to] }, y: { range: (_, _min, max) => [0, Math.max(least, (max ?? 0) * 1.15)] } },
        axes: [
          { ...axis, size: 26, gap: 4, splits: () => frame.marks, values: (_, marks) => marks.map((at) => frame.label(at)) },
          { ...axis, size: GUTTER, gap: 6, space: 28, values: (_, marks) => marks.map((ms) => (ms >= 1000 ? ms / 1000 + ' s' : ms + ' ms')) },
        ],
        series: [
          {},
          ...series.map((one) => ({ spanGaps: false, value: (_, ms) => span(ms), ...one })),
        ],
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        hooks: { drawAxes: [drawBehind], draw: [(u) => drawNow(u, frame.now)] },
      },
      [[], ...series.map(() => [])],
      box,
    );
    new ResizeObserver(() => plot.setSize(size())).observe(box);
    return plot;
  }
}

function drawNow({ ctx, bbox, valToPos }, now) {
  const x = Math.round(valToPos(now, 'x', true));
  ctx.save();
  ctx.strokeStyle = palette['line-strong'];
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

// Draws the plots of a run with Observable Plot, as SVG that stands alone.
import * as Plot from '@observablehq/plot';

const MS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

/** By kind of plot: the axis of values, and what is drawn below them. */
const KINDS = {
  ratios: { x: { domain: [0.4, 1.4], clamp: true }, below: [Plot.ruleX([1], { stroke: '#9ca3af' })] },
  // A logarithmic axis for all rows, in place of an axis for each.
  times: { x: { type: 'log', tickFormat: 'd' }, below: [] },
};

/** The ticks around all values: the axis begins and ends with one. */
function ticksAround(rows) {
  const from = MS.findLastIndex((tick) => rows.every(({ low }) => tick <= low));
  const to = MS.findIndex((tick) => rows.every(({ high }) => tick >= high));
  return MS.slice(Math.max(from, 0), to < 0 ? undefined : to + 1);
}

/** rows: {row, impl, kind, low, median, high}, ratios or milliseconds. */
export function draw(kind, rows, order, title) {
  const { x, below } = KINDS[kind];
  const ticks = ticksAround(rows);
  const axis = x.type === 'log' ? { ...x, ticks, domain: [ticks[0], ticks.at(-1)] } : x;
  const rowsInOrder = [...new Set(rows.map(({ row }) => row))];
  const svg = Plot.plot({
    document,
    width: 860,
    height: 60 + rowsInOrder.length * (order.length * 13 + 14),
    marginLeft: 150,
    marginRight: 210,
    style: { background: 'white', color: '#1f2937', fontFamily: 'system-ui, sans-serif', fontSize: '11px' },
    x: { label: title, grid: true, ...axis },
    y: { domain: order, label: null },
    fy: { domain: rowsInOrder, label: null, padding: 0.12 },
    color: { domain: ['native', 'rivals', 'ours'], range: ['#8a8f98', '#d98324', '#2563eb'] },
    marks: [
      Plot.frame({ stroke: '#e5e7eb' }),
      ...below,
      Plot.link(rows, { fy: 'row', y1: 'impl', y2: 'impl', x1: 'low', x2: 'high', stroke: 'kind', strokeWidth: 3, strokeOpacity: 0.45 }),
      Plot.dot(rows, { fy: 'row', y: 'impl', x: 'median', fill: 'kind', r: 3.5 }),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(svg);
}

// Draws the plots of a run with Observable Plot, as SVG that stands alone.
import * as Plot from '@observablehq/plot';

const colors = { domain: ['native', 'rivals', 'ours'], range: ['#8a8f98', '#d98324', '#2563eb'] };

/** rows: {row, impl, kind, low, median, high}; bound: a ratio to draw a line at. */
function drawRatios(rows, order, title) {
  const rowsInOrder = [...new Set(rows.map(({ row }) => row))];
  return Plot.plot({
    document,
    width: 860,
    height: 60 + rowsInOrder.length * (order.length * 13 + 14),
    marginLeft: 150,
    marginRight: 170,
    style: { background: 'white', color: '#1f2937', fontFamily: 'system-ui, sans-serif', fontSize: '11px' },
    x: { label: title, grid: true, domain: [0.4, 1.4], clamp: true },
    y: { domain: order, label: null },
    fy: { domain: rowsInOrder, label: null, padding: 0.12 },
    color: { ...colors, legend: false },
    marks: [
      Plot.frame({ stroke: '#e5e7eb' }),
      Plot.ruleX([1], { stroke: '#9ca3af' }),
      Plot.link(rows, { fy: 'row', y1: 'impl', y2: 'impl', x1: 'low', x2: 'high', stroke: 'kind', strokeWidth: 3, strokeOpacity: 0.45 }),
      Plot.dot(rows, { fy: 'row', y: 'impl', x: 'median', fill: 'kind', r: 3.5 }),
    ],
  });
}

/** rows: {row, impl, kind, median, low, high} in milliseconds, a facet for each row with an axis of its own is not wanted: log scale. */
function drawTimes(rows, order, title) {
  const rowsInOrder = [...new Set(rows.map(({ row }) => row))];
  return Plot.plot({
    document,
    width: 860,
    height: 60 + rowsInOrder.length * (order.length * 13 + 14),
    marginLeft: 150,
    marginRight: 170,
    style: { background: 'white', color: '#1f2937', fontFamily: 'system-ui, sans-serif', fontSize: '11px' },
    x: { type: 'log', label: title, grid: true, ticks: [20, 50, 100, 200, 500, 1000, 2000, 5000], tickFormat: 'd' },
    y: { domain: order, label: null },
    fy: { domain: rowsInOrder, label: null, padding: 0.12 },
    color: colors,
    marks: [
      Plot.frame({ stroke: '#e5e7eb' }),
      Plot.link(rows, { fy: 'row', y1: 'impl', y2: 'impl', x1: 'low', x2: 'high', stroke: 'kind', strokeWidth: 3, strokeOpacity: 0.45 }),
      Plot.dot(rows, { fy: 'row', y: 'impl', x: 'median', fill: 'kind', r: 3.5 }),
    ],
  });
}

export function draw(kind, rows, order, title) {
  const svg = (kind === 'times' ? drawTimes : drawRatios)(rows, order, title);
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(svg);
}

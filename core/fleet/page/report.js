'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const count = (n) => Math.round(n).toLocaleString('en');
const seconds = (ms) => (ms < 0 ? null : ms / 1000);
const slots = 8;

// What is shown at first: the view ends when the machine's own policies are done.
const ends = data.runs.filter((r) => r.ours && r.p99 >= 0).map((r) => r.p99 / 1000);
const longest = Math.max(...data.runs.map((r) => r.series.dials.length * r.step));
const view = Math.min(longest, data.outage + Math.max(60, 1.15 * Math.max(0, ...ends)));

const element = (tag, attributes, ...children) => {
  const e = Object.assign(document.createElement(tag), attributes);
  e.append(...children);
  return e;
};

// ---- colours: a policy keeps its slot while it is shown
const shown = new Map(); // policy → slot
const first = ['yours', 'default', 'recommended 10 s', 'phoenix', 'actioncable'];
for (const r of data.runs) if (data.runs.length <= 5 || first.includes(r.policy)) shown.set(r, shown.size);


function toggle(r) {
  if (shown.has(r)) shown.delete(r);
  else {
    const free = [...Array(slots).keys()].find((s) => ![...shown.values()].includes(s));
    if (free === undefined) return;
    shown.set(r, free);
  }
  draw();
}

// ---- the three charts
const charts = [];
const gridded = (extra) => ({ stroke: css('--soft'), grid: { stroke: css('--grid'), width: 1 }, ticks: { stroke: css('--grid'), width: 1 }, font: '12px system-ui', ...extra });
const time = (u, values) => values.map((s) => s + ' s');
const compact = (n) => (n >= 1e6 ? n / 1e6 + 'M' : n >= 1000 ? n / 1000 + 'k' : '' + n);
const decades = (u, values) => values.map((v) => (Number.isInteger(Math.log10(v)) ? compact(v) : ''));

/** Shades the time in which the server is gone, and draws its limit. */
const scene = (limit) => (u) => {
  const { left, top, width, height } = u.bbox;
  const [from, to] = away(u);
  u.ctx.save();
  u.ctx.fillStyle = css('--down');
  u.ctx.fillRect(from, top, to - from, height);
  const y = limit && u.valToPos(limit, 'y', true);
  if (y > top && y < top + height) {
    u.ctx.strokeStyle = css('--limit');
    u.ctx.globalAlpha = 0.55;
    u.ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    u.ctx.beginPath();
    u.ctx.moveTo(left, y);
    u.ctx.lineTo(left + width, y);
    u.ctx.stroke();
  }
  u.ctx.restore();
};

/** Where the outage begins and ends, in pixels. */
function away(u) {
  const { left, width } = u.bbox;
  return [0, data.outage].map((s) => Math.min(Math.max(u.valToPos(s, 'x', true), left), left + width));
}

/** Says what is shaded and what is dashed, above the curves. */
const labels = (limit) => (u) => {
  const { left, top, width, height } = u.bbox;
  const [from, to] = away(u);
  const write = (text, align, x, y) => {
    u.ctx.textAlign = align;
    u.ctx.strokeStyle = css('--card');
    u.ctx.lineWidth = 4 * devicePixelRatio;
    u.ctx.strokeText(text, x, y);
    u.ctx.fillText(text, x, y);
  };
  u.ctx.save();
  u.ctx.font = `${12 * devicePixelRatio}px system-ui`;
  u.ctx.fillStyle = css('--soft');
  if (to - from > 90 * devicePixelRatio) write('server away', 'right', to - 6 * devicePixelRatio, top + 16 * devicePixelRatio);
  const y = limit && u.valToPos(limit, 'y', true);
  if (y > top && y < top + height) write('what it can admit', 'right', left + width - 6 * devicePixelRatio, y + 16 * devicePixelRatio);
  u.ctx.restore();
};

/** Curves of several runs over one time axis. */
function joined(pick, atEnd) {
  const runs = [...shown.keys()];
  const step = Math.min(...runs.map((r) => r.step));
  const n = Math.max(...runs.map((r) => Math.ceil((r.series.dials.length * r.step) / step)));
  const xs = Array.from({ length: n }, (_, i) => i * step);
  return [xs, ...runs.map((r) => {
    const values = pick(r);
    return xs.map((x) => values[Math.floor(x / r.step + 1e-9)] ?? (atEnd ? values.at(-1) : 0));
  })];
}

function chart(id, height, table, y, axis, value, limit) {
  const box = document.getElementById(id);
  box.textContent = '';
  const series = [...shown].map(([r, slot]) => ({ label: r.policy, stroke: css('--c' + slot), width: r.ours ? 2.25 : 1.25, alpha: r.ours ? 1 : 0.75, points: { show: false }, value: (u, v) => (v == null ? '–' : value(v)) }));
  charts.push(new uPlot({
    width: box.clientWidth, height,
    cursor: { sync: { key: 'storm' }, points: { size: 7 } },
    scales: { x: { time: false, range: (u, min, max) => (zoom.own ? [min, max] : [0, view]) }, y },
    axes: [gridded({ values: time }), gridded({ size: 62, ...axis })],
    series: [{ label: 'time', value: (u, v) => (v == null ? '–' : v.toFixed(1) + ' s') }, ...series],
    hooks: { drawClear: [scene(limit)], draw: [labels(limit)], setSelect: [() => { zoom.own = true; }] },
  }, table, box));
}
const zoom = { own: false };

function draw() {
  zoom.own = false;
  for (const c of charts.splice(0)) c.destroy();
  for (const b of document.querySelectorAll('.chips button')) {
    const slot = shown.get(b.run);
    b.ariaPressed = slot !== undefined;
    b.style.setProperty('--dot', `var(--c${slot})`);
  }
  for (const id of ['dials', 'connected', 'queue']) document.getElementById(id).textContent = shown.size ? '' : 'No policy is shown.';
  if (!shown.size) return;
  const peak = Math.max(10, ...data.runs.map((r) => r.peak));
  chart('dials', 330, joined((r) => r.series.dials.map((v) => v || 0.1)),
    { distr: 3, range: [1, 10 ** Math.ceil(Math.log10(peak) + 0.05)] }, { values: decades }, (v) => count(v < 1 ? 0 : v), data.admit / 10);
  chart('connected', 230, joined((r) => r.series.connected.map((v) => (100 * v) / data.clients), true),
    { range: [0, 102] }, { values: (u, vs) => vs.map((v) => v + ' %') }, (v) => v.toFixed(1) + ' %');
  chart('queue', 170, joined((r) => r.series.queue), { range: (u, min, max) => [0, Math.max(10, max * 1.08)] }, { values: (u, vs) => vs.map(compact) }, count);
}

for (const r of data.runs) {
  const b = element('button', { type: 'button', textContent: r.policy, title: r.doc, onclick: () => toggle(r) });
  b.run = r;
  document.getElementById('chips').append(b);
}

// ---- the table
const peakOf = Math.max(...data.runs.map((r) => r.peak));
const percent = (x) => x < 0 ? 'unknown' : (100 * x).toFixed(x > 0.995 || x < 0.005 ? 0 : 1) + ' %';
const none = () => element('span', { className: 'none', textContent: 'never' });
const columns = [
  ['Policy', '', (r) => r.policy, (r) => [r.policy]],
  ['Peak', 'dials in 100 ms', (r) => r.peak, (r) => {
    const m = element('span', { className: 'meter' });
    m.style.width = Math.max(2, (82 * Math.log10(r.peak + 1)) / Math.log10(peakOf + 1)) + 'px';
    return [count(r.peak), element('span', { className: 'meterbox' }, m)];
  }],
  ['Peak after return', 'dials in 100 ms', (r) => r.peakAfter, (r) => [count(r.peakAfter)]],
  ['Dials', 'per client', (r) => r.dialsPerClient, (r) => [r.dialsPerClient.toFixed(1)]],
  ['Turned away', 'per client', (r) => r.refused, (r) => [(r.refused / data.clients).toFixed(1)]],
  ['50 % back', 'seconds', (r) => (r.p50 < 0 ? Infinity : r.p50), (r) => [r.p50 < 0 ? none() : seconds(r.p50).toFixed(1)]],
  ['99 % back', 'seconds', (r) => (r.p99 < 0 ? Infinity : r.p99), (r) => [r.p99 < 0 ? none() : seconds(r.p99).toFixed(1)]],
  ['Connected', 'after 300 s', (r) => r.connected300, (r) => [element('span', { className: r.connected300 < 0.99 ? 'bad' : '', textContent: percent(r.connected300) })]],
  ['Gave up', 'for good', (r) => r.gaveUp, (r) => [element('span', { className: r.gaveUp ? 'bad' : 'none', textContent: r.gaveUp ? percent(r.gaveUp) : '0' })]],
];
const order = { column: -1, up: true };

function fillTable() {
  const rows = [...data.runs];
  if (order.column >= 0) {
    const key = columns[order.column][2];
    rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (order.up ? 1 : -1));
  }
  const head = element('tr', {}, ...columns.map(([name, unit], i) => {
    const th = element('th', { scope: 'col', onclick: () => { order.up = order.column === i ? !order.up : true; order.column = i; fillTable(); } }, name, element('small', { textContent: unit }));
    if (order.column === i) th.ariaSort = order.up ? 'ascending' : 'descending';
    return th;
  }));
  const body = rows.map((r) => element('tr', { className: r.ours ? 'ours' : '', title: r.doc }, ...columns.map((c) => element('td', {}, ...c[3](r)))));
  document.getElementById('table').replaceChildren(element('thead', {}, head), element('tbody', {}, ...body));
}

// ---- one by one
let cards = [];
function drawCards() {
  for (const c of cards) c.destroy();
  cards = [];
  const top = 10 ** Math.ceil(Math.log10(Math.max(10, peakOf)) + 0.05);
  const all = document.getElementById('cards');
  all.textContent = '';
  for (const r of data.runs) {
    const plot = element('div', {});
    const fact = (name, value) => element('div', {}, element('dt', { textContent: name }), element('dd', {}, value));
    all.append(element('div', { className: r.ours ? 'card ours' : 'card' }, element('h3', { textContent: r.policy }),
      element('p', { className: 'doc', textContent: r.doc, title: r.doc }),
      element('dl', {}, fact('peak', count(r.peak)), fact('99 % back', r.p99 < 0 ? none() : seconds(r.p99).toFixed(1) + ' s'),
        fact('dials each', r.dialsPerClient.toFixed(1)), ...(r.gaveUp ? [fact('gave up', element('span', { className: 'bad', textContent: percent(r.gaveUp) }))] : [])), plot));
    const n = Math.ceil(view / r.step);
    const width = Math.max(1, Math.round(n / 160)); // bars that can be seen
    const xs = [], dials = [], share = [];
    for (let i = 0; i < n; i += width) {
      xs.push(i * r.step);
      const d = Math.max(0, ...r.series.dials.slice(i, i + width));
      dials.push(d || null);
      share.push((100 * (r.series.connected[Math.min(i + width, r.series.connected.length) - 1] ?? 0)) / data.clients);
    }
    cards.push(new uPlot({
      width: plot.clientWidth, height: 150, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: [0, view] }, y: { distr: 3, range: [1, top] }, share: { range: [0, 102] } },
      axes: [gridded({ values: time, space: 70 }), gridded({ values: decades, size: 44 })],
      series: [{}, { fill: css(r.ours ? '--barours' : '--bar'), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [1, 100] }) },
        { scale: 'share', stroke: css('--share'), width: 2, points: { show: false } }],
      hooks: { drawClear: [scene(data.admit / 10)] },
    }, [xs, dials, share], plot));
  }
}

// ---- the story in a sentence
{
  const back = data.runs.filter((r) => r.p99 >= 0 && !r.gaveUp);
  const soonest = Math.min(...back.map((r) => r.p99));
  const calm = back.filter((r) => r.p99 <= 1.5 * soonest).sort((a, b) => a.peak - b.peak)[0];
  const times = (r) => { const x = r.peak / (data.admit / 10); return x < 10 ? x.toFixed(1) : count(x); };
  const told = (r) => `${count(r.peak)} dials in the worst 100 ms, ${times(r)} times what the server admits; ` +
    (r.p99 < 0 ? 'never 99 % back' : `99 % back after ${seconds(r.p99).toFixed(0)} s`) + (r.gaveUp ? `, ${percent(r.gaveUp)} gave up for good` : '') + '.';
  const lede = document.getElementById('lede');
  for (const r of new Set([data.runs[0], calm])) if (r) lede.append(element('li', {}, element('b', { textContent: r.policy + ': ' }), told(r)));
}

function all() { draw(); fillTable(); drawCards(); }
all();
let pending = 0;
addEventListener('resize', () => { cancelAnimationFrame(pending); pending = requestAnimationFrame(() => { draw(); drawCards(); }); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);

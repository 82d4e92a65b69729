// Puts the page together.
import { Actions } from './actions.js';
import { Charts } from './charts.js';
import { Control } from './control.js';
import { byId, setAlert, setText } from './dom.js';
import { FaultPanel } from './faults.js';
import { Frame } from './frame.js';
import { History } from './history.js';
import { OptionsForm } from './options.js';
import { Session } from './session.js';
import { StatsTable } from './stats.js';
import { Status } from './status.js';
import { Strip } from './strip.js';
import { Timeline } from './timeline.js';

const TICK = 100; // ms between two looks at the figures

function start() {
  setText(byId('version'), globalThis.WebSocketReconnect.version);
  const session = new Session();
  const control = new Control();
  const history = new History();
  const frame = new Frame();
  const status = new Status();
  const timeline = new Timeline();
  const stats = new StatsTable();
  const charts = new Charts(history, frame);
  const strip = new Strip(history, frame);
  const faults = new FaultPanel(control);
  const create = () => session.create(options.read());
  const options = new OptionsForm(() => byId('create').click());
  new Actions(session, create);

  session.watch((entry) => {
    history.note(entry, session.stats);
    status.note(entry);
    timeline.add(entry);
    if (entry.kind === 'stateChange' || entry.kind === 'circuitChange') status.show(session.stats);
  });
  control.watchStatus((answer) => {
    faults.show(answer);
    status.showServer(answer, faults.count);
  });
  control.watchEvents((event) => timeline.add({ source: 'server', kind: event.kind, payload: event, at: Date.parse(event.at) }));
  byId('span').addEventListener('input', ({ target }) => (frame.seconds = Number(target.value)));

  // Tabs of the same page are told apart by their client name.
  const name = 'demo-' + Math.random().toString(36).slice(2, 6);
  control.start().then(
    ({ url }) => (options.link = `${url}?client=${name}`),
    () => setAlert(byId('trouble'), 'The fault server’s control API does not answer under /control/. Start the page with “make run”.'),
  );

  let ticks = 0;
  setInterval(() => {
    const figures = session.stats;
    if (figures) history.sample(figures);
    if (document.hidden) return;
    if (figures) {
      status.show(figures);
      if (ticks++ % 2 === 0) stats.show(figures);
    }
    frame.advance();
    charts.draw();
    strip.draw();
  }, TICK);
}

if (globalThis.WebSocketReconnect && globalThis.uPlot) start();
else setAlert(byId('trouble'), '/dist/websocket-reconnect.js could not be loaded: run “make build”, or “make run”, which builds and serves this page.');

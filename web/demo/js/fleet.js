// The simulator's page: reads the form, has a Worker simulate, shows the report.
const $ = (id) => document.getElementById(id);
const form = $('form');

/** What can be compared with the user's options, and what is at first. */
const POLICIES = ['default', 'full', 'equal', 'decorrelated', 'recommended 5 s', 'recommended 10 s', 'recommended 30 s', 'reconnecting-websocket', 'partysocket', 'socket.io', 'phoenix', 'signalr', 'graphql-ws', 'actioncable', 'centrifuge'];
const AT_FIRST = ['default', 'reconnecting-websocket', 'socket.io'];

for (const name of POLICIES) {
  const label = Object.assign(document.createElement('label'), { className: 'check' });
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: 'policy', value: name, checked: AT_FIRST.includes(name) });
  label.append(box, ' ' + name);
  $('beside').append(label);
}

let worker;
let shown = '';

function readForm() {
  const fields = new FormData(form);
  const request = { drop: fields.get('drop'), dials: fields.get('dials'), options: fields.get('options'), policies: fields.getAll('policy') };
  for (const name of ['clients', 'outage', 'retryAfter', 'spread', 'admit', 'backlog', 'latency', 'toll', 'horizon', 'seed']) {
    const value = Number(fields.get(name));
    if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is ${JSON.stringify(fields.get(name))}; it must be a number, at least 0`);
    request[name] = value;
  }
  for (const name of ['clients', 'backlog', 'seed']) {
    if (!Number.isInteger(request[name])) throw new Error(`${name} is ${request[name]}; it must be a whole number`);
  }
  return request;
}

function running(on) {
  $('run').disabled = on;
  $('stop').disabled = !on;
}

function complain(text) {
  $('trouble').textContent = text;
  $('trouble').hidden = !text;
}

function finish(status) {
  running(false);
  $('status').textContent = status;
}

/** Shows a report, as long as it is. */
function show(html) {
  URL.revokeObjectURL(shown);
  shown = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  const frame = $('report');
  frame.onload = () => {
    const page = frame.contentDocument.documentElement;
    const fit = () => (frame.style.height = page.scrollHeight + 'px');
    new frame.contentWindow.ResizeObserver(fit).observe(frame.contentDocument.body);
    fit();
  };
  frame.src = shown;
  $('save').href = shown;
  $('empty').hidden = true;
  frame.hidden = $('saving').hidden = false;
}

function simulate(request) {
  complain('');
  running(true);
  $('progress').value = 0;
  $('status').textContent = worker ? 'Starting …' : 'Loading the simulator …';
  worker ??= new Worker('js/fleet-worker.js');
  const started = performance.now();
  worker.onmessage = ({ data }) => {
    if (data.progress) {
      const { policy, place, of, share } = data.progress;
      $('progress').value = (place + share) / of;
      $('status').textContent = `${policy}, ${place + 1} of ${of}`;
      return;
    }
    if (data.error) {
      complain(data.error);
      return finish('Nothing was simulated.');
    }
    $('progress').value = 1;
    show(data.report);
    finish(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  };
  worker.onerror = (event) => {
    worker = undefined;
    complain(event.message || 'The simulator could not be loaded; was it built? (make run builds it)');
    finish('Nothing was simulated.');
  };
  worker.postMessage(request);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  try {
    simulate(readForm());
  } catch (error) {
    complain(error.message);
  }
});

$('stop').addEventListener('click', () => {
  worker?.terminate();
  worker = undefined;
  finish('Stopped.');
});

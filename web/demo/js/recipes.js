// Outages to try with one press: what they do, and what to watch.
import { byId, make } from './dom.js';

const CUT = { how: 'rst' };

const RECIPES = [
  { name: 'Restart: down for 5 s', watch: 'Backoff, then a reconnect. What you send meanwhile waits in the queue.', run: async (control) => {
    await control.order('kill');
    setTimeout(() => control.order('revive').catch(() => {}), 5000);
  } },
  { name: 'Black hole', watch: 'Bytes vanish and nobody is told. The heartbeat notices and dials anew.', run: (control) => control.order('blackhole', { direction: 'both' }) },
  { name: '503 three times', watch: 'The error says that the server is there but refuses; the fourth dial opens.', run: async (control) => {
    await control.setFaults({ dial: { mode: 'status', status: 503, retryAfter: '2', times: 3 } });
    await control.order('drop', CUT);
  } },
  { name: 'Accept, then drop', watch: 'Every dial opens and dies. Such links count as failures: the circuit opens.', run: async (control) => {
    await control.setFaults({ afterOpen: { action: 'rst', afterMs: 400, times: 12 } });
    await control.order('drop', CUT);
  } },
  { name: 'Close with 1012, restart', watch: 'A clean close by the server; the page comes back by itself.', run: (control) => control.order('close', { code: 1012, reason: 'restart' }) },
  { name: 'Close with 1008, policy', watch: 'Coming back at once would end the same way: it waits maxDelay.', run: (control) => control.order('close', { code: 1008, reason: 'policy' }) },
  { name: 'Slow mobile network', watch: 'Round trips rise by 150 to 450 ms. Reset all ends it.', run: (control) => control.setFaults({ down: { delayMs: 150, jitterMs: 300 } }) },
];

/** Fills the list. attempt runs an order and shows what goes wrong. */
export function showRecipes(control, attempt) {
  for (const { name, watch, run } of RECIPES) {
    const button = make('button', { type: 'button', class: 'recipe' }, name, make('small', {}, watch));
    button.addEventListener('click', () => attempt(() => run(control)));
    byId('recipes').append(button);
  }
}

/** Away and back again: the page is to be kept in the back/forward cache, and its client to come back. */

const NAME = 'through the back/forward cache and back';

/** Reports the test; what the engine cannot do is no failure. */
export async function throughTheCache({ WebSocketReconnect, link }, report) {
  const tell = (body) => report({ placement: 'page', name: NAME, ...body });
  if (sessionStorage.getItem('left')) {
    // The page has been loaded anew.
    sessionStorage.removeItem('left');
    const [{ notRestoredReasons }] = performance.getEntriesByType('navigation');
    return tell({ skipped: 'it did not keep the page: ' + (JSON.stringify(notRestoredReasons?.reasons?.map(({ reason }) => reason)) ?? 'it does not say why') });
  }
  const ws = new WebSocketReconnect({ url: `${link}/ws?client=cache`, heartbeatInterval: 100, baseDelay: 20 });
  await ws.connect();
  await new Promise((resolve) => ws.once('message', resolve)); // an answer to a probe: the core is at work
  const shown = new Promise((resolve) => addEventListener('pageshow', resolve));
  sessionStorage.setItem('left', '1');
  location.assign('away.html');
  const { persisted } = await shown;
  const started = performance.now();
  sessionStorage.removeItem('left');
  const answered = new Promise((resolve) => ws.on('message', ({ data }) => data === 'back' && resolve()));
  if (ws.getStats().successes < 2) await Promise.race([new Promise((resolve) => ws.once('open', resolve)), new Promise((resolve) => setTimeout(resolve, 2000))]);
  ws.send('back');
  await answered;
  await tell({ failure: persisted ? '' : 'pageshow was not persisted', ms: Math.round(performance.now() - started), note: `${ws.getStats().successes} sockets` });
  ws.dispose();
}

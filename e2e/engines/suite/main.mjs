/**
 * The suite in a browser: once with the core in a Worker, once with it on the
 * page, then through the back/forward cache. Each part is a page of its own.
 */
import WebSocketReconnect from '/dist/websocket-reconnect.mjs';
import { throughTheCache } from './cache.mjs';
import { run } from './suite.mjs';

const params = new URLSearchParams(location.search);
const env = { WebSocketReconnect, server: location.origin, link: params.get('link'), nobody: params.get('nobody'), placement: params.get('part') ?? 'worker' };
const report = (body) => fetch('/report', { method: 'POST', body: JSON.stringify(body) });
const next = (part) => location.replace('?' + new URLSearchParams({ link: env.link, nobody: env.nobody, part }));

try {
  if (env.placement === 'cache') {
    WebSocketReconnect.configure({ placement: 'page' });
    await throughTheCache(env, report);
    await report({ done: true, agent: navigator.userAgent });
  } else {
    WebSocketReconnect.configure({ placement: env.placement });
    await run(env);
    next(env.placement === 'worker' ? 'page' : 'cache');
  }
} catch (error) {
  await report({ done: true, agent: navigator.userAgent, failure: String(error?.stack ?? error) });
}

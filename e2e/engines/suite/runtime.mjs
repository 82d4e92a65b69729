/**
 * The suite in Node, Deno or Bun:
 *
 *	runtime.mjs SERVER LINK NOBODY LIBRARY [ws]
 *
 * With "ws" the WebSocket is that of the package.
 */
import { createRequire } from 'node:module';
import process from 'node:process';

const [server, link, nobody, library, own] = process.argv.slice(2);
const require = createRequire(import.meta.url);
if (own) globalThis.WebSocket = require('ws').WebSocket;
const { WebSocketReconnect } = library.endsWith('.cjs') ? require(library) : await import(library);
const { run } = await import('./suite.mjs');

const { deno, bun, node } = process.versions;
const agent = deno ? `Deno ${deno}` : bun ? `Bun ${bun}` : `Node ${node}`;
const report = (body) => fetch(server + '/report', { method: 'POST', body: JSON.stringify(body) });
let failure = '';
try {
  await run({ WebSocketReconnect, server, link, nobody, placement: 'page', headers: Boolean(own) });
} catch (error) {
  failure = String(error?.stack ?? error);
}
await report({ done: true, agent, failure });
process.exit(0);

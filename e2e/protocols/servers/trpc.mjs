import { EventEmitter, on } from 'node:events';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { closeAll, httpServer, serve } from './serve.mjs';

const t = initTRPC.create();
const feed = new EventEmitter();
const router = t.router({
  publish: t.procedure.input((text) => String(text)).mutation(({ input }) => void feed.emit('message', input)),
  messages: t.procedure.subscription(async function* ({ signal }) {
    const all = on(feed, 'message', { signal });
    yield 'ready';
    for await (const [text] of all) yield text;
  }),
});
const server = httpServer();
const wss = new WebSocketServer({ server });
applyWSSHandler({ wss, router });
serve(server, closeAll(wss));

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocketServer } from 'ws';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import { closeAll, httpServer, serve } from './serve.mjs';

// One document, for all who come: its own sync protocol, no awareness.
const SYNC = 0;
const doc = new Y.Doc();
const server = httpServer();
const wss = new WebSocketServer({ server });
const message = (write) => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  write(encoder);
  return encoding.toUint8Array(encoder);
};
doc.on('update', (update, origin) => wss.clients.forEach((socket) => socket !== origin && socket.send(message((encoder) => sync.writeUpdate(encoder, update)))));
wss.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const decoder = decoding.createDecoder(new Uint8Array(data));
    if (decoding.readVarUint(decoder) !== SYNC) return;
    const answer = message((encoder) => sync.readSyncMessage(decoder, encoder, doc, socket));
    if (answer.length > 1) socket.send(answer);
  });
  socket.send(message((encoder) => sync.writeSyncStep1(encoder, doc)));
});
// What a client writes into 'in' the server writes into 'out'.
doc.getArray('in').observe(({ changes, transaction }) => {
  if (transaction.origin) for (const { insert } of changes.delta) if (insert) doc.getArray('out').push(insert);
});
serve(server, closeAll(wss));

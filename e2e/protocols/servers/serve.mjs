// What the servers share: a free port, told on the first line of the output; an
// order on each line of the input; the end with the end of the input.
import http from 'node:http';

/** Listens, then tells the port. drop() is to close all connections, as a server does that restarts. */
export function serve(server, drop) {
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  let text = '';
  process.stdin.on('data', (chunk) => {
    text += chunk;
    for (let at; (at = text.indexOf('\n')) >= 0; text = text.slice(at + 1)) if (text.slice(0, at) === 'drop') drop();
  });
  process.stdin.on('end', () => process.exit());
}

export const httpServer = () => http.createServer((_, answer) => answer.writeHead(404).end());

/** Closes the connections of a server of the package ws. */
export const closeAll = (wss) => () => wss.clients.forEach((socket) => socket.close(1012, 'restart'));

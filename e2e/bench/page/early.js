// As README's "Open sooner" has it.
const early = new WebSocket(new URL('/ws', location.href.replace(/^http/, 'ws')));
early.missed = [];
early.onmessage = (event) => early.missed.push(event);

import type { Connection } from './connection';
import { browserSends, type CloseInfo } from './socket';

/** By connection: the newest generation whose end was told before a core asked for it. */
const told = new WeakMap<Connection, number>();

/** Connections whose socket was abandoned after the user heard of its open, and not of its end so far. */
const owed = new WeakSet<Connection>();

/** The core has given up on the socket. */
export function abandon(c: Connection): void {
  if (c.socket_!.opened_) owed.add(c);
  c.letGo_();
}

/**
 * The next dial is made. The core may have given up on a dial (the page woke up, the network is back) that
 * had opened meanwhile, which the user was told at once: then nobody else tells of its end.
 */
export function settleClose(c: Connection): void {
  if (owed.delete(c)) emit(c, { code: 1006, reason: '', wasClean: false });
}

/** Tells that the socket of a generation ended, or its dial failed. */
export function emitClose(c: Connection, gen: number, info: CloseInfo): void {
  owed.delete(c);
  if (gen > (told.get(c) ?? 0)) emit(c, info);
}

/**
 * reconnect() was called while no core is there, and the next dial is made at
 * once: the end of the socket before is told now. From the next core it would
 * come after the open of that dial, and be taken for its end.
 */
export function replaced(c: Connection): void {
  const { socket_: socket, ended_: ended } = c;
  const { value: state } = c.state_;
  if (!socket) return;
  const live = socket.native_.readyState < 2;
  if (!live && state !== 'OPEN' && state !== 'CLOSING') return; // told already, or a failed dial
  told.set(c, socket.gen_);
  const info = live ? { code: socket.opened_ ? 1000 : 1006, reason: '', wasClean: false } : ended;
  queueMicrotask(() => c.disposed_ || emit(c, info));
}

function emit(c: Connection, info: CloseInfo): void {
  const { code, reason, wasClean } = info;
  c.stats_.lastClose = { code, reason, wasClean, at: Date.now() };
  // Node has had CloseEvent since version 23.
  const event = typeof CloseEvent === 'function' ? new CloseEvent('close', info) : Object.assign(new Event('close'), { code, reason, wasClean });
  const asked = c.asked_?.code;
  c.user_.dispatchEvent(asked !== undefined && !browserSends(asked) ? Object.assign(event, { requestedCode: asked }) : event);
}

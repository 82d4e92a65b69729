import { closeEvent } from './closeevent';
import type { Connection } from './connection';
import { ToCore } from './contract.gen';
import { ABNORMAL } from './ended';
import { browserSends, type CloseInfo } from './socket';

/** By connection: the newest generation whose end was told before a core asked for it. */
const told = new WeakMap<Connection, number>();

/** By connection: the newest generation whose end was told. */
const lastEnded = new WeakMap<Connection, number>();

/** By connection: the generations whose open was told, and not their end so far. */
const opened = new WeakMap<Connection, number[]>();

/** By connection: the generation of a dial that the user closed while no core was there. */
const closed = new WeakMap<Connection, number>();

/** Connections whose socket was abandoned after the user heard of its open, and not of its end so far. */
const owed = new WeakSet<Connection>();

/** The core has given up on the socket. */
export function abandon(c: Connection): void {
  if (c.socket_?.opened_) owed.add(c);
  c.letGo_();
}

/**
 * The next dial is made. The core may have given up on a dial (the page woke up, the network is back) that
 * had opened meanwhile, which the user was told at once: then nobody else tells of its end.
 */
export function settleClose(c: Connection): void {
  if (owed.delete(c)) emit(c, c.gen_, { code: 1006, reason: '', wasClean: false });
}

/** Tells that the socket of a generation ended, or its dial failed. */
export function emitClose(c: Connection, gen: number, info: CloseInfo): void {
  owed.delete(c);
  if (gen > (told.get(c) ?? 0)) emit(c, gen, info);
}

/**
 * Something was posted while no core is there. Where the page lets go of a socket
 * to dial anew, the end of that is told now: from the next
 * core it would come after the open of the next socket, and be taken for its end.
 */
export function postedAlone(c: Connection, [op, , , ended]: readonly number[], posted: number, failing: boolean): void {
  if (op === ToCore.Closed && failing) return endedAlone(c, ended!, posted);
  if (op === ToCore.Reconnect) c.handover_?.callOff_();
  const { socket_: socket } = c;
  const { value_: state } = c.state_;
  if (op === ToCore.Close && socket && state === 'CONNECTING') closed.set(c, socket.gen_); // it is let go at once
  const letsGo = op === ToCore.Reconnect || (op === ToCore.Connect && (state === 'CLOSED' || state === 'FAILED'));
  const gen = socket?.gen_ ?? closed.get(c) ?? 0;
  if (!letsGo || (lastEnded.get(c) ?? 0) >= gen) return;
  told.set(c, gen);
  const info = socket && socket.native_.readyState < 2 ? { code: socket.opened_ ? 1000 : 1006, reason: '', wasClean: false } : (c.ended_ ?? ABNORMAL);
  queueMicrotask(() => emit(c, gen, info));
}

/** A generation has opened, and the user was told. */
export function noteOpen(c: Connection, gen: number): void {
  opened.set(c, (opened.get(c) ?? []).concat(gen)); // what spreading makes has room for many more
}

/**
 * Whether a generation was a dial that the page alone, while no core was there,
 * has replaced by one that has opened: it is too late to tell of its end.
 */
export const isPast = (c: Connection, gen: number): boolean => !!c.socket_?.opened_ && gen < c.socket_.gen_ && !opened.get(c)?.includes(gen);

/** A socket has ended, and there may be no core for long: the user is told now, by the page's own lights. What was found out late, of one that was replaced, has been told. */
function endedAlone(c: Connection, gen: number, posted: number): void {
  if (gen !== c.gen_ || c.handover_ || !c.socket_ || (lastEnded.get(c) ?? 0) >= gen) return;
  told.set(c, gen);
  if (c.closed_ || c.socket_.opened_) c.state_.foresee_(c.closed_ ? 'CLOSED' : 'CONNECTING', posted)();
  emit(c, gen, c.ended_ ?? ABNORMAL);
}

/** The core has died that was to close the connection, for which it waited. */
export function closeAlone(c: Connection): void {
  for (const [id] of c.outbox_) c.discard_(id, 'closed');
  c.socket_?.close_(c.asked_?.code, c.asked_?.reason ?? '');
}

function emit(c: Connection, gen: number, info: CloseInfo): void {
  lastEnded.set(c, gen);
  opened.set(c, (opened.get(c) ?? []).filter((other) => other > gen));
  const { code, reason, wasClean } = info;
  c.stats_.lastClose = { code, reason, wasClean, at: Date.now() };
  const event = closeEvent(info);
  const asked = c.asked_?.code;
  c.user_.dispatchEvent(asked !== undefined && !browserSends(asked) ? Object.assign(event, { requestedCode: asked }) : event);
}

import type { Connection } from './connection';
import { ToCore, VERDICTS } from './contract.gen';
import { diagnose, Reach } from './diagnose';
import { usable, usableTTL } from './how';
import type { CloseInfo } from './socket';
import { hintOf, verdictOf, type Hint } from './verdict';

/** How a dial ends that has no more to say. */
export const ABNORMAL: CloseInfo = { code: 1006, reason: '', wasClean: false };

/** What an end means for the next dial, as the core is told: the verdict, and the server's hint. */
export function meaningOf(c: Connection, { code, reason }: CloseInfo): [verdict: number, ...Hint] {
  const verdict = verdictOf(code, c.options_);
  if (verdict === 'refresh') c.refresh_ = true;
  return [VERDICTS.indexOf(verdict), ...hintOf(code, reason, c.options_)];
}

/** Tells the core, through `post`, that the newest socket has ended, or never came to be. */
export function closed(c: Connection, gen: number, opened: boolean, post: (...args: number[]) => void): void {
  const { ended_: end = ABNORMAL, options_: options } = c;
  const meaning = meaningOf(c, end);
  const tell = (reach: Reach) => post(gen, end.code, +end.wasClean, reach, ...meaning);
  if (!opened && options.diagnose && !c.dialError_) return void diagnose(c.url_).then(tell);
  tell(Reach.Unknown);
  giveBack(c);
}

/** What an error that a function of the options has thrown means for the next dial, as a number of VERDICTS. */
export const verdictOn = (error: unknown): number => VERDICTS.indexOf((Object(error) as { code?: unknown }).code === 'STOPPED' ? 'stop' : 'retry');

/** Tells the core that a function of the options has failed, or has said stop. */
export function hookFailed(c: Connection, gen: number, error: unknown): void {
  const { message = String(error) } = Object(error) as { message?: string };
  c.dialError_ = message;
  c.post_(ToCore.Closed, gen, 1006, 0, Reach.Hook, verdictOn(error), 0, 0);
}

/**
 * Enqueues again what was to be flushed when the socket was gone already. Not
 * before the core knows that it is: it would have it flushed again, at once, and
 * so on. A browser holds back the close event of a socket that it closed when it
 * froze the page.
 */
export function giveBack(c: Connection): void {
  const { socket_: socket } = c;
  if (socket?.owner_ && socket.native_.readyState > 1) return;
  for (const id of c.returned_?.splice(0) ?? []) {
    enqueue(c, id);
  }
}

/** Tells the core of a message that waits; of one key only the last does. */
export function enqueue(c: Connection, id: number): void {
  const { outbox_: outbox } = c;
  const message = outbox.get(id);
  if (!message) return; // replaced
  const { bytes, key, ttl = Infinity, priority = 0, at } = message;
  let replaces = 0; // which may not be known to the core
  if (key !== undefined) {
    const older = [...outbox].filter(([other, message]) => other < id && message.key === key);
    if (older.length && isRefused(c, id)) return c.discard_(id, 'overflow');
    for ([replaces] of older) c.discard_(replaces, 'replaced');
  }
  c.post_(ToCore.Enqueue, id, bytes, performance.now() - at, usableTTL(ttl), usable(priority), replaces);
}

/** Whether the core will refuse a message that is to take the place of those with its key: the rest, but for what gives way to it, leaves no room. */
function isRefused({ outbox_: outbox, options_: options }: Connection, id: number): boolean {
  const { key, bytes, priority = 0 } = outbox.get(id)!;
  const stays = [...outbox].filter(
    ([other, message]) => other < id && message.key !== key && !(options['queue.overflow'] === 'drop-oldest' && usable(message.priority ?? 0) <= usable(priority)),
  );
  return stays.length >= options['queue.maxMessages'] || stays.reduce((sum, [, message]) => sum + message.bytes, bytes) > options['queue.maxBytes'];
}

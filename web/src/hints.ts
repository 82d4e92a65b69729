import type { Connection } from './connection';
import { ToCore } from './contract.gen';

/** A control message is no longer than this, in UTF-16 code units. */
const LONGEST = 200;
/** What a server may ask for at most, and what it asks for if it does not say; milliseconds. */
const MOST = 600_000;
const WITHIN = 30_000;

const isSpan = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < Infinity;

/** Does what a control message asks for. What is not quite one is ignored, like any other message. */
export function obey(c: Connection, { target }: Event, data: unknown): void {
  if (typeof data !== 'string' || data.length > LONGEST || data[0] !== '{' || !/"(drain|reconnect)"/.test(data)) return;
  let asked: Record<string, unknown>;
  try {
    asked = JSON.parse(data);
  } catch {
    return;
  }
  const { type, within = WITHIN, retryAfter = 0, spread = 0 } = asked;
  if (!isSpan(spread) || target !== c.socket_!.native_) return; // a spare at its gate is no connection yet
  if (type === 'drain' && isSpan(within)) c.post_(ToCore.Drain, Math.min(within, MOST), Math.min(spread, MOST));
  else if (type === 'reconnect' && isSpan(retryAfter)) c.post_(ToCore.Hint, c.socket_!.gen_, retryAfter, spread); // capped by the core
}

import type { Connection } from './connection';
import { Snap, ToCore } from './contract.gen';
import { closed, hookFailed } from './ended';
import { seeEnd } from './ends';
import { badInput, show, WebSocketReconnectError } from './errors';
import { enter, Gate, lasting, limit, type Gated } from './gate';
import type { DialInfo } from './hooks';
import { report } from './listeners';
import { isString } from './types';
import { checkProtocols, resolveUrl } from './url';

/** What a user's function gives, or the value that is there in its place. */
type Given<T> = Exclude<T, Function>;
const given = async <T>(value: T, info: DialInfo): Promise<Given<T>> => (typeof value === 'function' ? value(info) : (value as Given<T>));

/** The number of the dial under way: 0 for the first, n for the n-th retry. */
export const attemptOf = (c: Connection): number => c.snapshot_?.[Snap.RetryCount] ?? 0;

/** Calls url and protocols, where they are functions, and checks what they give. Sets the connection's address. */
export async function provide(c: Connection, attempt: number, signal: AbortSignal): Promise<string | string[]> {
  const { url, protocols } = c.options_;
  const info = { attempt, lastClose: c.stats_.lastClose, refresh: !!c.refresh_, signal };
  const [address, names] = await Promise.all([given(url, info), given(protocols, info)]);
  if (address !== url && typeof address !== 'string' && !(address instanceof URL)) throw badInput(`url() gave ${show(address)}; it must give a string or a URL`);
  if (![names].flat().every(isString)) throw badInput(`protocols() gave ${show(names)}; it must give a string or an array of strings`);
  const resolved = resolveUrl(address, false);
  checkProtocols(names, false);
  if (!signal.aborted) {
    c.url_ = resolved;
    c.refresh_ = false;
  }
  return names;
}

/**
 * A dial that needs functions of the user's. Whatever of them comes back after the
 * dial was called off is ignored.
 */
export async function dial(c: Connection, gen: number): Promise<void> {
  if (gen !== c.gen_ || c.closed_ || c.disposed_) return; // called off before this file was there
  const off = (c.dialling_ = new AbortController());
  const { signal } = off;
  const { providerTimeout, onOpen, onUnopened } = c.options_;
  const attempt = attemptOf(c);
  const refused_ = (error: unknown): void => {
    c.letGo_();
    hookFailed(c, gen, error);
  };
  enter(c, gen, limit(providerTimeout, c.options_), 'PROVIDER_FAILED');
  try {
    if (onUnopened && !(await goesOn(c, gen, signal))) return;
    const names = await provide(c, attempt, signal);
    if (signal.aborted) return;
    enter(c, gen, limit(undefined, c.options_), 'TIMED_OUT');
    const owner: Gated = {
      socketOpened_(socket) {
        c.socketOpened_(socket);
        lasting(c, socket, off);
      },
      socketMessage_: (event) => c.socketMessage_(event),
      socketClosed_: (socket, event) => c.socketClosed_(socket, event),
      endedAtGate_(event) {
        c.ended_ = event;
        closed(c, gen, true, (...args) => c.post_(ToCore.Closed, ...args));
      },
      refused_,
    };
    c.open_(onOpen ? new Gate(c, owner, attempt, off) : c, names);
    seeEnd(c.socket_);
  } catch (error) {
    if (!signal.aborted) refused_(error);
  }
}

/** Asks onUnopened, if it is time to. Tells whether the dial goes on. */
async function goesOn(c: Connection, gen: number, signal: AbortSignal): Promise<boolean> {
  const { unopened_: failures = 0, askedFor_: askedFor = 0 } = c;
  const { onUnopened, unopenedAfter } = c.options_;
  if (failures < unopenedAfter || failures === askedFor || globalThis.navigator?.onLine === false) return true;
  c.askedFor_ = failures; // not again for the dial that it has put off
  let answer: unknown;
  try {
    answer = await onUnopened!({ failures, lastClose: c.stats_.lastClose, signal });
  } catch (error) {
    if ((error as WebSocketReconnectError)?.code === 'STOPPED') throw error;
    report(error); // and dial
  }
  if (signal.aborted) return false;
  if (answer === 'stop') throw new WebSocketReconnectError('STOPPED', 'onUnopened said so');
  const wait: unknown = Object(answer).wait;
  if (typeof wait === 'number' && wait >= 0) {
    c.post_(ToCore.PutOff, gen, wait);
    return false;
  }
  if (answer === 'refresh') c.refresh_ = true;
  else if (answer != null) report(badInput(`onUnopened answered ${show(answer)}; it must answer "stop", "refresh", {wait: milliseconds} or nothing`));
  return true;
}

import { watchRate } from './alert';
import type { Connection } from './connection';
import { CLASSES, Snap, STATES, ToCore, type Options } from './contract.gen';
import { pageError } from './control';
import { createArgs } from './coreconfig';
import { seeEnd } from './ends';
import { show, WebSocketReconnectError } from './errors';
import { explain } from './explanation';
import { Heartbeat } from './heartbeat';
import type { Line } from './line';
import { beginLog } from './log';
import { wrongCloseCodes, wrongHintCodes } from './verdict';
import { warnOfZombies } from './zombies';

let warned = false;

/** Says once that a browser's WebSocket takes no options. */
function warnOfOptions({ options_: { websocketOptions } }: Connection): void {
  if (warned || !globalThis.document || !Object.keys(websocketOptions).length) return;
  warned = true;
  console.warn('WebSocketReconnect: websocketOptions is ignored: a browser gives scripts no way to set headers or other options of a WebSocket. Put a token into the url, a subprotocol or the first message.');
}

let kin = false;

/** The first script has a class of errors of its own, which users know: those of this file are to be instances of it, too. */
function claimKin(client: Connection): void {
  if (kin) return;
  kin = true;
  const theirs = Object.getPrototypeOf(pageError(client, ''));
  const { prototype: ours } = WebSocketReconnectError;
  if (theirs !== ours) Object.setPrototypeOf(ours, theirs);
}

/** What a heartbeat is where an option for it cannot be used. */
const SPEECH = { heartbeatMessage: { type: 'ping' }, heartbeatReply: undefined, serverPing: false, serverPong: { type: 'pong' } } as const;

/** An object that is no JSON can be neither sent nor looked for: it is told, and replaced. */
function mendSpeech(options: Options, refuse: (wrong: string) => void): void {
  for (const name of Object.keys(SPEECH) as (keyof typeof SPEECH)[]) {
    try {
      JSON.stringify(options[name]);
    } catch (error) {
      Object.assign(options, { [name]: SPEECH[name] });
      refuse(`option ${name} is an object that is no JSON: ${(error as Error).message}`);
    }
  }
}

/** Gives a client what came with this file. */
export function equip(client: Connection, { clients_: clients, ready_: ready }: Line): void {
  claimKin(client);
  warnOfOptions(client);
  warnOfZombies(client, clients.values());
  const refuse = (wrong: string) => queueMicrotask(() => client.emitError_('BAD_INPUT', wrong)); // its listeners may come later in this turn
  const unknown = client.options_['circuitBreaker.exclude'].find((code) => !(CLASSES as readonly string[]).includes(code));
  if (unknown !== undefined) refuse(`option circuitBreaker.exclude has ${show(unknown)}, which is no error code`);
  try {
    client.heartbeat_ = new Heartbeat(client);
  } catch {
    mendSpeech(client.options_, refuse);
    client.heartbeat_ = new Heartbeat(client);
  }
  const { options_: options } = client;
  for (const check of [() => wrongCloseCodes(options), () => wrongHintCodes(options), () => watchRate(client), () => beginLog(client, () => explain(client, ready).sentence)]) {
    let wrong: string | undefined;
    try {
      wrong = check();
    } catch (error) {
      wrong = String(error); // of a getter of the user's: not for other clients to bear
    }
    if (wrong) refuse(wrong);
  }
  seeEnd(client.socket_);
}

/** Tells a core that has not heard of it about a client, and how its surroundings are. */
export function introduce(client: Connection, line: Line): void {
  line.post_(ToCore.Create, client.id_, createArgs(client));
  const { snapshot_: snapshot } = client;
  if (snapshot) {
    line.log_.push([ToCore.Restore, client.id_, client.snapshotAt_, ...snapshot]);
    // No part of a snapshot: connect() was called since.
    if (snapshot[Snap.State] === STATES.indexOf('CLOSING') && !client.closed_) line.post_(ToCore.Connect, client.id_);
  }
  if (globalThis.navigator?.onLine === false) line.post_(ToCore.Offline, client.id_);
  if (globalThis.document?.hidden) line.post_(ToCore.Hidden, client.id_);
}

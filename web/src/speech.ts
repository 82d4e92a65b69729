import type { Options } from './contract.gen';
import { matcher, said, type Matcher } from './match';
import type { Payload } from './outbox';
import { replyMatcher } from './reply';
import { isPayload } from './types';

/** What a heartbeat says and listens for. */
export interface Speech {
  readonly message_: () => Payload;
  readonly pong_: () => Payload;
  readonly isReply_: Matcher;
  readonly isPing_: Matcher | undefined;
}

/** The newest, and what it was made of, as text. */
let newest: Speech;
let newestText: string;

/** JSON leaves out what is undefined or a function; a pattern with such a property is another than one without. */
const keepMissing = (_: string, value: unknown): unknown => (value === undefined || typeof value === 'function' ? '\0missing' : value);

/** The speech of a client. Clients whose options read alike share it: a page may have thousands. */
export function speechOf(options: Options): Speech {
  const { heartbeatMessage, heartbeatReply, serverPing, serverPong } = options;
  const given = [heartbeatMessage, heartbeatReply, serverPing, serverPong];
  const make = () => ({
    message_: said(heartbeatMessage),
    pong_: said(serverPong),
    isReply_: replyMatcher(options),
    isPing_: serverPing === false ? undefined : matcher(serverPing),
  });
  if (given.some((one) => typeof one === 'function' || (typeof one === 'object' && isPayload(one)))) return make();
  const text = JSON.stringify(given, keepMissing);
  if (text !== newestText) [newest, newestText] = [make(), text];
  return newest;
}

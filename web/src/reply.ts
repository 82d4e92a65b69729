import type { Options } from './contract.gen';
import { matcher, wire, type Matcher } from './match';

/** What is taken for the reply to a probe: what the user says it looks like, or the usual. */
export const replyMatcher = ({ heartbeatReply, heartbeatMessage: probe }: Options): Matcher => (heartbeatReply !== undefined ? matcher(heartbeatReply) : usualReply(typeof probe !== 'function' && wire(probe)));

/**
 * The reply that a server usually gives to a probe: the probe with ping turned
 * into pong, or the probe itself, echoed. It serves to measure the round trip
 * where the user has not said what the reply looks like.
 */
export function usualReply(probe: unknown): Matcher {
  if (typeof probe !== 'string') return () => false;
  const reply = probe.replace(/ping/gi, (ping) => ping[0]! + (ping[1] === 'I' ? 'O' : 'o') + ping.slice(2));
  let same = matcher(reply);
  try {
    const object = JSON.parse(reply);
    if (typeof object === 'object' && object) same = matcher(object);
  } catch {
    // Not JSON: the texts are compared.
  }
  return (event, data) => data === probe || same(event, data);
}

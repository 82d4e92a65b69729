import { ToCore } from './contract.gen';

/**
 * What happened while no core was there, as the next one is to hear of it: in
 * order, but such that it comes to what the page has done alone, which dials for
 * connect() and reconnect() and for nothing else.
 *
 * - A dial that opened comes right behind what began it. Were it told before that
 *   the circuit was opened by hand, the core would give up the dial, and take the
 *   calls that followed for those of another state.
 * - A handover of a connection that was replaced since has not been asked for: the
 *   core would count a dial that there was not.
 * - What the surroundings said (client 0) comes last, as of now. A core probes the
 *   link for it, and the time for the reply is not to be over when the probe leaves.
 */
export function retold(messages: number[][]): number[][] {
  let order: number[][] = [];
  const surroundings: number[][] = [];
  for (const message of messages) {
    const [op, client] = message as [ToCore, number];
    if (!client) {
      surroundings.push([op, client, performance.now()]);
      continue;
    }
    if (replaces(message, client)) order = order.filter(([o, c]) => c !== client || (o !== ToCore.Handover && o !== ToCore.Drain));
    let at = order.length;
    if (op === ToCore.Opened) while (at && !replaces(order[at - 1]!, client)) at--;
    order.splice(at, 0, message);
  }
  return [...order, ...surroundings];
}

/** Whether the page alone ends a client's connection for this, or dials. */
function replaces([op, client]: number[], of: number): boolean {
  return client === of && (op === ToCore.Connect || op === ToCore.Reconnect || op === ToCore.Close);
}

import { ToCore } from './contract.gen';

/**
 * What happened while no core was there, in the order in which the next one is to
 * hear of it: a dial that opened comes right behind what began it. A core gives up
 * a dial when the circuit is opened, or the network comes back; the page alone does
 * not. Were such news told first, the core would give up what the user has seen
 * open, and take the calls that followed for those of another state. What the
 * surroundings said (client 0) is told as of now: a core probes the link for it,
 * and the time for the reply is not to be over when the probe leaves.
 */
export function retold(messages: number[][]): number[][] {
  const order: number[][] = [];
  for (const message of messages) {
    let at = order.length;
    if (!message[1]) message[2] = performance.now();
    if (message[0] === ToCore.Opened) while (at && !begins(order[at - 1]!, message[1]!)) at--;
    order.splice(at, 0, message);
  }
  return order;
}

/** Whether the page dials at once for this, when it is alone; or ends what it has dialled, but for a spare. */
function begins([op, client]: number[], of: number): boolean {
  return client === of && (op === ToCore.Connect || op === ToCore.Reconnect || op === ToCore.Close);
}

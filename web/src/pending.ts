/** Calls back behind the tasks that are queued already. A timer would wait for a minute in a hidden page. */
export function afterPending(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(0);
}

import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';

export function start(url, WebSocket, note) {
  const client = createWSClient({ url, WebSocket, retryDelayMs: () => 50 });
  const trpc = createTRPCClient({ links: [wsLink({ client })] });
  trpc.messages.subscribe(undefined, {
    onData: (text) => (text === 'ready' ? note('ready') : note('got', text)),
    onError: (error) => note('error', String(error)),
  });
  return { publish: (text) => trpc.publish.mutate(text), stop: () => client.close() };
}

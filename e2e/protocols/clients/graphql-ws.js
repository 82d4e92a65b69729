import { createClient } from 'graphql-ws';

export function start(url, webSocketImpl, note) {
  const client = createClient({ url, webSocketImpl, retryAttempts: Infinity, retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)), shouldRetry: () => true });
  client.subscribe({ query: 'subscription { messages }' }, {
    next: ({ data: { messages } }) => (messages === 'ready' ? note('ready') : note('got', messages)),
    error: (error) => note('error', String(error)),
    complete: () => note('complete'),
  });
  return {
    // Until it is complete graphql-ws would ask again on the next connection.
    publish: (text) => new Promise((complete, error) => client.subscribe({ query: 'mutation ($text: String!) { publish(text: $text) }', variables: { text } }, { next() {}, error, complete })),
    stop: () => client.dispose(),
  };
}

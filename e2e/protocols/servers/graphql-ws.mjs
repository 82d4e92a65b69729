import { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { closeAll, httpServer, serve } from './serve.mjs';

/** What a subscription tells: that it has begun, then all that is published. */
class Feed {
  static all = new Set();
  #waiting = ['ready'];
  #wake = () => {};

  constructor() {
    Feed.all.add(this);
  }

  push(text) {
    this.#waiting.push(text);
    this.#wake();
  }

  async next() {
    while (!this.#waiting.length) await new Promise((resolve) => (this.#wake = resolve));
    return { done: false, value: { messages: this.#waiting.shift() } };
  }

  async return() {
    Feed.all.delete(this);
    return { done: true };
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

const text = { type: new GraphQLNonNull(GraphQLString) };
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { hello: { ...text, resolve: () => 'world' } } }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: { publish: { ...text, args: { text }, resolve: (_, args) => (Feed.all.forEach((feed) => feed.push(args.text)), args.text) } },
  }),
  subscription: new GraphQLObjectType({ name: 'Subscription', fields: { messages: { ...text, subscribe: () => new Feed() } } }),
});

const server = httpServer();
const wss = new WebSocketServer({ server });
useServer({ schema }, wss);
serve(server, closeAll(wss));

export { WebsocketBuilder, ConstantBackoff } from 'websocket-ts';

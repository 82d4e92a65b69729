export { default } from 'reconnecting-websocket';

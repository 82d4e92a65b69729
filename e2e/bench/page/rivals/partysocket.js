export { default } from 'partysocket/ws';

// Components that subscribe to stores by Svelte's $ syntax. Tests mount them with
// `show`; the other functions are Svelte's own.
import { flushSync, mount, unmount } from 'svelte';
import { derived, get } from 'svelte/store';
import { shared } from 'websocket-reconnect/shared';
import { webSocketStore } from 'websocket-reconnect/svelte';
import Chat from './Chat.svelte';

const quick = { baseDelay: 20, maxDelay: 100, jitter: 0, heartbeatInterval: false, diagnose: false };

/** A store of the test's server. */
const store = (options = {}) => webSocketStore(address, { ...quick, json: true, ...options });

/** Shows a component of a store. Returns what takes it away. */
function show(messages) {
  const component = mount(Chat, { target: document.getElementById('root'), props: { messages } });
  return () => unmount(component);
}

Object.assign(window, { store, show, derived, get, shared, flushSync, text: () => document.querySelector('p').textContent });

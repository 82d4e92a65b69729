// Components with the composable. Tests mount them with `mount`; what they see
// is in `seen`, and what the composable returned in `use`.
import { createApp, h, ref, version, watch } from 'vue';
import { useWebSocket } from 'websocket-reconnect/vue';

let app;

/** Shows a component that uses this address and these options. */
function mount(options = {}, url = address) {
  const source = ref(url);
  app = createApp({
    setup() {
      const use = (window.use = useWebSocket(source, {
        onConnected: (ws) => record('connected', ws === use.ws.value),
        onDisconnected: (_, event) => record('disconnected', event.code),
        onError: (_, event) => record('error', event.type),
        onMessage: (_, event) => record('message', event.data),
        client: { baseDelay: 20, maxDelay: 100 },
        ...options,
      }));
      watch(use.status, (status) => record('status', status), { flush: 'sync' });
      return () => h('p', [use.status.value, ' ', use.data.value]);
    },
  });
  app.mount('#root');
  window.source = source;
}

const unmount = () => app.unmount();

Object.assign(window, { mount, unmount, version, text: () => document.getElementById('root').textContent });

// Components under StrictMode. What they see and do is in `seen`; tests mount
// them with `mount`, which takes the properties of each by its key.
import { StrictMode, useEffect, version } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import useTheirs from 'react-use-websocket';
import { ReadyState, useWebSocket } from 'websocket-reconnect/react';
import useDefault from 'websocket-reconnect/react';
import { shared } from 'websocket-reconnect/shared';

/** What the hook last returned, by the component's name. */
const hooks = {};

function Client({ name = 'a', url = address, connect = true, greet = false, ...options }) {
  const told = (what) => (event) => record(name, what, ...(what === 'message' ? [event.data] : what === 'close' ? [event.code] : what === 'stop' ? [event] : []));
  const hook = useWebSocket(
    url,
    { onOpen: told('open'), onMessage: told('message'), onClose: told('close'), onError: told('error'), onReconnectStop: told('stop'), client: { baseDelay: 20, maxDelay: 100 }, ...options },
    connect,
  );
  hooks[name] = hook;
  const { lastMessage, lastJsonMessage, readyState } = hook;
  useEffect(() => record(name, 'state', ReadyState[readyState]), [name, readyState]);
  useEffect(() => {
    if (greet) hook.sendMessage('hello');
  }, [greet]);
  return <p id={name}>{ReadyState[readyState]} {lastMessage?.data} {JSON.stringify(lastJsonMessage)}</p>;
}

/** A component with react-use-websocket in place of our hook. */
function Theirs() {
  useTheirs(link + '/ws?client=theirs', { onOpen: () => record('theirs', 'open') });
  return null;
}

let root;

/** Shows these components: {key: properties, or 'theirs'}. The change is done when it returns. */
function mount(clients) {
  root ??= createRoot(document.getElementById('root'));
  flushSync(() => root.render(<StrictMode>{Object.entries(clients).map(([key, props]) => (props === 'theirs' ? <Theirs key={key} /> : <Client key={key} {...props} />))}</StrictMode>));
}

Object.assign(window, { mount, hooks, shared, version, same: useDefault === useWebSocket, text: (name = 'a') => document.getElementById(name).textContent });

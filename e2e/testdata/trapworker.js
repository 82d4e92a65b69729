// A core in a Worker that traps when it is told to.
importScripts('trap.js');
addEventListener('message', (event) => {
  if (event.data !== 'trap') return;
  broken = true;
  event.stopImmediatePropagation();
});
importScripts(new URLSearchParams(location.search).get('core'));

// Which of the six tones of theme.css a thing has.

const STATES = { CLOSED: 'idle', CONNECTING: 'busy', OPEN: 'good', CLOSING: 'info', BLOCKED: 'held', FAILED: 'bad' };
const CIRCUITS = { CLOSED: 'good', OPEN: 'held', 'HALF-OPEN': 'busy' };
const KINDS = {
  page: { open: 'good', message: 'info', close: 'busy', error: 'bad', retry: 'busy', drop: 'bad', failed: 'bad' },
  server: { upgrade: 'good', listen: 'good', message: 'info', send: 'info', status: 'bad', reject: 'bad', reset: 'bad', hang: 'bad', drop: 'bad', refuse: 'bad', muted: 'held', blackhole: 'held', faults: 'busy', closing: 'busy', close: 'busy' },
  you: {},
};

export const ofState = (state) => STATES[state] ?? 'idle';
export const ofCircuit = (circuit) => CIRCUITS[circuit] ?? 'idle';

/** The tone of an entry of the timeline. */
export function ofEntry({ source, kind, payload }) {
  if (kind === 'stateChange') return ofState(payload);
  if (kind === 'circuitChange') return ofCircuit(payload);
  return KINDS[source][kind];
}

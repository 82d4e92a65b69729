// The options that the form shows, with values under which things happen soon enough to watch.

/** name as in the documentation, label, the demo's value, and choices where there are few. */
export const OPTION_LIST = [
  { name: 'url', label: 'url', value: '', wide: true },
  { name: 'maxRetries', label: 'maxRetries', value: '20' },
  { name: 'jitter', label: 'jitter', value: '0.1', choices: [['0', '0: none'], ['0.1', '0.1: ±10 %'], ['0.5', '0.5: ±50 %'], ['full', 'full'], ['equal', 'equal'], ['decorrelated', 'decorrelated']] },
  { name: 'baseDelay', label: 'baseDelay', value: '500' },
  { name: 'maxDelay', label: 'maxDelay', value: '8000' },
  { name: 'heartbeatInterval', label: 'heartbeatInterval', value: '2000' },
  { name: 'heartbeatTimeout', label: 'heartbeatTimeout', value: '1500' },
  { name: 'circuitBreaker.failureThreshold', label: 'failureThreshold', value: '5' },
  { name: 'circuitBreaker.resetTimeout', label: 'resetTimeout', value: '8000' },
  { name: 'connectionTimeout', label: 'connectionTimeout', value: '6000' },
  { name: 'minUptime', label: 'minUptime', value: '3000' },
  { name: 'queue.maxMessages', label: 'queue.maxMessages', value: '1000' },
  { name: 'placement', label: 'core runs in', value: 'worker', choices: [['worker', 'a Worker'], ['page', 'the page']] },
];

/** What a field's text means: nothing for the package's default, a number, false; other text goes as it is, to be refused. */
export function parse(text) {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (trimmed === 'false') return false;
  if (trimmed === 'Infinity' || Number.isFinite(Number(trimmed))) return Number(trimmed);
  return trimmed;
}

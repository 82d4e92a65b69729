// Takes random lives through the circuit of web/entries/breaker: JSON on stdin
// and stdout. web/build/webtest compares the answers with core/breaker's.
import { readFileSync } from 'node:fs';
import { Circuit, type CircuitConfig } from '../entries/breaker/circuit';

type Step = [op: 'permit' | 'success' | 'failure' | 'release' | 'trip' | 'reset', now: number, which: number];

const STATES = ['closed', 'open', 'halfOpen'];
const lives = JSON.parse(readFileSync(0, 'utf8')) as { config: CircuitConfig; steps: Step[] }[];
const answers = lives.map(({ config, steps }) => {
  const circuit = new Circuit(config);
  const permits: number[] = [];
  return steps.map(([op, now, which]) => {
    if (op === 'permit') permits.push(circuit.permit_(now));
    else if (op === 'success') circuit.success_(permits[which] ?? 0, now);
    else if (op === 'failure') circuit.failure_(permits[which] ?? 0, now);
    else if (op === 'release') circuit.release_(permits[which] ?? 0);
    else if (op === 'trip') circuit.trip_(now);
    else circuit.reset_();
    circuit.state_(now);
    const { state, failures, until, good, bad, trips, refusals } = circuit.summary_(now);
    return [permits.at(-1) ? 1 : 0, STATES.indexOf(state), failures, until === Infinity ? -1 : until, good, bad, trips, refusals].join(' ');
  });
});
console.log(JSON.stringify(answers));

import type { Connection } from './connection';
import { masked, quoted } from './control';
import { show } from './errors';
import { sizeOf } from './outbox';
import { plural } from './plural';

/** From what tells least. */
export const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
type Level = 1 | 2 | 3 | 4;

/** What is logged of an event: the level (an alert has two), and the line. Payloads are none of it. */
const EVENTS: Record<string, [level: Level, text: (event: any) => string]> = {
  error: [1, ({ error }) => `error ${error.code}: ${error.message}`],
  failed: [1, ({ detail }) => `failed after ${plural(detail.attempts, 'dial')} (${detail.reason})`],
  alert: [2, ({ detail }) => `alert: ${detail.recovered ? 'recovered, ' : ''}${Math.round(100 * detail.successRate)} % of the last ${plural(detail.attempts, 'dial')} opened, threshold ${+(100 * detail.threshold).toFixed(3)} %`],
  close: [2, ({ code, reason, wasClean }) => `close ${code} ${quoted(reason)}${wasClean ? '' : ', not clean'}`],
  circuitChange: [2, ({ detail }) => `circuit ${detail}`],
  drop: [2, ({ detail }) => `drop ${plural(detail.bytes, 'byte')} (${detail.reason})`],
  retry: [3, ({ detail }) => `retry ${detail.attempt} of ${detail.maxRetries} in ${detail.delay} ms (${detail.reason})`],
  stateChange: [3, ({ detail }) => `state ${detail}`],
  open: [3, () => 'open'],
  gap: [3, ({ detail }) => `gap of ${detail.downMs} ms`],
  handover: [3, () => 'handover'],
  message: [4, ({ data }) => `message of ${plural(sizeOf(data), 'byte')}`],
};

/** Addresses in a text, such as an error of the user's own, lose what may be secret: user, password, query. */
export const withoutSecrets = (text: string): string => text.replace(/:\/\/(?:[^\s/?"]*@)?([^\s?"]*)(\?(?!\u2026)[^\s"]*)?/g, (_, rest, query) => `://${rest}${query ? '?…' : ''}`);

const logged = new WeakSet<Connection>();

/** Begins to log, if the options say so. Returns what is wrong with them, if anything is. */
export function beginLog(c: Connection, now: () => string): string | undefined {
  const { logLevel = 'silent' } = c.options_;
  const most = LEVELS.indexOf(logLevel);
  if (most < 0) return `option logLevel is ${show(logLevel)}; it must be ${LEVELS.map(show).join(' or ')}`;
  if (!most || logged.has(c)) return undefined;
  logged.add(c);
  const write = (level: Level, text: string) => console[LEVELS[level]](`WebSocketReconnect ${c.id_} ${masked(c.url_)}: ${withoutSecrets(text)}`);
  if (most > 2 && c.gen_) write(3, now()); // it has dialled before this file came
  for (const [type, [level, text]] of Object.entries(EVENTS)) {
    if (level > most) continue;
    // Ahead of listeners that stop an event.
    (c.user_ as unknown as EventTarget).addEventListener(type, (event) => {
      let line: string;
      try {
        line = text(event);
      } catch {
        return; // somebody else has made it
      }
      write(level, line);
    }, { capture: true });
  }
  return undefined;
}

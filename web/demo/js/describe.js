// Entries of the timeline in words: one line, and the whole payload for who opens it.
import { bytes, count, span } from './format.js';

const LINE = 160;
const WHOLE = 20_000;

const CODES = {
  1000: 'normal', 1001: 'going away', 1002: 'protocol error', 1003: 'unsupported data', 1005: 'no code given', 1006: 'no close frame', 1007: 'bad data',
  1008: 'policy', 1009: 'too big', 1010: 'extension missing', 1011: 'internal error', 1012: 'restart', 1013: 'try again later', 1014: 'bad gateway',
};

const SERVER_KINDS = {
  dial: 'TCP accepted', reset: 'dial reset', hang: 'dial left without an answer', request: 'asks for', status: 'answers', reject: 'refuses:', upgrade: 'is open',
  message: '', pong: 'ping answered', muted: 'ping not answered', blackhole: 'black hole:', send: 'sends', closing: 'sends close', close: 'got close', drop: 'cut by',
  gone: 'is no longer live:', end: 'is over:', listen: 'listens on', refuse: 'refuses dials on', faults: '', clear: 'record cleared',
};

const shorten = (text, limit) => (text.length > limit ? text.slice(0, limit) + ` … (${bytes(text.length)})` : text);

/** Text as it is, or indented if it is JSON; cut at 20,000 characters. */
function whole(text) {
  if (text.length < WHOLE && /^[[{]/.test(text)) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // Not JSON after all.
    }
  }
  return shorten(text, WHOLE);
}

function data(value) {
  if (typeof value === 'string') return { line: shorten(value, LINE), more: value.length > 60 || value.startsWith('{') ? whole(value) : undefined };
  return { line: `${value.constructor.name}, ${bytes(value.size ?? value.byteLength)}` };
}

const json = (value) => JSON.stringify(value, (_, v) => (v === Infinity ? 'Infinity' : v), 2);

const PAGE = {
  open: () => ({ line: 'connected' }),
  message: (event) => data(event.data),
  close: ({ code, reason, wasClean, requestedCode }) => ({
    line: `${code} (${CODES[code] ?? 'application'})${reason ? ` “${reason}”` : ''}${wasClean ? ', clean' : ', not clean'}`,
    more: json({ code, reason, wasClean, requestedCode }),
  }),
  error: (error) => ({ line: `${error.code}: ${error.message}` }),
  retry: (info) => ({ line: `${info.attempt} of ${info.maxRetries} in ${span(info.delay)} (${info.reason})`, more: json(info) }),
  stateChange: (state) => ({ line: state }),
  circuitChange: (circuit) => ({ line: circuit }),
  drop: (info) => ({ line: `${info.reason}: ${data(info.data).line}` }),
  failed: ({ reason, attempts, error, lastClose }) => ({
    line: `gave up after ${count(attempts, 'dial')}`,
    more: json({ reason, attempts, error: `${error?.code}: ${error?.message}`, lastClose }),
  }),
};

const YOU = {
  create: (options) => ({ line: `new WebSocketReconnect({url: "${options.url}", …})`, more: json(options) }),
  send: ({ text, result }) => ({ line: `${result}: ${data(text).line}`, more: data(text).more }),
};

/** @returns {line, more}: more only where there is more. */
export function describe({ source, kind, payload }) {
  if (source === 'page') return PAGE[kind](payload);
  if (source === 'you') return YOU[kind]?.(payload) ?? { line: payload ?? '' };
  const said = data(payload.detail ?? '');
  const verb = SERVER_KINDS[kind] ?? kind;
  return { line: [payload.conn ? `conn ${payload.conn}` : '', verb, said.line].filter(Boolean).join(' '), more: kind === 'message' ? said.more : undefined };
}

const PROBE = /^\{"type":"p[io]ng"/;

/** 'heartbeat', 'message' or 'event': what the filter's boxes tell apart. */
export function classOf({ source, kind, payload }) {
  if (kind === 'pong' || kind === 'muted') return 'heartbeat';
  if (kind === 'message' && source === 'page') return typeof payload.data === 'string' && PROBE.test(payload.data) ? 'heartbeat' : 'message';
  return kind === 'message' || kind === 'send' || (kind === 'drop' && source === 'page') ? 'message' : 'event';
}

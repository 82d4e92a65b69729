// Numbers as people read them.

/** 0.4 ms, 850 ms, 2.1 s, 3 min 05 s. */
export function span(ms) {
  if (ms === null || ms === undefined) return '–';
  if (!Number.isFinite(ms)) return 'never';
  if (ms < 10) return ms.toFixed(1) + ' ms';
  if (ms < 1000) return Math.round(ms) + ' ms';
  if (ms < 60_000) return (ms / 1000).toFixed(ms < 10_000 ? 2 : 1) + ' s';
  const seconds = Math.floor(ms / 1000);
  const pad = (n) => String(n).padStart(2, '0');
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s` : `${Math.floor(seconds / 3600)} h ${pad(Math.floor(seconds / 60) % 60)} min`;
}

/** A running clock: tenths of a second, then whole ones. It never changes its form below a minute. */
export const countdown = (ms) => (ms < 60_000 ? (Math.max(ms, 0) / 1000).toFixed(1) + ' s' : span(ms));

/** 512 B, 4.0 KiB, 1.2 MiB. */
export function bytes(n) {
  if (n < 1024) return n + ' B';
  return n < 1024 * 1024 ? (n / 1024).toFixed(1) + ' KiB' : (n / 1024 / 1024).toFixed(1) + ' MiB';
}

/** 14:03:07.250, from milliseconds since 1970. */
export function clock(at) {
  const d = new Date(at);
  const pad = (n, digits = 2) => String(n).padStart(digits, '0');
  return `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}.${pad(d.getMilliseconds(), 3)}`;
}

/** "1 link", "2 links". */
export const count = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;

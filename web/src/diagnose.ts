/** Whether a failed dial found anybody: the numbers of core.Reach. */
export const enum Reach {
  Unknown,
  Nobody,
  Somebody,
  Hook,
}

const TTL = 10_000;
const PATIENCE = 1000;
const verdicts = new Map<string, { at: number; reach: Promise<Reach> }>();

/**
 * Asks a WebSocket's address over HTTP whether anyone is there. An opaque answer,
 * of any status, is a yes. Redirects are followed: fetch refuses anything else
 * with no-cors. A verdict holds for 10 s, for all clients of the
 * origin, so that an outage is not answered with twice the load.
 */
export function diagnose(url: string): Promise<Reach> {
  const address = new URL(url.replace(/^ws/, 'http'));
  address.username = address.password = ''; // fetch refuses them
  const known = verdicts.get(address.origin);
  const now = performance.now();
  if (known && now - known.at < TTL) return known.reach;
  const reach =
    globalThis.navigator?.onLine === false
      ? Promise.resolve(Reach.Unknown)
      : fetch(address, { mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) }).then(
          (response) => (response.body?.cancel(), Reach.Somebody),
          (error) => (error?.name === 'TimeoutError' ? Reach.Unknown : Reach.Nobody),
        );
  verdicts.set(address.origin, { at: now, reach });
  return reach;
}

/** The server was reached: what was found out before no longer holds. */
export const forgetDiagnosis = (url: string): void => void verdicts.delete(new URL(url.replace(/^ws/, 'http')).origin);

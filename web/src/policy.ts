import { afterPending } from './pending';

/** What policies (CSP) have forbidden to run as a Worker on this page: addresses, perhaps without what follows the origin. */
let forbidden: string[] | undefined;

/** Takes note from now on of what a policy forbids: the Worker itself only says that it was not started. */
export function watchPolicy(): void {
  if (forbidden) return;
  const list: string[] = (forbidden = []);
  globalThis.addEventListener?.('securitypolicyviolation', ({ disposition, effectiveDirective, blockedURI }) => {
    if (disposition === 'enforce' && effectiveDirective === 'worker-src' && blockedURI) list.push(blockedURI);
  });
}

/**
 * Whether a Worker that was not started never will be while the page lives,
 * because a policy forbids it or the script is gone. False where it may have
 * been the network.
 */
export async function isForbidden(scriptUrl: string): Promise<boolean> {
  await new Promise<void>(afterPending); // the violation may be told after the Worker's error
  if (forbidden?.some((address) => scriptUrl.startsWith(address))) return true;
  const response = await fetch(scriptUrl, { method: 'HEAD', credentials: 'same-origin' }).catch(() => undefined);
  return response?.status === 404 || response?.status === 410;
}

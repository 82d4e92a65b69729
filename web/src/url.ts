import type { EarlyWebSocket } from './early';
import { badInput, show } from './errors';
import { isString } from './types';

/** Refuses an argument, as the WHATWG class does or as we do. */
export function refuseArgument(dropIn: boolean, name: string, message: string): never {
  throw dropIn ? new DOMException(message, name) : badInput(message);
}

/**
 * The address to dial, as the WHATWG constructor makes it: relative to the page,
 * http: as ws:, https: as wss:, without a fragment. Errors do not show it: user,
 * password and query may be secret.
 */
export function resolveUrl(given: string | URL | EarlyWebSocket, dropIn: boolean): string {
  const fail = (why: string) => refuseArgument(dropIn, 'SyntaxError', `option url: ${why}`);
  let url = '';
  try {
    url = new URL((given as EarlyWebSocket).url ?? given, globalThis.document?.baseURI).href.replace(/^http/, 'ws');
  } catch {
    fail('it is not a URL');
  }
  if (!/^wss?:/.test(url)) fail('its scheme must be ws, wss, http or https');
  if (url.includes('#')) fail('it has a fragment');
  return url;
}

/** A subprotocol is a token of RFC 9110, and none is named twice. */
export function checkProtocols(given: string | readonly string[] | undefined, dropIn: boolean): void {
  const names = isString(given) ? [given] : (given ?? []);
  for (const name of names) {
    if (!/^[\w!#-'*+.^`|~-]+$/.test(name) || names.indexOf(name) !== names.lastIndexOf(name)) {
      refuseArgument(dropIn, 'SyntaxError', `option protocols has ${show(name)}; it must be a token named once`);
    }
  }
}

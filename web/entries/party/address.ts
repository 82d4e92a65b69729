type Params = Record<string, string | null | undefined>;

/** What says where a party is. */
export interface Place {
  host?: string;
  room?: string;
  party?: string;
  basePath?: string;
  prefix?: string;
  path?: string;
  protocol?: string;
  query?: Params | (() => Params | Promise<Params>);
}

const LOCAL = /^(localhost:|127\.0\.0\.1:|192\.168\.|10\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]:|\[::ffff:7f00:1\]:)/;

/** The host alone: without a scheme, or a slash at its end. */
export const hostOf = ({ host = '' }: Place): string => host.replace(/^(http|https|ws|wss):\/\//, '').replace(/\/$/, '');

/** The address of a party, without its query. What is empty is as not given; a party alone may be. scheme is what is used on the own machine and network; elsewhere it is encrypted. */
export function partyUrl(place: Place, scheme: 'ws' | 'http'): string {
  const { protocol, basePath, prefix, party = 'main', room = '', path } = place;
  if (path?.startsWith('/')) throw new Error('path must not start with a slash');
  const host = hostOf(place);
  return `${protocol || (LOCAL.test(host) ? scheme : scheme + 's')}://${host}/${basePath || `${prefix || 'parties'}/${party}/${room}`}${path ? '/' + path : ''}`;
}

/** The same with its query, which may be asked for. */
export function withQuery(url: string, query: Place['query'] = {}, more: Params = {}): string | (() => Promise<string>) {
  const address = (params: Params) => `${url}?${new URLSearchParams(Object.entries({ ...more, ...params }).flatMap(([name, value]) => (value == null ? [] : [[name, value]])))}`;
  return typeof query === 'function' ? async () => address(await query()) : address(query);
}

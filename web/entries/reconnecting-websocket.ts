/** In place of the package of that name. See web/types/reconnecting-websocket.d.ts. */
import type * as types from '../types/reconnecting-websocket';
import { Reconnecting } from './reconnecting/base';

export default class ReconnectingWebSocket extends Reconnecting {
  constructor(url: types.UrlProvider, protocols?: string | string[] | types.Options, options?: types.Options) {
    if (typeof protocols === 'object' && !Array.isArray(protocols)) super(url, undefined, protocols);
    else super(url, protocols, options);
  }
}

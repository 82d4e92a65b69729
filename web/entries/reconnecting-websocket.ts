/** In place of the package of that name. See web/types/reconnecting-websocket.d.ts. */
import type * as types from '../types/reconnecting-websocket';
import { warnOfUnknown } from './parts/unknown';
import { Reconnecting } from './reconnecting/base';
import { OPTIONS } from './reconnecting/options';

export default class ReconnectingWebSocket extends Reconnecting {
  constructor(url: types.UrlProvider, protocols?: string | string[] | types.Options | null, options?: types.Options) {
    if (protocols && typeof protocols === 'object' && !Array.isArray(protocols)) [protocols, options] = [undefined, protocols];
    super(url, protocols, options);
    warnOfUnknown('reconnecting-websocket', options, OPTIONS);
  }
}

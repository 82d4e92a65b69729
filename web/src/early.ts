/** A WebSocket that the page dialled before this script was there. See websocket-reconnect.d.ts. */
export interface EarlyWebSocket extends WebSocket {
  missed: MessageEvent[];
}

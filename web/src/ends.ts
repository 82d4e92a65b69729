import type { Socket } from './socket';

/**
 * Sees to it that a failed dial ends. Node's own WebSocket has an error event and
 * then nothing: no close, and CONNECTING for ever. Everywhere else close follows
 * within the same task, and this comes too late to matter.
 */
export function seeEnd(socket: Socket | undefined): void {
  const native = socket?.native_;
  if (!native) return;
  const end = () => setTimeout(() => socket.opened_ || native.onclose?.({ code: 1006, reason: '', wasClean: false } as CloseEvent));
  if (socket.failed_) end();
  else native.addEventListener('error', end);
}

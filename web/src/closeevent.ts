export type Ending = Pick<CloseEvent, 'code' | 'reason' | 'wasClean'>;

/** The event of an end, as the engine makes it; Node has had CloseEvent since version 23. */
export function closeEvent({ code, reason, wasClean }: Ending): Event & Ending {
  const ending = { code, reason, wasClean };
  return typeof CloseEvent === 'function' ? new CloseEvent('close', ending) : Object.assign(new Event('close'), ending);
}

import { badInput, show } from './errors';
import type { SendOptions } from './outbox';

/** Throws where what says how to send cannot be used. What else is in it may be meant for Node's ws. */
export function checkHow({ ttl = 1, priority = 0 }: SendOptions): void {
  if (ttl !== usableTTL(ttl)) throw badInput(`send: ttl is ${show(ttl)}; it must be a number of milliseconds, more than 0`);
  if (priority !== usable(priority)) throw badInput(`send: priority is ${show(priority)}; it must be a whole number from -9 to 9`);
}

/** A priority that nobody has checked, from before this file was there, made one that may be. */
export const usable = (priority: number): number => (typeof priority === 'number' && Math.max(-9, Math.min(Math.round(priority), 9))) || 0;

/** Likewise. */
export const usableTTL = (ttl: number): number => (typeof ttl === 'number' && ttl > 0 ? ttl : 1);

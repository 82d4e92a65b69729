import { tally } from './alert';
import type { Connection } from './connection';
import { CLASSES, RETRY_REASONS, ToCore, ToPage } from './contract.gen';

/** How a connection has fared: what nobody needs but who has it explained, or has missed something. Times are those of performance.now(). */
export class Course {
  /** The newest generation that opened, 0 before the first. */
  gen_ = 0;
  /** How many dials since were made beside an open connection, for a handover that did not come about. */
  spares_ = 0;
  /** When it was lost or let go, as far as the client noticed; undefined while it is open. */
  declare lostAt_: number | undefined;
  /** When the user last asked for a connection, or for none. A dial follows at once, or once the core has heard of it. */
  askedAt_ = 0;
  /** What is waited for. */
  declare retry_: { attempt_: number; reason_: (typeof RETRY_REASONS)[number] } | undefined;
  /** When the dial under way is given up. */
  dueAt_ = Infinity;
  /** Whether what ended last had been open, and how long it had been there, in milliseconds. */
  declare ending_: { opened_: boolean; after_: number } | undefined;
  /** How many dials were made before the client gave up, and whether it was told to stop. */
  declare failed_: { attempts_: number; stopped_: boolean } | undefined;
}

const courses = new WeakMap<Connection, Course>();

export function courseOf(c: Connection): Course {
  let course = courses.get(c);
  if (!course) courses.set(c, (course = new Course()));
  return course;
}

/** Something was posted to the core: [op, client, when, …arguments]. */
export function posted(c: Connection, [op, , at, gen, ms]: readonly number[]): void {
  const course = courseOf(c);
  switch (op) {
    case ToCore.Connect:
    case ToCore.Reconnect:
    case ToCore.Close:
      course.retry_ = undefined;
      course.lostAt_ ??= at;
      course.askedAt_ = at!;
      course.dueAt_ = at! + (c.options_.connectionTimeout || Infinity);
      break;
    case ToCore.Closed:
      if (gen === course.gen_) course.lostAt_ ??= at;
      break;
    case ToCore.Phase:
      course.dueAt_ = at! + ms!;
      break;
    case ToCore.Opened:
      if (gen !== c.handover_?.gen_) opened(c, course, gen!, at!);
      break;
  }
}

/** The connection is open. Listeners of `open` come first; then, before any message, those of what is told here. */
function opened(c: Connection, course: Course, gen: number, at: number): void {
  const { timeStamp: heardAt } = c.heard_;
  const { lostAt_: lostAt = at } = course;
  const gap = course.gen_ && {
    downMs: Math.round(at - lostAt),
    lastMessageAt: heardAt < 0 ? null : performance.timeOrigin + heardAt,
    attempts: gen - course.gen_ - course.spares_,
    lastClose: c.stats_.lastClose,
    queued: c.outbox_.size,
  };
  course.gen_ = gen;
  course.spares_ = 0;
  course.lostAt_ = course.retry_ = undefined;
  queueMicrotask(() => {
    if (gap && c.socket_?.gen_ === gen && c.state_.value_ === 'OPEN') c.emit_('gap', gap);
  });
  tally(c, true);
}

/** The core asks for something, which is about to be done. */
export function asked(c: Connection, op: ToPage, first: number, second: number, third: number): void {
  const course = courseOf(c);
  const now = performance.now();
  switch (op) {
    case ToPage.OpenSocket:
      if (first <= course.gen_) break; // it was dialled ahead, and is open
      course.retry_ = undefined;
      course.lostAt_ ??= now;
      course.dueAt_ = now + (c.options_.connectionTimeout || Infinity);
      break;
    case ToPage.OpenSpare:
      course.spares_++;
      break;
    case ToPage.TakeOver: // it is a dial like any, if there is no handover
      course.spares_--;
      break;
    case ToPage.Abandon:
      if (first === course.gen_) course.lostAt_ ??= now;
      break;
    case ToPage.EmitError:
      if (/^(UNR|HAN|TIM|PRO|ON_)/.test(CLASSES[second]!) && globalThis.navigator?.onLine !== false) tally(c, false);
      break;
    case ToPage.EmitClose: {
      const opened_ = first === course.gen_;
      course.ending_ = { opened_, after_: opened_ ? (course.lostAt_ ?? now) - c.openedAt_ : now - c.dialledAt_ };
      break;
    }
    case ToPage.EmitRetry:
      course.retry_ = { attempt_: first, reason_: RETRY_REASONS[third]! };
      break;
    case ToPage.EmitFailed:
      course.failed_ = { attempts_: first, stopped_: CLASSES[second] === 'STOPPED' };
      break;
  }
}

/** A handover is done: nothing was missed. */
export function moved(c: Connection): void {
  if (!c.socket_?.opened_) return;
  const course = courseOf(c);
  course.gen_ = c.socket_.gen_;
  course.spares_ = 0;
  course.lostAt_ = undefined;
}

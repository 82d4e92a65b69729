type Listener = ((event: any) => unknown) | { handleEvent(event: any): unknown };

interface Entry {
  readonly listener_: Listener;
  readonly capture_: boolean;
  readonly once_: boolean;
  gone_?: boolean;
}

interface Stopped {
  /** stopImmediatePropagation() was called. */
  stopped_?: boolean;
}

let itsTarget: object;
let itsData: unknown;

/**
 * Gives an event fields of its own, by which it says that we are its target. It
 * takes a tenth of the 1 µs that an heir of the event's class takes. Its data
 * has been read already, which takes longer than to read a field.
 */
class Mark extends (function (event: object) {
  return event;
} as unknown as new (event: object) => Event) {
  override target = itsTarget as EventTarget;
  override currentTarget = this.target;
  data = itsData;
  override stopImmediatePropagation = stop;
}

function stop(this: Stopped): void {
  this.stopped_ = true;
}

/**
 * The listeners of one type of event, with the semantics of an EventTarget.
 *
 * Messages do not go through a real EventTarget: an event that is being
 * dispatched by the socket cannot be dispatched again by us, and a copy of each
 * message would cost more than everything else that we do with it. The
 * listeners get the socket's own event.
 */
export class Listeners {
  /** Replaced, never changed, so that a dispatch under way is not disturbed. */
  #entries: readonly Entry[] = [];

  add_(listener: Listener | null, options?: boolean | AddEventListenerOptions): void {
    const { capture, once, signal }: AddEventListenerOptions = Object(typeof options === 'object' ? options : { capture: options });
    if (!listener || signal?.aborted || this.#find(listener, capture)) return;
    const entry: Entry = { listener_: listener, capture_: !!capture, once_: !!once };
    signal?.addEventListener('abort', () => this.#remove(entry));
    // At its target an event visits the capturing listeners first.
    this.#entries = this.#entries.concat(entry).sort((a, b) => +b.capture_ - +a.capture_);
  }

  remove_(listener: Listener | null, options?: boolean | EventListenerOptions): void {
    const entry = this.#find(listener, typeof options === 'object' ? options?.capture : options);
    if (entry) this.#remove(entry);
  }

  #find(listener: Listener | null, capture: boolean | undefined): Entry | undefined {
    return this.#entries.find((e) => e.listener_ === listener && e.capture_ === !!capture);
  }

  #remove(entry: Entry): void {
    entry.gone_ = true;
    this.#entries = this.#entries.filter((e) => e !== entry);
  }

  /** Dispatches the socket's own event, with us as its target. */
  deliver_(target: object, event: MessageEvent, data: unknown): void {
    itsTarget = target;
    itsData = data;
    this.handleEvent(new Mark(event));
  }

  /** Calls the listeners, in order. One that throws is reported and does not stop the others. */
  handleEvent(event: Event & Stopped): void {
    const target = event.currentTarget;
    for (const entry of this.#entries) {
      if (event.stopped_ || entry.gone_) continue;
      if (entry.once_) this.#remove(entry);
      const { listener_: listener } = entry;
      try {
        if (typeof listener === 'function') listener.call(target, event);
        else listener.handleEvent(event);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** What a browser does with an exception that nobody catches. */
export const report: (error: unknown) => void =
  globalThis.reportError ??
  ((error) =>
    setTimeout(() => {
      throw error;
    }));

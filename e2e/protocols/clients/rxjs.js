import { repeat, retry } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';

export function start(url, WebSocketCtor, note) {
  const subject = webSocket({ url, WebSocketCtor });
  // A clean close completes the subject, any other is an error.
  const subscription = subject.pipe(retry({ delay: 50 }), repeat({ delay: 50 })).subscribe((text) => (text === 'ready' ? note('ready') : note('got', text)));
  return {
    publish: (text) => subject.next(text),
    stop: () => subscription.unsubscribe(),
  };
}

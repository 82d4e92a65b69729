import { afterEach } from 'node:test';
import { line } from '../src/line';
import { clock } from './clock';
import { FakeSocket } from './fakesocket';

/** The facade with no core, on the tests' clock and sockets; what a test leaves behind is forgotten. */
export function alone(): void {
  clock.install(); // and no timer runs out by itself: nothing is loaded
  FakeSocket.install();
  afterEach(() => {
    line.clients_.clear();
    line.log_ = [];
    FakeSocket.all = [];
    FakeSocket.refuse = undefined;
  });
}

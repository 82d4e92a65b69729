// Package core decides everything that a reconnecting WebSocket client does:
// when to dial, wait, probe, give up on a socket, flush, drop, open the circuit,
// and what to tell the user. It does nothing itself.
//
// A [Machine] is a function with a memory. [Machine.Step] takes the time and one
// [Event] and returns the [Action] list that answers it; [Machine.Deadline] says
// when the machine wants a [Timer] event. There is no clock, no goroutine, no
// I/O and no randomness of its own in here: instants and dice come from outside,
// so that the same inputs give the same outputs, in a browser, in a test and in
// a replay.
//
//	            Connect                 Opened
//	CLOSED ───────────────▶ CONNECTING ────────▶ OPEN
//	  ▲ ▲                    ▲  │  ▲ ▲             │
//	  │ │    circuit is not  │  │  │ └─────────────┤ lost: wait, dial again
//	  │ │    open any more   │  │  │               │
//	  │ │                    │  │  │ Connect,      │ Close
//	  │ │           BLOCKED ─┘  │  │ Reconnect     ▼
//	  │ │              ▲        │  └─────── FAILED CLOSING
//	  │ │ circuit open └────────┤              ▲   │
//	  │ └───────────────────────┼──────────────┘   │
//	  │         Close           │ maxRetries       │ Closed, closeTimeout
//	  └─────────────────────────┴──────────────────┘
//
// CONNECTING covers a dial under way as well as the wait before the next one.
//
// # Handover
//
// An open connection can move to another socket, make before break, because the
// server drains or the user says so. The state is OPEN throughout:
//
//	     Handover, Drain             Opened             Closed, closeTimeout
//	open ───────────────▶ with spare ───────▶ parting ───────────────────────▶ open
//	                         │    ▲
//	                         └────┘ failed: again, with backoff, while there is time
//
// While parting, messages wait in the queue, and what the spare receives waits
// in the page. The socket that parts has said farewell and is closed by the
// server, since a browser drops what arrives after its own close. If it is lost
// before the spare has opened, the spare's dial becomes the retry.
//
// # Invariants
//
// Each is checked, under its name, after every step of random lives and of every
// short sequence of events (docs/proof.md).
//
//   - OneSocket: at most one socket is live, and during a handover one spare
//     beside it; OpenSocket comes only after the socket before it was closed or
//     abandoned.
//   - OneSpeaks: after the farewell nothing is sent on the socket, and nothing
//     on the spare before it has taken over, which it does only when the socket
//     was closed or abandoned.
//   - StaleIgnored: an event of a socket that is not alive changes nothing, nor
//     does an answer to a question that is settled.
//   - DeadlineIffWaiting: a deadline exists exactly while something waits.
//   - LegalTransitions: the state moves along the arrows above, and each move
//     gives exactly one StateChange.
//   - FIFO: messages are flushed by priority, and within one priority in the
//     order in which they were enqueued.
//   - Accounted: every enqueued message is flushed once, dropped once with a
//     reason, taken back, or still waits.
//   - Fresh: no message waits longer than it may, and of those with one key only
//     the newest waits.
//   - RetryCountFalls: the retry count falls only when a connection has become
//     healthy or the user starts anew; an offline page does not spend retries.
//   - SilentWhenClosed: a closed, failed or disposed machine dials only when
//     the user says so.
//   - CircuitHolds: an open circuit lets no dial through, and BLOCKED is only who
//     a circuit holds back; a dial goes on while others open a shared one.
//   - BudgetHolds: in no stretch of time are there more retries than the retry
//     budget allows.
//   - ParkedIsSilent: a hidden page that is to be parked begins no dial unless
//     the user says so.
//   - StateIsTheSocket: the state says what the newest socket does: OPEN and
//     CLOSING have one that has opened, a dial is CONNECTING, and every other
//     state has none. Only OPEN has a spare.
//   - StopIsFinal: after a verdict of stop the machine is FAILED, and not before
//     one or the last retry.
//   - HintHolds: when the server has said when to come back, or a dial was put
//     off, no dial comes sooner unless the user says so.
//   - AnswerHolds: where the delays are the user's own, the machine asks for each
//     that is the schedule's, and only for those; the answer is what the retry
//     waits, cut to maxDelay, unless something else has settled it meanwhile.
//   - ErrorsAreNamed: whoever is told of an error or a failure is told its class.
//   - TimerSettles: a machine that had its Timer at the deadline does not want
//     it again at once.
//   - DumpIsExact: a machine that has loaded a dump goes on as the dumped one
//     does.
//   - RestoreIsFaithful: a new machine that was given the snapshot of one that
//     died gives the same snapshot, round trips aside.
package core

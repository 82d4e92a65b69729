package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Reach says whether a failed dial found anybody.
type Reach uint8

const (
	ReachUnknown  Reach = iota // nobody looked
	NobodyThere                // nothing answers at that address
	SomebodyThere              // something answers, but refused the handshake
	HookFailed                 // what the dial's phase needed of the host failed; the phase says what
)

// An Event is an input of the machine. Which fields count depends on Kind.
type Event struct {
	Kind    EventKind
	Gen     uint32        // Opened, Closed, Replied, Heard, Hint, Phase, PutOff: the socket's generation; Delayed: the question's
	Code    int           // Close, Closed: RFC 6455 close code
	Clean   bool          // Closed: the closing handshake was completed
	Reached Reach         // Closed, of a dial
	Within  tick.Duration // Drain
	Span    tick.Duration // Replied: the round trip; Heard: how long ago; Phase, PutOff, Delayed: how long; Enqueue: how long it has waited
	Class   Class         // Phase: what its failure is called

	// Closed: what it means, and when the server wants the next dial: after
	// RetryAfter to RetryAfter + Spread. Both 0: it has not said. These are of Hint
	// as well, and Spread of Drain.
	Verdict            Verdict
	RetryAfter, Spread tick.Duration

	// Of Enqueue:
	ID       int
	Bytes    int
	TTL      tick.Duration // how long the message may wait; 0: see Config.QueueAge
	Priority int           // the higher go first
	Replaces int           // the message whose place it takes; 0: of none

	Shared []float64 // CircuitIs, BudgetIs: its dump
}

// ofSocket reports whether the event belongs to one socket.
func (e Event) ofSocket() bool {
	switch e.Kind {
	case Phase, PutOff, Opened, Closed, Replied, Heard, Hint:
		return true
	}
	return false
}

package core

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// Reach says whether a failed dial found anybody.
type Reach uint8

const (
	ReachUnknown  Reach = iota // nobody looked
	NobodyThere                // nothing answers at that address
	SomebodyThere              // something answers, but refused the handshake
)

// An Event is an input of the machine. Which fields count depends on Kind.
type Event struct {
	Kind    EventKind
	Gen     uint32        // Opened, Closed, Replied, Heard: the socket's generation
	Code    int           // Close, Closed: RFC 6455 close code
	Clean   bool          // Closed: the closing handshake was completed
	Reached Reach         // Closed, of a dial
	Within  tick.Duration // Drain
	Spread  tick.Duration // Drain
	Span    tick.Duration // Replied: the round trip; Heard: how long ago
	ID      int           // Enqueue
	Bytes   int           // Enqueue
}

// ofSocket reports whether the event belongs to one socket.
func (e Event) ofSocket() bool {
	switch e.Kind {
	case Opened, Closed, Replied, Heard:
		return true
	}
	return false
}

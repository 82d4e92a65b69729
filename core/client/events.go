package client

import (
	"fmt"
	"time"
)

// An Event is what [Client.Events] yields: an [Open], [Handover], [Message], [Closed],
// [*Error], [Retry], [StateChange], [CircuitChange], [Drop], [Failed] or
// [Lost].
type Event interface{ event() }

// Open: the connection is open, at first or again. What the server sent between
// LastMessage and now, over a connection that was down for Down, is to be asked
// for.
type Open struct {
	Protocol    string        // the subprotocol that the server selected; "" for none
	Down        time.Duration // since the connection before was lost, as far as noticed, or closed; 0 at first
	LastMessage time.Time     // when a message last came; zero when none ever did
}

// Handover: the connection has moved to a new socket without a gap; see
// [Client.Handover]. What is said first on every connection, such as a login,
// is to be said again. Messages that follow are the new socket's.
type Handover struct {
	Protocol string // the subprotocol that the server selected; "" for none
}

// A Message is one message, from the server or to it.
type Message struct {
	Type MessageType
	Data []byte // the receiver's own
}

// String returns the payload as text.
func (m Message) String() string { return string(m.Data) }

// Closed: a connection or a dial ended. Code is 1006 where there was no closing
// handshake, 1005 where the server's close frame gave none.
type Closed struct {
	Code          int
	Reason        string
	Clean         bool // the closing handshake was completed
	RequestedCode int  // what Close was called with where a browser had to send another; else 0
}

// Retry: a dial was scheduled.
type Retry struct {
	Attempt    int // retries since the last healthy connection
	MaxRetries int // [Unlimited] for no limit
	Delay      time.Duration
	Reason     RetryReason
}

// StateChange: the connection's state changed.
type StateChange struct{ From, To State }

// CircuitChange: the circuit's state changed.
type CircuitChange struct{ From, To CircuitState }

// Drop: a message that Send had accepted will not be sent.
type Drop struct {
	Message Message
	Reason  DropReason
}

// Failed: the client has given up. Connect and Reconnect start anew.
type Failed struct {
	Attempts int // dials made since the last healthy connection
	Err      *Error
}

// Lost: nobody read the events, and the oldest that are not messages gave way.
type Lost struct{ Events int }

func (Open) event()          {}
func (Handover) event()      {}
func (Message) event()       {}
func (Closed) event()        {}
func (*Error) event()        {}
func (Retry) event()         {}
func (StateChange) event()   {}
func (CircuitChange) event() {}
func (Drop) event()          {}
func (Failed) event()        {}
func (Lost) event()          {}

// Events print as a log shows them.

func (e Open) String() string {
	if e.Protocol == "" {
		return "open"
	}
	return "open, protocol " + e.Protocol
}

func (e Handover) String() string { return "handover, " + Open{Protocol: e.Protocol}.String() }

func (e Closed) String() string {
	text := (&CloseError{e.Code, e.Reason}).Error()
	if !e.Clean {
		text += ", not clean"
	}
	return text
}

func (e Retry) String() string {
	if e.Delay == Forever {
		return fmt.Sprintf("retry %d waits (%v)", e.Attempt, e.Reason)
	}
	return fmt.Sprintf("retry %d in %v (%v)", e.Attempt, e.Delay, e.Reason)
}

func (e StateChange) String() string   { return fmt.Sprintf("%v -> %v", e.From, e.To) }
func (e CircuitChange) String() string { return fmt.Sprintf("circuit %v -> %v", e.From, e.To) }
func (e Failed) String() string {
	return fmt.Sprintf("gave up after %s: %v", plural(e.Attempts, "dial"), e.Err)
}
func (e Lost) String() string { return plural(e.Events, "event") + " not read in time" }

func (e Drop) String() string {
	return fmt.Sprintf("dropped %s (%v)", plural(len(e.Message.Data), "byte"), e.Reason)
}

// plural says "1 dial", "2 dials".
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

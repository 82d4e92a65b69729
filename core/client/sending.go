package client

import (
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// SendOptions say how a message waits where it cannot leave at once.
type SendOptions struct {
	// Volatile: not at all. SendWith returns [ErrNotOpen] without an open
	// connection, and where that is lost before the message is written.
	Volatile bool
	// TTL is how long it may wait in the outbox, at least 1 µs; 0: as long as QueueAge says,
	// which holds in any case.
	TTL time.Duration
	// Key: of the messages with one key only the last is kept. The one before
	// is told of by a [Drop] event, if it still waits. "" is no key.
	Key string
	// Priority, -9 to 9: the higher go first. When the outbox overflows, the
	// oldest of the lowest gives way.
	Priority int
}

const topPriority = 9

func (o *SendOptions) check() error {
	if o.Priority < -topPriority || o.Priority > topPriority {
		return bad("Priority", o.Priority, "a whole number from -9 to 9")
	}
	if o.TTL != 0 && o.TTL < time.Microsecond {
		return bad("TTL", o.TTL, "at least 1µs; 0 means no limit")
	}
	return nil
}

// An Unsent is a message that was taken back.
type Unsent struct {
	Message
	Options SendOptions // as it was given to SendWith
	Waited  time.Duration
}

// Drain takes back all that waits in the outbox, in the order in which it would
// have been sent. No event tells of it: the messages are the caller's again.
func (c *Client) Drain() (all []Unsent) {
	c.post(input{event: core.Event{Kind: core.TakeBack}, taken: &all, wait: make(chan struct{})})
	return all
}

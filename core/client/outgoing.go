package client

import (
	"sync"
	"sync/atomic"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A message is on its way out.
type message struct {
	Message
	how       SendOptions
	id        int
	at        tick.Time // when it was given to Send
	heartbeat bool
	answer    chan error    // for the Send that waits; nil where none does
	claim     atomic.Uint32 // by whoever decides what becomes of it
}

// Who has claimed a message.
const (
	unclaimed uint32 = iota
	accepted         // written, or kept by the client: Send is done
	withdrawn        // Send's context has ended: it must not be sent
)

// accept tells Send that the message is in good hands. It returns false where
// Send has withdrawn it.
func (m *message) accept() bool {
	if m.claim.CompareAndSwap(unclaimed, accepted) {
		return true
	}
	return m.claim.Load() == accepted
}

func (m *message) withdrawn() bool { return m.claim.Load() == withdrawn }

// reply ends Send's wait.
func (m *message) reply(err error) {
	if m.answer != nil {
		m.answer <- err
		m.answer = nil
	}
}

// outgoing are the messages that a socket has still to write.
type outgoing struct {
	ready chan struct{}

	mu     sync.Mutex
	items  []*message
	ending *farewell
	parted bool // the last message is among items, or was
	seized bool
}

// A farewell is the close frame to send after all messages.
type farewell struct {
	code   int
	reason string
}

func newOutgoing() *outgoing { return &outgoing{ready: make(chan struct{}, 1)} }

// add appends a message; false if the socket takes no more.
func (o *outgoing) add(m *message) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.seized:
		return false
	case o.parted && m.heartbeat:
		return true // too late for it
	}
	o.items = append(o.items, m)
	o.signal()
	return true
}

// part makes what is there the last that the socket says, but for a close frame.
func (o *outgoing) part() {
	o.mu.Lock()
	o.parted = true
	o.mu.Unlock()
}

func (o *outgoing) hasParted() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.parted
}

func (o *outgoing) finish(f farewell) {
	o.mu.Lock()
	o.ending = &f
	o.signal()
	o.mu.Unlock()
}

// take returns what to do next; neither, if there is nothing.
func (o *outgoing) take() (*message, *farewell) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.items) > 0 {
		m := o.items[0]
		o.items[0] = nil
		o.items = o.items[1:]
		return m, nil
	}
	if o.seized {
		return nil, nil
	}
	return nil, o.ending
}

// seize takes away all that is not written yet, for good.
func (o *outgoing) seize() []*message {
	o.mu.Lock()
	defer o.mu.Unlock()
	rest := o.items
	o.items, o.seized = nil, true
	return rest
}

func (o *outgoing) signal() {
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

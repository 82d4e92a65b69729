package client

import (
	"context"
	"sync"
)

// maxTold is how many events that are not messages wait for somebody to read
// them.
const maxTold = 1024

// An inbox holds events, in order, until they are read. Messages wait for
// room; other events never do.
type inbox struct {
	slots   chan struct{} // one in it for each message that waits
	ready   chan struct{} // something changed
	hurried chan struct{} // closed: messages wait for room no longer
	hurry   func()

	mu    sync.Mutex
	items []Event
	told  int // of items, those that are not messages
	lost  int
	ended bool
}

func newInbox(messages int) *inbox {
	b := &inbox{slots: make(chan struct{}, messages), ready: make(chan struct{}, 1), hurried: make(chan struct{})}
	b.hurry = sync.OnceFunc(func() { close(b.hurried) })
	return b
}

// tell adds an event that is not a message.
func (b *inbox) tell(ev Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.told == maxTold {
		b.forgetOldest()
	}
	b.told++
	b.items = append(b.items, ev)
	b.signal()
}

func (b *inbox) forgetOldest() {
	for i, ev := range b.items {
		if _, ok := ev.(Message); !ok {
			b.items = append(b.items[:i], b.items[i+1:]...)
			b.told--
			b.lost++
			return
		}
	}
}

// deliver adds a message of a socket, waiting for room. A socket that the
// machine has let go of has nothing to say any more.
func (b *inbox) deliver(s *socket, m Message) {
	select {
	case b.slots <- struct{}{}:
	default:
		if !b.waitForRoom(s) {
			return
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.detached {
		<-b.slots
		return
	}
	b.items = append(b.items, m)
	b.signal()
}

// waitForRoom does not listen to the socket meanwhile, so the silence is ours.
func (b *inbox) waitForRoom(s *socket) bool {
	s.deaf.Store(true)
	defer func() {
		s.heard()
		s.deaf.Store(false)
	}()
	select {
	case b.slots <- struct{}{}:
		return true
	case <-s.ctx.Done():
	case <-b.hurried:
	}
	return false
}

// detach makes a socket's later messages disappear.
func (b *inbox) detach(s *socket) {
	b.mu.Lock()
	s.detached = true
	b.mu.Unlock()
}

// end lets readers finish once they have read what is there.
func (b *inbox) end() {
	b.mu.Lock()
	b.ended = true
	b.signal()
	b.mu.Unlock()
}

func (b *inbox) signal() {
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

// next waits for an event. It returns nil when the context ends, or when no
// event will come any more.
func (b *inbox) next(ctx context.Context) Event {
	for ctx.Err() == nil {
		ev, ended := b.take()
		if ev != nil || ended {
			return ev
		}
		select {
		case <-b.ready:
		case <-ctx.Done():
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.passOn() // what woke this reader
	return nil
}

// passOn wakes another reader, if there is something for it.
func (b *inbox) passOn() {
	if len(b.items) > 0 || b.lost > 0 || b.ended {
		b.signal()
	}
}

func (b *inbox) take() (ev Event, ended bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lost > 0 {
		ev = Lost{b.lost}
		b.lost = 0
		b.passOn()
		return ev, false
	}
	if len(b.items) > 0 {
		ev = b.items[0]
		b.items[0] = nil
		b.items = b.items[1:]
		if _, ok := ev.(Message); ok {
			<-b.slots
		} else {
			b.told--
		}
	}
	b.passOn()
	return ev, b.ended
}

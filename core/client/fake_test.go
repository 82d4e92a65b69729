//go:build !js

package client

import (
	"context"
	"errors"
	"sync"
	"testing"
)

// A fakeNet is where fake sockets come from. A test decides what becomes of each.
type fakeNet struct {
	mu    sync.Mutex
	dials []*fakeConn // in order: the n-th has generation n
}

// A fakeConn is a dial, and then the conn that it has become.
type fakeConn struct {
	to      target
	ctx     context.Context
	heard   func()
	outcome chan error // of the dial
	opened  bool
	in      chan Message
	over    chan struct{} // closed when it has ended as how says
	how     ending
	pongs   chan struct{}

	mu      sync.Mutex
	gate    chan struct{} // writes wait until it is closed; nil: they do not
	sent    []Message
	bye     *farewell
	dropped bool
}

// newFake returns a client whose sockets are fake. It must be started, and
// closed, in a synctest bubble.
func newFake(t *testing.T, opts Options) (*Client, *fakeNet) {
	t.Helper()
	if opts.Seed == 0 {
		opts.Seed = 1 // every run is the same
	}
	c, err := newClient("ws://fake/", &opts)
	if err != nil {
		t.Fatal(err)
	}
	n := &fakeNet{}
	c.dial = n.dial
	return c, n
}

func (n *fakeNet) dial(ctx context.Context, to target, heard func()) (conn, error) {
	f := &fakeConn{to: to, ctx: ctx, heard: heard, outcome: make(chan error, 1), in: make(chan Message, 100),
		over: make(chan struct{}), pongs: make(chan struct{})}
	n.mu.Lock()
	n.dials = append(n.dials, f)
	n.mu.Unlock()
	select {
	case err := <-f.outcome:
		if err != nil {
			return nil, err
		}
		return f, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// gen returns the socket of a generation, nil if there never was one.
func (n *fakeNet) gen(g int) *fakeConn {
	n.mu.Lock()
	defer n.mu.Unlock()
	if g < 1 || g > len(n.dials) {
		return nil
	}
	return n.dials[g-1]
}

func (n *fakeNet) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.dials)
}

func (f *fakeConn) open() {
	select {
	case <-f.over:
	default:
		if !f.opened {
			f.opened = true
			f.outcome <- nil
		}
	}
}

// end ends the dial or the connection.
func (f *fakeConn) end(e ending) {
	select {
	case <-f.over:
		return
	default:
	}
	f.how = e
	close(f.over)
	if !f.opened {
		f.outcome <- &dialError{e.reached, errFake}
	}
}

var errFake = errors.New("as the test says")

func (f *fakeConn) protocol() string { return "" }

func (f *fakeConn) read() (MessageType, []byte, error) {
	select {
	case m := <-f.in:
		f.heard()
		return m.Type, m.Data, nil
	case <-f.over:
		return 0, nil, fakeEnd(f.how)
	case <-f.ctx.Done():
		return 0, nil, f.ctx.Err()
	}
}

type fakeEnd ending

func (e fakeEnd) Error() string { return "ended" }

func (f *fakeConn) ending(err error) ending {
	var e fakeEnd
	if errors.As(err, &e) {
		return ending(e)
	}
	return ending{code: codeAbnormal, err: err}
}

func (f *fakeConn) write(typ MessageType, data []byte) error {
	f.mu.Lock()
	gate := f.gate
	f.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-f.ctx.Done():
			return f.ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, Message{typ, data})
	return nil
}

func (f *fakeConn) setGate(gate chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gate = gate
}

func (f *fakeConn) ping() error {
	select {
	case <-f.pongs:
		return nil
	case <-f.ctx.Done():
		return f.ctx.Err()
	}
}

func (f *fakeConn) pong() {
	select {
	case f.pongs <- struct{}{}:
	default: // nobody waits for it
	}
}

// shut writes the close frame; how it ends, read tells.
func (f *fakeConn) shut(code int, reason string) error {
	f.mu.Lock()
	f.bye = &farewell{code, reason}
	f.mu.Unlock()
	select {
	case <-f.over:
		return fakeEnd(f.how)
	case <-f.ctx.Done():
		return f.ctx.Err()
	}
}

func (f *fakeConn) drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dropped = true
}

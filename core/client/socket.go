package client

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A conn is an open WebSocket. Its methods may be called at once, read from
// one goroutine and write and shut from another.
type conn interface {
	protocol() string
	// read returns the next message. An error ends the conn.
	read() (MessageType, []byte, error)
	write(MessageType, []byte) error
	// ping returns when the pong has come. Only where there are pings.
	ping() error
	// shut does the closing handshake; an error tells how else the conn ended.
	shut(code int, reason string) error
	// drop ends the conn at once and frees what it holds.
	drop()
	// ending says what an error of read, shut or write means.
	ending(error) ending
}

// dialFunc dials; the context ends the conn as well as the dial. heard is to be
// called with every sign of life. Its error may be a *dialError.
type dialFunc func(ctx context.Context, to target, heard func()) (conn, error)

// A dialError says more about a dial's end.
type dialError struct {
	reached core.Reach
	err     error
}

func (e *dialError) Error() string { return e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// An ending is how a socket ended.
type ending struct {
	code    int
	reason  string
	clean   bool
	reached core.Reach
	err     error
	advice
}

const (
	codeNormal      = 1000
	codeAbnormal    = 1006
	codeInvalidData = 1007
	codeTooBig      = 1009
)

// A socket is one dial and what becomes of it.
type socket struct {
	c       *Client
	gen     uint32
	attempt int // the number of its dial: see DialInfo
	ctx     context.Context
	cancel  context.CancelFunc
	out     *outgoing
	conn    conn          // set before the machine hears of it
	done    chan struct{} // closed when its TCP connection is gone
	held    chan struct{} // nil, or closed when the spare has taken over: then its messages may be told

	heardAt atomic.Int64 // when the server last gave a sign of life that counts
	probeAt atomic.Int64 // when the probe was sent that waits for its reply; -1: none does
	pinging atomic.Bool
	deaf    atomic.Bool           // its messages wait for room in the inbox
	broken  atomic.Pointer[error] // of a write

	sentCode atomic.Int64 // of the close frame; 0: none was sent

	detached  bool   // the machine let go of it; guarded by the inbox
	end       ending // the owner's: how it ended
	requested int    // the owner's: the code that the user closed with, if another was sent
}

func newSocket(c *Client, gen uint32) *socket {
	s := &socket{c: c, gen: gen, out: newOutgoing(), done: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.probeAt.Store(-1)
	return s
}

// run lives as long as the socket. It waits until the socket before is gone,
// so that the server never sees two.
func (s *socket) run(before *socket) {
	defer s.c.wg.Done()
	defer close(s.done)
	defer s.cancel()
	if before != nil {
		<-before.done
	}
	if s.ctx.Err() != nil {
		return
	}
	to, err := s.provide()
	if err != nil {
		if s.ctx.Err() == nil {
			s.notProvided(err)
		}
		return
	}
	if s.ctx.Err() != nil {
		return
	}
	conn, err := s.c.dial(s.ctx, to, s.hear)
	if err != nil {
		if s.ctx.Err() == nil {
			s.closed(dialEnding(err))
		}
		return
	}
	defer conn.drop()
	s.conn = conn
	if !s.admit() {
		return
	}
	s.heard()
	if s.ctx.Err() != nil || !s.c.post(input{event: core.Event{Kind: core.Opened, Gen: s.gen}, wait: make(chan struct{})}) {
		return
	}
	s.c.wg.Add(1)
	written := make(chan struct{})
	go s.writes(written)
	s.reads()
	if s.sentCode.Load() != 0 {
		<-written // it tells how the closing handshake went
	}
	s.cancel()
	<-written
}

func dialEnding(err error) ending {
	e := ending{code: codeAbnormal, err: err}
	var de *dialError
	if errors.As(err, &de) {
		e.reached, e.err = de.reached, de.err
	}
	return e
}

// closed tells the machine; it does not listen if it has let go of the socket.
func (s *socket) closed(e ending) {
	s.c.post(input{
		event: e.event(s.gen, s.c),
		end:   &e, wait: make(chan struct{}), // else what is to be seized might be written, and fail
	})
}

func (s *socket) reads() {
	for {
		typ, data, err := s.conn.read()
		if err == nil {
			s.take(Message{typ, data})
			continue
		}
		if s.ctx.Err() != nil {
			return
		}
		if cause := s.broken.Load(); cause != nil {
			err = *cause
		}
		e := s.conn.ending(err)
		if s.sentCode.Load() != 0 && !e.clean {
			return // the writer knows better, see shut
		}
		s.fail(e)
		return
	}
}

// fail tells of an end, and the server why, where it is to blame.
func (s *socket) fail(e ending) {
	s.closed(e)
	if e.code == codeInvalidData {
		late := time.AfterFunc(span(s.c.config.CloseTimeout), s.cancel)
		_ = s.conn.shut(e.code, e.reason)
		late.Stop()
	}
}

// take looks at a message and hands it on.
func (s *socket) take(m Message) {
	if !s.waitToSpeak() {
		return
	}
	o := &s.c.opts
	s.c.count.in(len(m.Data))
	switch sent := s.probeAt.Load(); {
	case o.HeartbeatMessage == nil: // pings have replies of their own
	case sent < 0 && o.HeartbeatReply == nil:
	case sent >= 0 && (o.HeartbeatReply == nil || o.HeartbeatReply(m)):
		s.heard()
		if s.probeAt.CompareAndSwap(sent, -1) {
			s.replied(s.c.now().Sub(tick.Time(sent)))
		}
	}
	if o.ServerPing != nil && o.ServerPing(m) {
		s.out.add(&message{Message: *o.ServerPong, heartbeat: true})
	}
	if o.Control {
		s.obey(m)
	}
	if !o.SendOnly {
		s.c.inbox.deliver(s, m)
	}
}

func (s *socket) replied(rtt tick.Duration) {
	s.c.post(input{event: s.measure(core.Replied, rtt)})
}

func (s *socket) measure(kind core.EventKind, d tick.Duration) core.Event {
	if s.c.measured != nil {
		d = s.c.measured(kind, d)
	}
	return core.Event{Kind: kind, Gen: s.gen, Span: d}
}

// hear notes a sign of life; in strict mode only the expected reply is one.
func (s *socket) hear() {
	if s.c.opts.HeartbeatReply == nil {
		s.heard()
	}
}

func (s *socket) heard() { s.heardAt.Store(int64(s.c.now())) }

// silence returns how long ago the server was last heard.
func (s *socket) silence(now tick.Time) tick.Duration {
	if s.deaf.Load() {
		return 0
	}
	return max(now.Sub(tick.Time(s.heardAt.Load())), 0)
}

// probe asks the server for a sign of life.
func (s *socket) probe(now tick.Time) {
	if m := s.c.opts.HeartbeatMessage; m != nil {
		s.probeAt.Store(int64(now))
		s.out.add(&message{Message: *m, heartbeat: true})
		return
	}
	if !s.pinging.CompareAndSwap(false, true) {
		return // the one before is still out; its pong will do
	}
	s.c.wg.Go(func() {
		defer s.pinging.Store(false)
		if s.conn.ping() == nil {
			s.heard()
			s.replied(s.c.now().Sub(now))
		}
	})
}

// writes sends what is in out, one after another.
func (s *socket) writes(written chan<- struct{}) {
	defer s.c.wg.Done()
	defer close(written)
	for {
		m, bye := s.out.take()
		switch {
		case bye != nil:
			s.sentCode.Store(int64(bye.code))
			e := ending{code: bye.code, clean: true}
			if err := s.conn.shut(bye.code, bye.reason); err != nil {
				e = s.conn.ending(err)
			}
			s.closed(e) // the reader may have been first
			return
		case m != nil && !s.write(m):
			return // the rest goes back to the outbox
		case m != nil:
		default:
			select {
			case <-s.out.ready:
			case <-s.ctx.Done():
				return
			}
		}
	}
}

// write reports whether the conn can take more.
func (s *socket) write(m *message) bool {
	if !m.accept() {
		return true
	}
	err := s.conn.write(m.Type, m.Data)
	if err == nil {
		s.c.count.out(len(m.Data))
		m.reply(nil)
		return true
	}
	s.broken.CompareAndSwap(nil, &err)
	m.reply(&Error{Class: core.ConnectionLost, Err: err})
	s.conn.drop() // so that the reader ends
	return false
}

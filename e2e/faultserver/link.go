package faultserver

import (
	"net"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// finGrace is how long a link that we ended with FIN waits for the client's
// own end of stream.
const finGrace = 5 * time.Second

// link is one TCP connection from a client, and its proxy to the backend.
type link struct {
	s      *Server
	n      int          // dial number, from 1
	client *net.TCPConn // the faulty side
	back   net.Conn     // the proxy's end of the pipe to the backend
	front  *pipeEnd     // the backend's end

	spareHead bool // the black hole begins after the handshake

	stop chan struct{} // closed by drop: nothing waits any more
	gone chan struct{} // closed when the link is live no more

	tcpGone chan struct{} // closed when the client's TCP has ended

	mu       sync.Mutex
	key      string // client key, known at the handshake
	hole     Direction
	keep     bool
	holed    chan struct{} // closed and replaced when the hole changes
	cause    string        // why the link ended; "" while it has not
	stopped  bool
	ended    bool
	handlers sync.WaitGroup

	upgrading bool
	ready     chan struct{} // closed when ws and raw are set, or never will be
	readyOnce sync.Once
	ws        *websocket.Conn
	raw       *frameConn
	drained   chan struct{} // closed when the client has said its last words
	drainOnce sync.Once
	turn      chan struct{} // holds one token while a message is written: keeps raw bytes off its frames
}

// newLink registers a connection that was accepted, and starts it.
func (s *Server) newLink(c *net.TCPConn) {
	l := &link{
		s:       s,
		client:  c,
		stop:    make(chan struct{}),
		gone:    make(chan struct{}),
		tcpGone: make(chan struct{}),
		holed:   make(chan struct{}),
		ready:   make(chan struct{}),
		drained: make(chan struct{}),
		turn:    make(chan struct{}, 1),
	}
	back, front := net.Pipe()
	l.back, l.front = back, &pipeEnd{front, l}

	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		c.Close()
		return
	}
	s.dials++
	l.n = s.dials
	if h := s.Faults().BlackHole; h.NewDials {
		l.hole, l.keep, l.spareHead = h.Direction, h.Keep, true
	}
	s.links[l.n] = l
	s.rec.dial(l.n, l.hole)
	s.wg.Go(l.run)
	s.mu.Unlock()
}

func (l *link) run() {
	switch f := l.s.takeDial(DialReset, DialHang); f.Mode {
	case DialReset:
		l.s.rec.note(l.n, "reset", "", func(c *Conn) { c.Did = "reset" })
		l.sleep(f.HoldMs)
		l.drop(EndRST, "reset")
	case DialHang:
		l.s.rec.note(l.n, "hang", "", func(c *Conn) { c.Did = "hang" })
		l.swallow()
	default:
		l.proxy()
	}

	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
	l.back.Close()
	l.front.Close()
	l.handlers.Wait()
	l.client.Close()
	l.markGone("closed")
	l.mu.Lock()
	cause := l.cause
	l.mu.Unlock()
	l.s.mu.Lock()
	delete(l.s.links, l.n)
	l.s.mu.Unlock()
	l.s.rec.ended(l.n, cause)
}

func (l *link) proxy() {
	if !l.serve() {
		return
	}
	var wg sync.WaitGroup
	up, down := newLane(l, DirUp), newLane(l, DirDown)
	for _, f := range []func(){up.read, up.write, down.read, down.write} {
		wg.Go(f)
	}
	wg.Wait()
}

// swallow reads and discards until the client ends TCP.
func (l *link) swallow() {
	buf := make([]byte, 4096)
	for {
		if _, err := l.client.Read(buf); err != nil {
			l.markGone(readCause(err))
			return
		}
	}
}

// markGone notes the end of the link's life; the first cause wins. When it
// returns, the record knows.
func (l *link) markGone(cause string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause == "" {
		l.cause = cause
		l.s.rec.gone(l.n, cause)
		close(l.gone)
	}
}

// drop ends the link now, by RST or FIN.
func (l *link) drop(how Ending, cause string) {
	l.markGone(cause) // before the client can notice and dial again
	l.mu.Lock()
	first := !l.stopped
	l.stopped = true
	l.mu.Unlock()
	if first {
		close(l.stop)
	}
	if how == EndRST {
		_ = l.client.SetLinger(0)
		l.client.Close()
	} else {
		l.finish()
	}
	l.back.Close()
}

// finish sends FIN and lets the client answer with its own, for finGrace.
func (l *link) finish() {
	_ = l.client.CloseWrite()
	_ = l.client.SetDeadline(time.Now().Add(finGrace))
}

// sleep waits, and returns false if the link was dropped meanwhile.
func (l *link) sleep(ms int) bool {
	return l.sleepUntil(time.Now().Add(time.Duration(ms) * time.Millisecond))
}

func (l *link) sleepUntil(t time.Time) bool {
	wait := time.Until(t)
	if wait <= 0 {
		select {
		case <-l.stop:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.stop:
		return false
	}
}

// enter lets a handler of the backend run on the link; false if it is over.
func (l *link) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended || l.stopped {
		return false
	}
	l.handlers.Add(1)
	return true
}

// handlersGo runs f as part of the link, unless the link is over.
func (l *link) handlersGo(f func()) {
	if l.enter() {
		go func() {
			defer l.handlers.Done()
			f()
		}()
	}
}

// becomeReady wakes the actions that wait for the upgrade's end.
func (l *link) becomeReady() { l.readyOnce.Do(func() { close(l.ready) }) }

// setHole puts the link in a black hole, or lifts it.
func (l *link) setHole(d Direction, keep bool) {
	l.mu.Lock()
	changed := l.hole != d || l.keep != keep
	l.hole, l.keep = d, keep
	if changed {
		close(l.holed)
		l.holed = make(chan struct{})
	}
	l.mu.Unlock()
	if changed {
		l.s.rec.note(l.n, "blackhole", string(d), func(c *Conn) { c.BlackHole = d })
	}
}

func (l *link) passes(d Direction) bool {
	in, _, _ := l.inHole(d)
	return !in
}

// inHole says whether bytes in that direction vanish, and if they are kept;
// changed is closed at the next change.
func (l *link) inHole(d Direction) (in, keep bool, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hole == d || l.hole == DirBoth, l.keep, l.holed
}

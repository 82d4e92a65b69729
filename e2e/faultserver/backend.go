package faultserver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// readLimit is the largest message the server reads: 64 MiB.
const readLimit = 64 << 20

type linkKey struct{}

func (s *Server) newBackend() *http.Server {
	return &http.Server{
		Handler:  http.HandlerFunc(s.serveLink),
		ErrorLog: log.New(io.Discard, "", 0), // broken clients are the daily business here
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, linkKey{}, c.(*pipeEnd).link)
		},
	}
}

// takeDial returns the dial fault if its mode is one of modes, and spends one
// of its times.
func (s *Server) takeDial(modes ...DialMode) DialFault {
	for {
		old := s.faults.Load()
		if !slices.Contains(modes, old.Dial.Mode) {
			return DialFault{}
		}
		next := *old
		spend(&next.Dial, &next.Dial.Times)
		if s.swapSpent(old, &next) {
			return old.Dial
		}
	}
}

func (s *Server) takeAfterOpen() AfterOpen {
	for {
		old := s.faults.Load()
		next := *old
		spend(&next.AfterOpen, &next.AfterOpen.Times)
		if s.swapSpent(old, &next) {
			return old.AfterOpen
		}
	}
}

// spend takes one of a fault's times; with the last, the fault is over.
func spend[T any](fault *T, times *int) {
	if *times == 0 {
		return
	}
	if *times--; *times == 0 {
		var none T
		*fault = none
	}
}

func (s *Server) swapSpent(old, next *Faults) bool {
	if *old == *next {
		return true
	}
	if !s.faults.CompareAndSwap(old, next) {
		return false
	}
	s.rec.note(0, "faults", describe(*next), nil)
	return true
}

// serveLink answers the one request of a link.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) {
	l := r.Context().Value(linkKey{}).(*link)
	if !l.enter() {
		return
	}
	defer l.handlers.Done()
	defer l.becomeReady()

	fault := s.takeDial(DialOK, DialStatus) // first: who reads of the request may change the faults
	l.introduce(r)
	w.Header().Set("Connection", "close")
	if fault.HoldMs > 0 && !l.hold(r.Context(), fault.HoldMs) {
		return
	}
	if fault.Mode == DialStatus {
		l.refuseWith(w, fault)
		return
	}
	serve, status, err := findEndpoint(r.URL)
	if err != nil {
		l.reject(err)
		http.Error(w, err.Error(), status)
		return
	}
	l.letOthersGo(r.URL.Query().Get("client"))
	ws, err := l.upgrade(w, r, fault)
	if err != nil {
		l.reject(err)
		return
	}
	defer ws.CloseNow()
	l.live(ws, serve)
}

// introduce records who dials.
func (l *link) introduce(r *http.Request) {
	key := r.URL.Query().Get("client")
	l.mu.Lock()
	l.key = key
	l.mu.Unlock()
	header := http.Header{}
	names := []string{"Origin", "User-Agent", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions"}
	for _, name := range append(names, l.s.opts.RecordHeaders...) {
		if v := r.Header.Values(name); len(v) > 0 {
			header[http.CanonicalHeaderKey(name)] = v
		}
	}
	l.s.rec.note(l.n, "request", r.URL.RequestURI(), func(c *Conn) {
		c.Path, c.Query, c.Client, c.Header = r.URL.Path, r.URL.RawQuery, key, header
		c.Offered = offered(r.Header)
	})
}

func offered(h http.Header) []string {
	var names []string
	for _, line := range h.Values("Sec-WebSocket-Protocol") {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// hold keeps the handshake waiting; false if the client gave up.
func (l *link) hold(ctx context.Context, ms int) bool {
	timer := time.NewTimer(time.Duration(ms) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.stop:
	case <-l.tcpGone:
	case <-ctx.Done():
	}
	return false
}

// overlapGrace is how long an upgrade waits for the close frame of the same
// client's last link, which may be in the kernel still.
const overlapGrace = 25 * time.Millisecond

// letOthersGo holds the upgrade while another link of the same client is
// live, for overlapGrace. Links in a black hole, and clients without a key,
// are not waited for.
func (l *link) letOthersGo(key string) {
	if key == "" {
		return
	}
	timer := time.NewTimer(overlapGrace)
	defer timer.Stop()
	l.s.eachLink([]To{{Client: key}}, func(o *link) {
		o.mu.Lock()
		live := o.upgrading
		o.mu.Unlock()
		if o == l || !live || !o.passes(DirUp) {
			return
		}
		select {
		case <-o.gone:
		case <-l.stop:
		case <-timer.C:
			timer.Reset(0) // the grace is for all of them together
		}
	})
}

func (l *link) refuseWith(w http.ResponseWriter, f DialFault) {
	status := f.Status
	if status == 0 {
		status = http.StatusServiceUnavailable
	}
	did := fmt.Sprintf("status %d", status)
	l.s.rec.note(l.n, "status", did, func(c *Conn) { c.Did = did })
	l.markGone("response sent")
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	w.WriteHeader(status)
}

func (l *link) reject(err error) {
	l.s.rec.note(l.n, "reject", err.Error(), func(c *Conn) { c.Did = "rejected" })
	l.markGone("response sent")
}

func (l *link) upgrade(w http.ResponseWriter, r *http.Request, f DialFault) (*websocket.Conn, error) {
	u := &upgrader{ResponseWriter: w, l: l, fault: f}
	ws, err := websocket.Accept(u, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // any origin: pages under test come from anywhere
		Subprotocols:       offered(r.Header),
		OnPingReceived:     func(context.Context, []byte) bool { return l.mayPong() },
	})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(readLimit)
	l.mu.Lock()
	l.ws, l.raw = ws, u.conn
	l.mu.Unlock()
	return ws, nil
}

// upgrader puts faults into the answer to the handshake.
type upgrader struct {
	http.ResponseWriter
	l     *link
	fault DialFault
	conn  *frameConn
}

func (u *upgrader) WriteHeader(status int) {
	if h := u.Header(); status == http.StatusSwitchingProtocols {
		switch {
		case u.fault.NoSubprotocol:
			h.Del("Sec-WebSocket-Protocol")
		case u.fault.Subprotocol != "":
			h.Set("Sec-WebSocket-Protocol", u.fault.Subprotocol)
		}
		if u.fault.BadAccept {
			h.Set("Sec-WebSocket-Accept", "d3JvbmcgYnkgcmVxdWVzdCE=")
		}
	}
	u.ResponseWriter.WriteHeader(status)
}

// Hijack records the upgrade before the 101 leaves, so that whoever sees the
// link open finds it in the record too.
func (u *upgrader) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	selected := u.Header().Get("Sec-WebSocket-Protocol")
	u.l.mu.Lock()
	u.l.upgrading = true
	u.l.mu.Unlock()
	u.l.s.rec.note(u.l.n, "upgrade", selected, func(c *Conn) {
		c.Did, c.Upgraded, c.Selected = "upgraded", true, selected
	})
	conn, brw, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	u.conn = &frameConn{Conn: conn, l: u.l, frames: scanner{noHead: true}}
	return u.conn, bufio.NewReadWriter(brw.Reader, bufio.NewWriter(u.conn)), nil
}

package faultserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options configure a [Server]. The zero value is good for tests.
type Options struct {
	// Control and Link are the TCP addresses to listen on. "" means
	// "127.0.0.1:0": loopback, a free port.
	Control, Link string

	// Upstream is the TCP address of another server, which answers the links in
	// place of ours: real servers get all faults of TCP and of the dial's
	// beginning (refuse, reset, hang) put before them. What ours would do by
	// itself (messages, close frames, statuses, subprotocols) is not possible
	// then; the record has dials, requests and upgrades, not messages.
	Upstream string

	// Seed is for the jitter. Same seed, same dial order: same jitter. 0 means 1.
	Seed uint64

	// Faults the server begins with.
	Faults Faults

	// RecordCap is how many dials, messages and events the record keeps of
	// each. 0 means 10000; at most 1e6.
	RecordCap int

	// PayloadCap is how many bytes the record keeps of each message.
	// 0 means 4096; at most 64 MiB.
	PayloadCap int

	// RecordHeaders names request headers to record besides the usual ones.
	// Think twice before naming Cookie or Authorization: any page can read
	// the record.
	RecordHeaders []string
}

// Server is a WebSocket server with faults on demand. All its methods are
// safe for concurrent use.
type Server struct {
	opts    Options
	rec     *recorder
	faults  atomic.Pointer[Faults]
	mux     *http.ServeMux // of mounts, on the control server
	api     *http.ServeMux // of /control/, apart so that no mount is in conflict with it
	control *http.Server
	backend *http.Server
	pipes   *pipeListener
	ctlAddr string

	counts   counts
	patience time.Duration // with clients that do not read

	ctx  context.Context // ends at Close
	stop context.CancelFunc
	wg   sync.WaitGroup // accept loop, links, servers, control handlers

	steer  sync.Mutex // held while faults or the port are changed
	killed bool
	port   port

	mu     sync.Mutex // below: the links
	closed bool
	dials  int
	links  map[int]*link
}

// New starts a server. It fails if an address cannot be listened on, or if an
// option is out of range; the error names it. Call [Server.Close].
func New(opts Options) (*Server, error) {
	opts = opts.withDefaults()
	if err := opts.validate(); err != nil {
		return nil, fmt.Errorf("faultserver: %w", err)
	}
	s := &Server{
		opts:  opts,
		rec:   newRecorder(opts.RecordCap, opts.PayloadCap),
		mux:   http.NewServeMux(),
		api:   http.NewServeMux(),
		pipes: newPipeListener(),
		links: map[int]*link{},

		patience: patience,
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.faults.Store(&opts.Faults)

	ln, err := net.Listen("tcp", opts.Control)
	if err != nil {
		return nil, fmt.Errorf("faultserver: Options.Control: %w", err)
	}
	s.ctlAddr = ln.Addr().String()
	s.port.addr = opts.Link
	if err := s.openPort(); err != nil {
		ln.Close()
		s.stop()
		return nil, fmt.Errorf("faultserver: Options.Link: %w", err)
	}
	s.steer.Lock()
	_ = s.syncPort() // closes it if the first faults say refuse
	s.steer.Unlock()

	s.backend = s.newBackend()
	s.wg.Go(func() { _ = s.backend.Serve(s.pipes) })
	s.routes()
	s.control = &http.Server{Handler: http.HandlerFunc(s.serveControl), ReadHeaderTimeout: 30 * time.Second}
	s.wg.Go(func() { _ = s.control.Serve(ln) })
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.Control == "" {
		o.Control = "127.0.0.1:0"
	}
	if o.Link == "" {
		o.Link = "127.0.0.1:0"
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.RecordCap == 0 {
		o.RecordCap = 10_000
	}
	if o.PayloadCap == 0 {
		o.PayloadCap = 4096
	}
	return o
}

func (o Options) validate() error {
	return firstError(
		inRange("Options.RecordCap", o.RecordCap, 1, 1_000_000),
		inRange("Options.PayloadCap", o.PayloadCap, 1, readLimit),
		o.Faults.Validate(),
	)
}

// Close ends every link by RST, closes both ports and waits until nothing of
// the server is left running. Calls after the first do nothing.
func (s *Server) Close() error {
	s.steer.Lock()
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if first {
		s.closePort()
		s.port.release()
	}
	s.steer.Unlock()

	s.eachLink(nil, func(l *link) { l.drop(EndRST, "server closed") })
	s.stop()
	err := errors.Join(s.control.Close(), s.backend.Close())
	s.wg.Wait()
	if !first {
		return nil
	}
	return err
}

// URL returns where WebSocket clients dial: ws://127.0.0.1:PORT/ws. It stays
// the same while the server is killed and revived. Other endpoints are /echo,
// /sink, /feed and /count.
func (s *Server) URL() string { return "ws://" + dialable(s.port.addr) + "/ws" }

// Endpoint returns the URL of another path of the link, such as
// "/feed?every=20&client=a".
func (s *Server) Endpoint(path string) string { return "ws://" + dialable(s.port.addr) + path }

// ControlURL returns http://127.0.0.1:PORT, without a slash at the end, of
// the server that has no faults.
func (s *Server) ControlURL() string { return "http://" + dialable(s.ctlAddr) }

// dialable turns "[::]:80" and "0.0.0.0:80" into an address to dial.
func dialable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// Faults returns the faults in force.
func (s *Server) Faults() Faults { return *s.faults.Load() }

// SetFaults replaces all faults. On error nothing changes, except when the
// port cannot be listened on again: then the other faults are in force, and
// the next change tries again. It does not undo [Server.Kill].
func (s *Server) SetFaults(f Faults) error {
	return s.Set(func(now *Faults) { *now = f })
}

// Set changes some faults and leaves the others. It returns when the change
// is in force. change may be called more than once, when a dial spends a
// "times" meanwhile. For errors see [Server.SetFaults].
func (s *Server) Set(change func(*Faults)) error {
	return s.trySet(func(f *Faults) error {
		change(f)
		return nil
	})
}

func (s *Server) trySet(change func(*Faults) error) error {
	s.steer.Lock()
	defer s.steer.Unlock()
	for {
		old := s.faults.Load()
		next := *old
		if err := firstError(change(&next), next.Validate()); err != nil {
			return fmt.Errorf("faultserver: %w", err)
		}
		if !s.faults.CompareAndSwap(old, &next) {
			continue
		}
		s.rec.note(0, "faults", describe(next), nil)
		if h := next.BlackHole; h != old.BlackHole {
			s.eachLink(nil, func(l *link) { l.setHole(h.Direction, h.Keep) })
		}
		return s.syncPort()
	}
}

// Kill plays a server that dies: the port refuses dials and every link is
// reset. The faults stay as they are.
func (s *Server) Kill() error {
	s.steer.Lock()
	defer s.steer.Unlock()
	s.killed = true
	err := s.syncPort()
	s.eachLink(nil, func(l *link) { l.drop(EndRST, "rst") })
	return err
}

// Revive undoes Kill: the same port accepts again (unless Faults.Dial refuses
// too). It fails if another program took the port meanwhile.
func (s *Server) Revive() error {
	s.steer.Lock()
	defer s.steer.Unlock()
	s.killed = false
	return s.syncPort()
}

// Reset makes everything healthy: no faults, no black holes, not killed. The
// links that are open stay open; the record stays.
func (s *Server) Reset() error {
	err := s.SetFaults(Faults{})
	s.eachLink(nil, func(l *link) { l.setHole(DirNone, false) })
	return errors.Join(err, s.Revive())
}

// eachLink calls f for the links that exist and are chosen.
func (s *Server) eachLink(to []To, f func(*link)) int {
	s.mu.Lock()
	var chosen []*link
	for _, l := range s.links {
		if matches(to, l) {
			chosen = append(chosen, l)
		}
	}
	s.mu.Unlock()
	for _, l := range chosen {
		f(l)
	}
	return len(chosen)
}

//go:build !js

package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// A rig is a fault server and a client of it, whose events are kept.
type rig struct {
	t      *testing.T
	ctx    context.Context
	server *faultserver.Server
	client *Client
	seen   []Event
}

// quick are options with which a test need not wait long.
func quick() Options {
	return Options{
		BaseDelay: 5 * time.Millisecond, MaxDelay: 40 * time.Millisecond, MinUptime: 20 * time.Millisecond,
		MaxRetries: Unlimited, FailureThreshold: Unlimited, HeartbeatInterval: Forever, Seed: 1,
	}
}

func newRig(t *testing.T, change func(*Options), faults ...func(*faultserver.Faults)) *rig {
	t.Helper()
	server, err := faultserver.New(faultserver.Options{RecordCap: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	for _, f := range faults {
		if err := server.Set(f); err != nil {
			t.Fatal(err)
		}
	}
	opts := quick()
	if change != nil {
		change(&opts)
	}
	c, err := New(server.URL()+"?client=a", &opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	r := &rig{t: t, ctx: testCtx(t), server: server, client: c}
	t.Cleanup(func() {
		if n := server.MaxOpen("a"); n > 1 {
			t.Errorf("the client had %d sockets at once", n)
		}
		if t.Failed() {
			for _, ev := range r.seen {
				t.Logf("%T %+v", ev, ev)
			}
		}
	})
	return r
}

func (r *rig) connect() *rig {
	r.t.Helper()
	if err := r.client.Connect(r.ctx); err != nil {
		r.t.Fatalf("Connect: %v", err)
	}
	return r
}

func (r *rig) set(change func(*faultserver.Faults)) {
	r.t.Helper()
	if err := r.server.Set(change); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) send(text string) {
	r.t.Helper()
	if err := r.client.Send(r.ctx, Text, []byte(text)); err != nil {
		r.t.Fatalf("Send %q: %v", text, err)
	}
}

// awaitEvent reads events until one is a T that fits.
func awaitEvent[T Event](r *rig, fits func(T) bool) T {
	r.t.Helper()
	for ev := range r.client.Events(r.ctx) {
		if _, ok := ev.(Message); !ok {
			r.seen = append(r.seen, ev)
		}
		if want, ok := ev.(T); ok && (fits == nil || fits(want)) {
			return want
		}
	}
	var want T
	r.t.Fatalf("no %T came", want)
	return want
}

func (r *rig) wantMessage(text string) {
	r.t.Helper()
	if got := awaitEvent[Message](r, nil); got.String() != text {
		r.t.Fatalf("message %.80q, want %.80q", got, text)
	}
}

func (r *rig) record(what string, ok func(faultserver.Record) bool) faultserver.Record {
	r.t.Helper()
	if err := r.server.Wait(r.ctx, ok); err != nil {
		r.t.Fatalf("%s: %v", what, err)
	}
	return r.server.Record()
}

func TestEcho(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Protocols = []string{"chat.v2", "chat.v1"} }).connect()
	if got := awaitEvent[Open](r, nil); got.Protocol != "chat.v2" {
		t.Errorf("protocol %q, want the first offered", got.Protocol)
	}
	r.send("héllo")
	r.wantMessage("héllo")
	if err := r.client.Send(r.ctx, Binary, []byte{0, 255}); err != nil {
		t.Fatal(err)
	}
	if m := awaitEvent[Message](r, nil); m.Type != Binary || !slices.Equal(m.Data, []byte{0, 255}) {
		t.Errorf("message %+v, want the binary one", m)
	}
	s := r.client.Stats()
	if s.State != StateOpen || s.MessagesIn != 2 || s.MessagesOut != 2 || s.BytesOut != 8 || s.BytesIn != 8 || s.SuccessRate() != 1 {
		t.Errorf("stats %+v", s)
	}
}

// Every way in which a dial can fail: what the user is told, and that the
// client gets through once the fault is over.
func TestDialFaults(t *testing.T) {
	var he *HandshakeError
	status := func(code int) func(t *testing.T, err error) {
		return func(t *testing.T, err error) {
			if !errors.As(err, &he) || he.StatusCode != code {
				t.Errorf("%v: want a HandshakeError with status %d", err, code)
			}
		}
	}
	dial := func(d faultserver.DialFault) func(*faultserver.Faults) {
		return func(f *faultserver.Faults) { f.Dial = d }
	}
	for name, c := range map[string]struct {
		fault func(*faultserver.Faults)
		want  error
		look  func(t *testing.T, err error)
	}{
		"refuse": {dial(faultserver.DialFault{Mode: faultserver.DialRefuse}), ErrUnreachable, nil},
		"reset":  {dial(faultserver.DialFault{Mode: faultserver.DialReset}), ErrUnreachable, nil},
		"hang": {dial(faultserver.DialFault{Mode: faultserver.DialHang}), ErrTimedOut, func(t *testing.T, err error) {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v is not a DeadlineExceeded", err)
			}
		}},
		"slow handshake": {dial(faultserver.DialFault{HoldMs: 60_000}), ErrTimedOut, nil},
		"401":            {dial(faultserver.DialFault{Mode: faultserver.DialStatus, Status: 401}), ErrHandshakeRefused, status(401)},
		"404":            {dial(faultserver.DialFault{Mode: faultserver.DialStatus, Status: 404}), ErrHandshakeRefused, status(404)},
		"429":            {dial(faultserver.DialFault{Mode: faultserver.DialStatus, Status: 429}), ErrHandshakeRefused, status(429)},
		"503": {dial(faultserver.DialFault{Mode: faultserver.DialStatus, Status: 503, RetryAfter: "120"}), ErrHandshakeRefused, func(t *testing.T, err error) {
			status(503)(t, err)
			if after, ok := he.RetryAfter(); !ok || after != 2*time.Minute {
				t.Errorf("Retry-After %v, %v; want 2m", after, ok)
			}
		}},
		"200":               {dial(faultserver.DialFault{Mode: faultserver.DialStatus, Status: 200}), ErrHandshakeRefused, status(200)},
		"wrong subprotocol": {dial(faultserver.DialFault{Subprotocol: "other"}), ErrHandshakeRefused, status(101)},
		"wrong accept":      {dial(faultserver.DialFault{BadAccept: true}), ErrHandshakeRefused, status(101)},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(o *Options) { o.ConnectionTimeout = 150 * time.Millisecond }, c.fault)
			connected := make(chan error, 1)
			go func() { connected <- r.client.Connect(r.ctx) }()
			err := awaitEvent[*Error](r, nil)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if c.look != nil {
				c.look(t, err)
			}
			if ev := awaitEvent[Closed](r, nil); ev.Code != 1006 || ev.Clean {
				t.Errorf("closed %+v, want 1006", ev)
			}
			if ev := awaitEvent[Retry](r, nil); ev.Attempt != 1 || ev.Delay > 6*time.Millisecond || ev.Reason.String() != "backoff" {
				t.Errorf("retry %+v", ev)
			}
			if err := r.server.Reset(); err != nil {
				t.Fatal(err)
			}
			awaitEvent[Open](r, nil)
			if err := <-connected; err != nil {
				t.Errorf("Connect: %v", err)
			}
			if s := r.client.Stats(); s.LastError == nil || s.Attempts < 2 || s.Successes != 1 {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// Every way in which an open connection can end.
func TestEndings(t *testing.T) {
	closeWith := func(code int, reason string) func(*faultserver.Server) error {
		return func(s *faultserver.Server) error { _, err := s.CloseAll(code, reason); return err }
	}
	for name, c := range map[string]struct {
		fault  func(*faultserver.Server) error
		want   error
		code   int
		reason string
		clean  bool
		why    string
	}{
		"rst":        {func(s *faultserver.Server) error { _, err := s.Drop(faultserver.EndRST); return err }, ErrConnectionLost, 1006, "", false, "backoff"},
		"fin":        {func(s *faultserver.Server) error { _, err := s.Drop(faultserver.EndFIN); return err }, ErrConnectionLost, 1006, "", false, "backoff"},
		"1000":       {closeWith(1000, "bye"), ErrClosedByServer, 1000, "bye", true, "backoff"},
		"1001":       {closeWith(1001, ""), ErrClosedByServer, 1001, "", true, "backoff"},
		"1005":       {closeWith(1005, ""), ErrClosedByServer, 1005, "", true, "backoff"},
		"1008":       {closeWith(1008, "no"), ErrClosedByPolicy, 1008, "no", true, "policy"},
		"1012":       {closeWith(1012, "restart"), ErrClosedByServer, 1012, "restart", true, "backoff"},
		"4321":       {closeWith(4321, "own"), ErrClosedByServer, 4321, "own", true, "backoff"},
		"garbage":    {func(s *faultserver.Server) error { _, err := s.SendGarbage(64); return err }, ErrConnectionLost, 1006, "", false, "backoff"},
		"not UTF-8":  {func(s *faultserver.Server) error { _, err := s.SendInvalidUTF8(); return err }, ErrClosedByPolicy, 1007, "text that is not UTF-8", false, "policy"},
		"oversized":  {func(s *faultserver.Server) error { _, err := s.SendOversized(1 << 16); return err }, ErrClosedByPolicy, 1009, "message larger than ReadLimit", false, "policy"},
		"the server": {func(s *faultserver.Server) error { defer s.Revive(); return s.Kill() }, ErrConnectionLost, 1006, "", false, "backoff"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(o *Options) { o.ReadLimit = 1000 }).connect()
			r.send("before")
			r.wantMessage("before")
			if err := c.fault(r.server); err != nil {
				t.Fatal(err)
			}
			err := awaitEvent[*Error](r, nil)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			var ce *CloseError
			if errors.As(err, &ce) != (c.code != 1006) {
				t.Errorf("error %v: a CloseError is for codes but 1006", err)
			}
			if ev := awaitEvent[Closed](r, nil); ev != (Closed{Code: c.code, Reason: c.reason, Clean: c.clean}) {
				t.Errorf("%+v, want code %d, %q, clean %v", ev, c.code, c.reason, c.clean)
			}
			if ev := awaitEvent[Retry](r, nil); ev.Reason.String() != c.why {
				t.Errorf("retry for %v, want %s", ev.Reason, c.why)
			}
			awaitEvent[Open](r, nil)
			r.send("after")
			r.wantMessage("after")
		})
	}
}

// Ten thousand messages, the connection dropped twenty times under them: none
// is out of order and none comes twice. What TCP had taken when a connection
// was dropped is lost, as on every network.
func TestOrderAcrossDrops(t *testing.T) {
	const total, drops = 10_000, 20
	r := newRig(t, func(o *Options) { o.SendOnly = true }).connect()
	unsure := 0
	for i := range total {
		if i%(total/drops) == total/drops/2 {
			r.record("a connection to drop", func(rec faultserver.Record) bool { return rec.Client("a").Live == 1 })
			how := []faultserver.Ending{faultserver.EndRST, faultserver.EndFIN}[i/(total/drops)%2]
			if n, err := r.server.Drop(how); err != nil || n == 0 {
				t.Fatalf("dropped %d links: %v", n, err)
			}
		}
		if err := r.client.Send(r.ctx, Text, fmt.Appendf(nil, "%d", i)); err != nil {
			if !errors.Is(err, ErrConnectionLost) {
				t.Fatalf("Send %d: %v", i, err)
			}
			unsure++
		}
	}
	last := fmt.Sprint(total - 1)
	rec := r.record("the last message", func(rec faultserver.Record) bool {
		n := len(rec.Messages)
		return n > 0 && rec.Messages[n-1].Text == last
	})
	// The server may still be reading from one link when it hears from the next.
	messages := slices.Clone(rec.Messages)
	slices.SortStableFunc(messages, func(a, b faultserver.Message) int { return a.Conn - b.Conn })
	next := 0
	for _, m := range messages {
		var n int
		if _, err := fmt.Sscan(m.Text, &n); err != nil || n < next {
			t.Fatalf("message %q on link %d, after %d", m.Text, m.Conn, next-1)
		}
		next = n + 1
	}
	if up := rec.Client("a").Upgrades; up != drops+1 {
		t.Errorf("%d connections, want %d", up, drops+1)
	}
	t.Logf("%d of %d arrived; the error of %d told so at once", len(rec.Messages), total, unsure)
}

// What is sent while there is no connection waits, and goes out in order.
func TestOutboxAcrossOutage(t *testing.T) {
	r := newRig(t, nil).connect()
	for round := range 20 {
		if err := r.server.Kill(); err != nil {
			t.Fatal(err)
		}
		awaitEvent(r, func(ev StateChange) bool { return ev.From == StateOpen })
		for i := range 500 {
			r.send(fmt.Sprint(round*500 + i))
		}
		if n := r.client.Stats().QueueLength; n != 500 {
			t.Fatalf("%d messages wait, want 500", n)
		}
		if err := r.server.Revive(); err != nil {
			t.Fatal(err)
		}
		for i := range 500 {
			r.wantMessage(fmt.Sprint(round*500 + i)) // echoed
		}
	}
	rec := r.server.Record()
	if len(rec.Messages) != 10_000 {
		t.Fatalf("%d messages arrived, want 10000", len(rec.Messages))
	}
	for i, text := range rec.Texts() {
		if text != fmt.Sprint(i) {
			t.Fatalf("message %d is %s", i, text)
		}
	}
}

package faultserver

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// "refuse (listener really closed: ECONNREFUSED; same port is re-listened afterwards)"
func TestRefuse(t *testing.T) {
	s := start(t, Options{})
	url := s.URL()
	set(t, s, Faults{Dial: DialFault{Mode: DialRefuse}})
	if _, err := net.Dial("tcp", s.port.addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("dial: %v; want ECONNREFUSED", err)
	}
	if r := s.Record(); r.Dials != 0 || r.CountEvents("refuse") != 1 {
		t.Errorf("record: %+v", r)
	}
	set(t, s, Faults{})
	if s.URL() != url {
		t.Errorf("URL %s became %s", url, s.URL())
	}
	dial(t, url)
	wait(t, s, "upgrade", func(r Record) bool { return r.Total.Live == 1 })
}

func TestRefuseFromTheStart(t *testing.T) {
	s := start(t, Options{Faults: Faults{Dial: DialFault{Mode: DialRefuse}}})
	if _, err := net.Dial("tcp", s.port.addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("dial: %v; want ECONNREFUSED", err)
	}
}

// "reset (accept then RST)", "may be limited to the next n dials"
func TestResetTwoDials(t *testing.T) {
	s := start(t, Options{Faults: Faults{Dial: DialFault{Mode: DialReset, Times: 2}}})
	for range 2 {
		c, err := net.Dial("tcp", s.port.addr)
		if err == nil { // the RST may overtake the dial's own return
			_, err = c.Read(make([]byte, 1))
			c.Close()
		}
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Fatalf("dial and read: %v; want ECONNRESET", err)
		}
	}
	dial(t, s.URL())
	r := wait(t, s, "two ends", func(r Record) bool { return r.CountEvents("end") == 2 })
	for _, c := range r.Conns[:2] {
		if c.Did != "reset" || c.End != "reset" || c.Upgraded {
			t.Errorf("conn %+v; want reset", c)
		}
	}
	if r.Dials != 3 || r.Total.Upgrades != 1 || s.Faults().Dial != (DialFault{}) {
		t.Errorf("%d dials, %d upgrades, faults %+v", r.Dials, r.Total.Upgrades, s.Faults())
	}
}

// "hang (accept TCP, never answer)"
func TestHang(t *testing.T) {
	s := start(t, Options{Faults: Faults{Dial: DialFault{Mode: DialHang}}})
	c := dialTCP(t, s)
	if _, err := io.WriteString(c, "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(60 * time.Millisecond))
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("read: %v; want silence", err)
	}
	c.Close()
	r := wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
	if c := r.Conns[0]; c.Did != "hang" || c.End != "client fin" {
		t.Errorf("conn %+v", c)
	}
}

// "HTTP status instead of upgrade: any code, with Retry-After"
func TestStatus(t *testing.T) {
	s := start(t, Options{})
	for _, status := range []int{0, 200, 301, 401, 429, 503, 799} {
		s.ClearRecord()
		set(t, s, Faults{Dial: DialFault{Mode: DialStatus, Status: status, RetryAfter: "7", Times: 1}})
		want := status
		if want == 0 {
			want = 503
		}
		_, res, err := websocket.Dial(testCtx(t), s.URL(), &websocket.DialOptions{HTTPClient: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}})
		if err == nil || res == nil || res.StatusCode != want || res.Header.Get("Retry-After") != "7" {
			t.Fatalf("status %d: %v, %v", status, res, err)
		}
		wait(t, s, "end", func(r Record) bool {
			return len(r.Conns) == 1 && r.Conns[0].End == "response sent" && r.Conns[0].Did == fmt.Sprintf("status %d", want)
		})
	}
}

// "by default the server selects the first the client offers; a fault can
// force a wrong/absent one"
func TestSubprotocol(t *testing.T) {
	s := start(t, Options{})
	for _, tt := range []struct {
		fault DialFault
		want  string
	}{
		{DialFault{}, "a"},
		{DialFault{Subprotocol: "wrong"}, "wrong"},
		{DialFault{NoSubprotocol: true}, ""},
	} {
		s.ClearRecord()
		set(t, s, Faults{Dial: tt.fault})
		_, res, err := websocket.Dial(testCtx(t), s.URL(), &websocket.DialOptions{Subprotocols: []string{"a", "b"}})
		if res == nil {
			t.Fatal(err)
		}
		if got := res.Header.Get("Sec-WebSocket-Protocol"); got != tt.want {
			t.Errorf("%+v: client saw %q, want %q (%v)", tt.fault, got, tt.want, err)
		}
		r := wait(t, s, "upgrade", func(r Record) bool { return r.Total.Upgrades == 1 })
		if c := r.Conns[len(r.Conns)-1]; c.Selected != tt.want || len(c.Offered) != 2 {
			t.Errorf("%+v: record %+v", tt.fault, c)
		}
		if _, err := s.Drop(EndRST); err != nil {
			t.Fatal(err)
		}
		wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
	}
}

func TestBadAccept(t *testing.T) {
	s := start(t, Options{Faults: Faults{Dial: DialFault{BadAccept: true}}})
	if _, res, err := websocket.Dial(testCtx(t), s.URL(), nil); err == nil || res.StatusCode != 101 {
		t.Fatalf("dial: %v, %v; want an error about 101", res, err)
	}
}

// "hold the handshake n ms (slow dial)"
func TestHold(t *testing.T) {
	s := start(t, Options{Faults: Faults{Dial: DialFault{HoldMs: 80}}})
	began := time.Now()
	dial(t, s.URL())
	if took := time.Since(began); took < 80*time.Millisecond {
		t.Errorf("dial took %v; want 80ms at least", took)
	}
	set(t, s, Faults{Dial: DialFault{HoldMs: maxMs}})
	c := dialTCP(t, s)
	io.WriteString(c, "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n")
	wait(t, s, "request", func(r Record) bool { return r.CountEvents("request") == 2 })
	c.Close()
	wait(t, s, "the held dial ends with its client", func(r Record) bool { return r.CountEvents("end") == 1 })
}

func TestUnknownPath(t *testing.T) {
	s := start(t, Options{})
	for path, status := range map[string]int{"/nowhere": 404, "/feed?every=0": 400, "/feed?every=x": 400} {
		if _, res, err := websocket.Dial(testCtx(t), s.Endpoint(path), nil); err == nil || res == nil || res.StatusCode != status {
			t.Errorf("%s: %v, %v; want %d", path, res, err, status)
		}
	}
	wait(t, s, "rejects", func(r Record) bool { return r.CountEvents("reject") == 3 })
}

func TestKillRevive(t *testing.T) {
	s := start(t, Options{})
	for round := range 5 {
		c := upgradeRaw(t, s)
		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Fatalf("read: %v; want ECONNRESET", err)
		}
		if _, err := net.Dial("tcp", s.port.addr); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatalf("dial: %v; want ECONNREFUSED", err)
		}
		if live := s.Record().Total.Live; live != 0 {
			t.Fatalf("%d live after Kill", live)
		}
		if err := s.Revive(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	if n := s.MaxLive("raw"); n != 1 {
		t.Errorf("max live %d; want 1", n)
	}
}

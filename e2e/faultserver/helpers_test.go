package faultserver

import (
	"context"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func testCtx(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func start(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func set(t *testing.T, s *Server, f Faults) {
	t.Helper()
	if err := s.SetFaults(f); err != nil {
		t.Fatal(err)
	}
}

func wait(t *testing.T, s *Server, what string, ok func(Record) bool) Record {
	t.Helper()
	if err := s.Wait(testCtx(t), ok); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return s.Record()
}

func dial(t *testing.T, url string, protocols ...string) *websocket.Conn {
	t.Helper()
	c, _, err := websocket.Dial(testCtx(t), url, &websocket.DialOptions{Subprotocols: protocols})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return c
}

func write(t *testing.T, c *websocket.Conn, text string) {
	t.Helper()
	if err := c.Write(testCtx(t), websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func wantText(t *testing.T, c *websocket.Conn, want string) {
	t.Helper()
	_, got, err := c.Read(testCtx(t))
	if err != nil || string(got) != want {
		t.Fatalf("read %q, %v; want %q", got, err, want)
	}
}

// wantSilence proves that nothing arrives in a short while. Only absence can
// be asserted by time.
func wantSilence(t *testing.T, c *websocket.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Millisecond)
	defer cancel()
	if _, got, err := c.Read(ctx); err == nil {
		t.Fatalf("read %q; want silence", got)
	}
}

// upgradeRaw opens a link of the client "raw" over plain TCP, to see each byte.
func upgradeRaw(t *testing.T, s *Server) net.Conn {
	t.Helper()
	c := dialTCP(t, s)
	request := "GET /ws?client=raw HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	if _, err := c.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	var head []byte
	for b := make([]byte, 1); !strings.HasSuffix(string(head), "\r\n\r\n"); head = append(head, b...) {
		if _, err := c.Read(b); err != nil {
			t.Fatalf("after %q: %v", head, err)
		}
	}
	if !strings.HasPrefix(string(head), "HTTP/1.1 101 ") {
		t.Fatalf("response %q; want 101", head)
	}
	return c
}

func dialTCP(t *testing.T, s *Server) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.port.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	return c
}

// waitGoroutines waits until no goroutine of this package is left but the
// caller's test.
func waitGoroutines(t *testing.T) {
	t.Helper()
	buf := make([]byte, 1<<20)
	for end := time.Now().Add(5 * time.Second); ; runtime.Gosched() {
		stacks := string(buf[:runtime.Stack(buf, true)])
		left := strings.Count(stacks, "faultserver.(*")
		if left == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("goroutines left after Close:\n%s", stacks)
		}
	}
}

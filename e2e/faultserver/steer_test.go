package faultserver

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestSendIsSeenByAllThatAreOpen(t *testing.T) {
	s := start(t, Options{})
	a, b := dial(t, s.URL()+"?client=a"), dial(t, s.URL()+"?client=b")
	if n, err := s.Send("all"); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := s.SendBinary([]byte("b"), To{Client: "b"}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	wantText(t, a, "all")
	wantText(t, b, "all")
	wantText(t, b, "b")
	if n := s.Record().CountEvents("send"); n != 3 {
		t.Errorf("%d sends in the record; want 3", n)
	}
}

func TestRawBytesOnTheWire(t *testing.T) {
	s := start(t, Options{})
	for _, tt := range []struct {
		name string
		send func() (int, error)
		want []byte
	}{
		{"garbage", func() (int, error) { return s.SendGarbage(3) }, []byte{0xFF, 0xFF, 0xFF}},
		{"fragmented", func() (int, error) { return s.SendFragmented("abcd", 3) }, []byte("\x01\x01a\x00\x01b\x80\x02cd")},
		{"invalid UTF-8", func() (int, error) { return s.SendInvalidUTF8() }, []byte("\x81\x04a\xff\xfeb")},
		{"raw", func() (int, error) {
			return s.SendRaw(Frame{More: true, RSV: 5, Opcode: OpPing, Masked: true, Payload: []byte("p")}.Bytes())
		}, []byte("\x59\x81\x00\x00\x00\x00p")},
		{"oversized", func() (int, error) { return s.SendOversized(70_000) },
			append([]byte("\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70"), strings.Repeat("x", 70_000)...)},
		{"illegal close", func() (int, error) { return s.SendRaw(CloseFrame(1006, "no")) }, []byte("\x88\x04\x03\xeeno")},
	} {
		c := upgradeRaw(t, s)
		if n, err := tt.send(); n != 1 || err != nil {
			t.Fatalf("%s: %d, %v", tt.name, n, err)
		}
		got := make([]byte, len(tt.want))
		if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, tt.want) {
			t.Errorf("%s: read %.40q, %v; want %.40q", tt.name, got, err, tt.want)
		}
		c.Close()
		wait(t, s, tt.name, func(r Record) bool { return r.Total.Live == 0 })
	}
}

func TestGarbageBreaksAClient(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL())
	if _, err := s.SendGarbage(64); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Read(testCtx(t)); err == nil {
		t.Fatal("the client took garbage for a frame")
	}
	c.CloseNow()
	wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
}

func TestFragmentedAndOversizedReachAClient(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL())
	if _, err := s.SendFragmented("héllo", 4); err != nil {
		t.Fatal(err)
	}
	wantText(t, c, "héllo")
	if _, err := s.SendOversized(100_000); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Read(testCtx(t)); websocket.CloseStatus(err) != -1 || err == nil {
		t.Fatalf("read: %v; want the client's own limit", err)
	}
	r := wait(t, s, "close frame", func(r Record) bool { return r.CountEvents("close") == 1 })
	if got := r.Conns[0].Close; got.Code != 1009 {
		t.Errorf("the server saw %+v; want 1009", got)
	}
}

func TestDrop(t *testing.T) {
	for how, want := range map[Ending]error{EndRST: syscall.ECONNRESET, EndFIN: io.EOF} {
		s := start(t, Options{})
		c := upgradeRaw(t, s)
		if n, err := s.Drop(how); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, want) {
			t.Errorf("%s: read: %v; want %v", how, err, want)
		}
		if live := s.Record().Total.Live; live != 0 {
			t.Errorf("%s: %d live", how, live)
		}
	}
}

func TestCloseAll(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL())
	if n, err := s.CloseAll(4999, "private"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := s.CloseAll(1000, ""); n != 0 || err != nil {
		t.Fatalf("second close reached %d, %v; want none", n, err)
	}
	var ce websocket.CloseError
	if _, _, err := c.Read(testCtx(t)); !errors.As(err, &ce) || ce.Code != 4999 || ce.Reason != "private" {
		t.Fatalf("read: %v", err)
	}
	r := wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
	if got := r.Conns[0].Close; got == nil || got.Code != 4999 {
		t.Errorf("the client's close frame: %+v", got)
	}
}

func TestActionsRefuseBadInput(t *testing.T) {
	s := start(t, Options{})
	for want, err := range map[string]error{
		`how: "": must be one of "rst", "fin"`: second(s.Drop("")),
		`code: 1006: must be`:                  second(s.CloseAll(1006, "")),
		`code: 5000: must be`:                  second(s.CloseAll(5000, "")),
		`(124 bytes): must be at most 123`:     second(s.CloseAll(1000, strings.Repeat("x", 124))),
		`direction: "left": must be`:           second(s.BlackHole("left", false)),
		`bytes: 0: must be 1 to`:               second(s.SendGarbage(0)),
		`bytes: -1: must be 0 to`:              second(s.SendOversized(-1)),
		`parts: 0: must be 1 to`:               second(s.SendFragmented("x", 0)),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v; want %q", err, want)
		}
	}
}

func second(_ int, err error) error { return err }

// A client that does not read cannot hold up an action for ever.
func TestSendToAClientThatDoesNotRead(t *testing.T) {
	s := start(t, Options{})
	s.patience = 50 * time.Millisecond
	c := upgradeRaw(t, s)
	for _, send := range []func() (int, error){
		func() (int, error) { return s.SendOversized(32 << 20) },
		func() (int, error) { return s.Send(strings.Repeat("x", 32<<20)) },
		func() (int, error) { return s.CloseAll(1000, "") },
	} {
		s.ClearRecord()
		if _, err := s.BlackHole(DirDown, true); err != nil { // nothing is read, whatever the kernel buffers
			t.Fatal(err)
		}
		link := s.linkOf(s.dials)
		link.turn <- struct{}{} // a message is stuck
		n, err := send()
		if n != 0 || err == nil || !strings.Contains(err.Error(), "does not read") {
			t.Fatalf("%d, %v; want an error", n, err)
		}
		wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
		c = upgradeRaw(t, s)
	}
	c.Close()

	c = upgradeRaw(t, s)
	if _, err := s.BlackHole(DirDown, true, To{Conn: s.dials}); err != nil {
		t.Fatal(err)
	}
	if n, err := s.SendOversized(32<<20, To{Conn: s.dials}); n != 0 || !errors.Is(err, errStuck) {
		t.Fatalf("%d, %v; want errStuck", n, err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v; want ECONNRESET", err)
	}
}

func (s *Server) linkOf(n int) *link {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.links[n]
}

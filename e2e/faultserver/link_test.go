package faultserver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestEchoAndPings(t *testing.T) {
	s := start(t, Options{PayloadCap: 4})
	c := dial(t, s.Endpoint("/echo?client=a"))
	write(t, c, "hello")
	wantText(t, c, "hello")
	write(t, c, `{"type":"ping"}`)
	wantText(t, c, `{"type":"pong"}`)
	write(t, c, `{"type":"ping","id":7}`)
	wantText(t, c, `{"id":7,"type":"pong"}`)
	write(t, c, "PING")
	wantText(t, c, "PONG")
	if err := c.Write(testCtx(t), websocket.MessageBinary, []byte{1, 2, 3, 4, 5}); err != nil {
		t.Fatal(err)
	}
	wantText(t, c, "\x01\x02\x03\x04\x05")
	r := s.Record()
	if len(r.Messages) != 2 || r.Conns[0].Pongs != 3 || r.Conns[0].Messages != 2 || r.Conns[0].Bytes != 10 {
		t.Fatalf("record %+v", r)
	}
	if m := r.Messages[0]; m.Text != "hell" || m.Bytes != 5 || m.Client != "a" || m.Conn != 1 {
		t.Errorf("message %+v", m)
	}
	if m := r.Messages[1]; !m.Binary || !bytes.Equal(m.Data, []byte{1, 2, 3, 4}) || m.Bytes != 5 {
		t.Errorf("message %+v", m)
	}
}

func TestLargeEcho(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL())
	c.SetReadLimit(readLimit)
	big := strings.Repeat("x", 3<<20)
	go func() { _ = c.Write(context.Background(), websocket.MessageText, []byte(big)) }()
	wantText(t, c, big)
}

func TestSinkAndFeed(t *testing.T) {
	s := start(t, Options{})
	sink := dial(t, s.Endpoint("/sink"))
	write(t, sink, "gone")
	wait(t, s, "message", func(r Record) bool { return slices.Equal(r.Texts(), []string{"gone"}) })
	write(t, sink, "PING")
	wantText(t, sink, "PONG") // and not "gone"
	feed := dial(t, s.Endpoint("/feed?every=1"))
	wantText(t, feed, `{"type":"feed","n":1}`)
	wantText(t, feed, `{"type":"feed","n":2}`)
}

// "mutePings after n answered pings"
func TestMutePings(t *testing.T) {
	s := start(t, Options{Faults: Faults{Pings: PingFault{Mute: true, MuteAfter: 1}}})
	c := dial(t, s.URL())
	write(t, c, "PING")
	wantText(t, c, "PONG")
	write(t, c, `{"type":"ping"}`)
	write(t, c, "data")
	wantText(t, c, "data")
	if r := s.Record().Conns[0]; r.Pongs != 1 || r.MutedPings != 1 {
		t.Errorf("conn %+v", r)
	}
}

// "acceptThenDrop after n ms (TCP RST or FIN)"
func TestAfterOpenDrop(t *testing.T) {
	for action, want := range map[Ending]error{EndRST: syscall.ECONNRESET, EndFIN: io.EOF} {
		s := start(t, Options{Faults: Faults{AfterOpen: AfterOpen{Action: action, AfterMs: 20, Times: 1}}})
		c := upgradeRaw(t, s)
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, want) {
			t.Fatalf("%s: read: %v; want %v", action, err, want)
		}
		c.Close()
		r := wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
		if r.Conns[0].End != string(action) || r.Conns[0].Live {
			t.Errorf("conn %+v", r.Conns[0])
		}
		if s.Faults() != (Faults{}) {
			t.Errorf("times is not spent: %+v", s.Faults())
		}
	}
}

// "acceptThenClose with code+reason": every code legal on the wire
func TestAfterOpenClose(t *testing.T) {
	s := start(t, Options{})
	reason := strings.Repeat("é", 61) + "!"
	for _, code := range []int{0, 1000, 1001, 1003, 1005, 1007, 1011, 1012, 1013, 1014, 3000, 4000, 4999} {
		s.ClearRecord()
		set(t, s, Faults{AfterOpen: AfterOpen{Action: EndClose, Code: code, Reason: reason}})
		c := dial(t, s.URL())
		_, _, err := c.Read(testCtx(t))
		var ce websocket.CloseError
		want, wantReason := code, reason
		if code == 0 {
			want = 1000
		}
		if code == 1005 {
			wantReason = ""
		}
		if !errors.As(err, &ce) || int(ce.Code) != want || ce.Reason != wantReason {
			t.Fatalf("code %d: read: %v", code, err)
		}
		r := wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
		if got := r.Conns[0]; got.Close == nil || got.Close.Code != want || got.End != "closed" {
			t.Errorf("code %d: conn %+v, close %+v", code, got, got.Close)
		}
	}
}

func TestClientCloses(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL()+"?client=a")
	if err := c.Close(4001, "bye"); err != nil {
		t.Fatal(err)
	}
	r := wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
	if got := r.Conns[0]; got.Close == nil || *got.Close != (Close{4001, "bye"}) || got.End != "closed" {
		t.Errorf("conn %+v", got)
	}
	if got := r.Client("a"); got != (Count{Upgrades: 1, MaxLive: 1, MaxOpen: 1}) {
		t.Errorf("count %+v", got)
	}
}

func TestClientVanishes(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL())
	c.CloseNow()
	r := wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
	if got := r.Conns[0]; got.Close != nil || got.End != "client fin" {
		t.Errorf("conn %+v", got)
	}
}

// "order kept", "assert only lower bounds"
func TestDelayAndJitter(t *testing.T) {
	for _, f := range []Faults{
		{Up: Shape{DelayMs: 50, JitterMs: 20}},
		{Down: Shape{DelayMs: 50, JitterMs: 20}},
	} {
		s := start(t, Options{})
		c := dial(t, s.URL())
		set(t, s, f)
		began := time.Now()
		for i := range 50 {
			write(t, c, strconv.Itoa(i))
		}
		for i := range 50 {
			wantText(t, c, strconv.Itoa(i))
		}
		if took := time.Since(began); took < 50*time.Millisecond {
			t.Errorf("%+v: took %v", f, took)
		}
	}
}

func TestThrottle(t *testing.T) {
	for _, f := range []Faults{
		{Up: Shape{BytesPerSecond: 20_000}},
		{Down: Shape{BytesPerSecond: 20_000}},
	} {
		s := start(t, Options{})
		c := dial(t, s.URL())
		set(t, s, f)
		began := time.Now()
		text := strings.Repeat("x", 2000)
		write(t, c, text)
		wantText(t, c, text)
		if took := time.Since(began); took < 100*time.Millisecond {
			t.Errorf("%+v: 2000 bytes took %v; want 100ms at least", f, took)
		}
	}
}

// "A message of which a part is missing when the client goes is not recorded."
func TestCutMessageIsNotRecorded(t *testing.T) {
	s := start(t, Options{})
	c := upgradeRaw(t, s)
	// A masked text frame of five bytes, and one of which only the head comes.
	whole := append([]byte{0x81, 0x85, 0, 0, 0, 0}, "hello"...)
	if _, err := c.Write(append(whole, 0x81, 0x85, 0, 0, 0, 0)); err != nil {
		t.Fatal(err)
	}
	wait(t, s, "the whole message", func(r Record) bool { return len(r.Messages) == 1 })
	c.Close()
	r := wait(t, s, "the end", func(r Record) bool { return len(r.Conns) == 1 && r.Conns[0].Ended })
	if len(r.Messages) != 1 {
		t.Errorf("recorded %+v; want hello alone", r.Messages)
	}
}

package faultserver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
)

func TestOptionsAreChecked(t *testing.T) {
	for want, opts := range map[string]Options{
		"Options.Control: ":                 {Control: "256.0.0.1:0"},
		"Options.Link: ":                    {Link: "127.0.0.1:http-no"},
		"Options.RecordCap: -1: must be":    {RecordCap: -1},
		"Options.PayloadCap: -1: must be":   {PayloadCap: -1},
		`dial.mode: "x": must be one of`:    {Faults: Faults{Dial: DialFault{Mode: "x"}}},
		"pings.muteAfter: -1: must be 0 to": {Faults: Faults{Pings: PingFault{MuteAfter: -1}}},
	} {
		s, err := New(opts)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v; want %q", err, want)
		}
	}
}

// "no goroutine leaks after Close"
func TestCloseLeavesNothing(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	set(t, s, Faults{Dial: DialFault{Mode: DialHang, Times: 1}})
	dialTCP(t, s)
	wait(t, s, "hang", func(r Record) bool { return r.CountEvents("hang") == 1 })
	dial(t, s.Endpoint("/feed?every=1"))
	set(t, s, Faults{AfterOpen: AfterOpen{Action: EndRST, AfterMs: maxMs}, BlackHole: BlackHole{DirBoth, true, true}})
	c := dial(t, s.URL())
	write(t, c, "kept")
	set(t, s, Faults{Down: Shape{DelayMs: maxMs}, Up: Shape{BytesPerSecond: 1}})
	write(t, dial(t, func() string { set(t, s, Faults{}); return s.URL() }()), "x")
	set(t, s, Faults{Dial: DialFault{HoldMs: maxMs}})
	held := make(chan error, 1)
	go func() {
		_, _, err := websocket.Dial(context.Background(), s.URL(), nil)
		held <- err
	}()
	wait(t, s, "request", func(r Record) bool { return r.CountEvents("request") == 4 })
	events, err := http.Get(s.ControlURL() + "/control/events")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	waiting := make(chan error, 1)
	go func() { waiting <- s.Wait(context.Background(), func(Record) bool { return false }) }()

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if err := <-held; err == nil {
		t.Error("the held dial succeeded")
	}
	if err := <-waiting; err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("Wait: %v", err)
	}
	if r := s.Record(); r.Total.Live != 0 || r.CountEvents("end") != r.Dials {
		t.Errorf("record after Close: %+v", r)
	}
	if err := errors.Join(s.SetFaults(Faults{})); err == nil {
		t.Error("SetFaults after Close: no error")
	}
	waitGoroutines(t)
}

func TestManyClientsAtOnce(t *testing.T) {
	s := start(t, Options{})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for range 5 {
				c, _, err := websocket.Dial(context.Background(), s.URL()+fmt.Sprint("?client=", i), nil)
				if err != nil {
					t.Error(err)
					return
				}
				_ = c.Write(context.Background(), websocket.MessageText, []byte("x"))
				if _, _, err := c.Read(context.Background()); err != nil {
					t.Error(err)
				}
				_ = c.Close(1000, "")
			}
		})
	}
	wg.Wait()
	r := wait(t, s, "ends", func(r Record) bool { return r.CountEvents("end") == 100 })
	for i := range 20 {
		if got := r.Client(fmt.Sprint(i)); got != (Count{Upgrades: 5, MaxLive: 1, MaxOpen: 1}) {
			t.Errorf("client %d: %+v", i, got)
		}
	}
}

func TestRecordIsBounded(t *testing.T) {
	s := start(t, Options{RecordCap: 3})
	c := dial(t, s.URL())
	for range 5 {
		write(t, c, "x")
		wantText(t, c, "x")
	}
	for range 4 {
		dialTCP(t, s).Close()
	}
	r := wait(t, s, "trimmed", func(r Record) bool { return r.Dials == 5 && len(r.Conns) <= 3 })
	if len(r.Messages) != 3 || len(r.Events) != 3 || r.Forgotten == 0 {
		t.Errorf("%d messages, %d events, %d forgotten", len(r.Messages), len(r.Events), r.Forgotten)
	}
	if _, ok := r.ByConn(1); !ok {
		t.Error("a live link was forgotten")
	}
}

func TestClearKeepsLiveLinks(t *testing.T) {
	s := start(t, Options{})
	dial(t, s.URL()+"?client=a")
	dial(t, s.URL()+"?client=b").CloseNow()
	wait(t, s, "end", func(r Record) bool { return r.CountEvents("end") == 1 })
	s.ClearRecord()
	r := s.Record()
	if len(r.Conns) != 1 || r.Client("a") != (Count{Live: 1, MaxLive: 1, Open: 1, MaxOpen: 1}) || r.Client("b") != (Count{}) {
		t.Errorf("record %+v", r)
	}
}

func TestWaitSaysWhatItSaw(t *testing.T) {
	s := start(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := s.Wait(ctx, func(Record) bool { return false })
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "0 dials") {
		t.Errorf("Wait: %v", err)
	}
}

func TestRecordedHeaders(t *testing.T) {
	s := start(t, Options{RecordHeaders: []string{"x-trace"}})
	_, _, err := websocket.Dial(testCtx(t), s.URL(), &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {"https://elsewhere.example"}, "X-Trace": {"7"}, "Cookie": {"secret=1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Record().Conns[0].Header
	if h.Get("Origin") != "https://elsewhere.example" || h.Get("X-Trace") != "7" || h.Get("Cookie") != "" {
		t.Errorf("header %v", h)
	}
}

func TestEveryFaultIsExplained(t *testing.T) {
	missing := maps.Clone(faultDocs)
	for _, f := range faultFields() {
		if faultDocs[f[0]] == "" {
			t.Errorf("faultDocs has no %q", f[0])
		}
		delete(missing, f[0])
	}
	if len(missing) > 0 {
		t.Errorf("faultDocs explains what does not exist: %v", missing)
	}
}

// A client may send its close frame and dial anew without waiting.
func TestCloseFrameThenDialIsOneAtATime(t *testing.T) {
	s := start(t, Options{})
	for range 50 {
		c := upgradeRaw(t, s)
		mask := Frame{Opcode: OpClose, Masked: true, Payload: []byte{0x03, 0xE8}}
		if _, err := c.Write(mask.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.MaxLive("raw"); n != 1 {
		t.Errorf("max live %d; want 1", n)
	}
}

//go:build !js

package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

func TestBadInput(t *testing.T) {
	ms := time.Millisecond
	for want, opts := range map[string]Options{
		"client: MaxRetries: -3: must be a whole number, at least 1, or Unlimited, or None for 0; 0 means the default": {MaxRetries: -3},
		"client: BaseDelay: -1s: must be at least 1µs, or None for 0; 0 means the default":                             {BaseDelay: -time.Second},
		"client: ConnectionTimeout: 100µs: must be at least 1ms, or Forever; 0 means the default":                      {ConnectionTimeout: ms / 10},
		"client: ResetTimeout: 2562047h47m16.854775807s: must be at least 1ms; 0 means the default":                    {ResetTimeout: Forever},
		"client: ConnectionTimeout: -1ns: must be at least 1ms, or Forever; 0 means the default":                       {ConnectionTimeout: None},
		"client: ProviderTimeout: -1ns: must be at least 1ms, or Forever; 0 means the default":                         {ProviderTimeout: None},
		"client: OnOpenTimeout: 1µs: must be at least 1ms, or Forever; 0 means the default":                            {OnOpenTimeout: time.Microsecond},
		"client: Multiplier: 0.5: must be 1 to 100; 0 means the default":                                               {Multiplier: 0.5},
		"client: Jitter: 1.5: must be 0 to 1, or None for 0; 0 means the default":                                      {Jitter: 1.5},
		"client: JitterMode: 9: must be one of the constants of its type":                                              {JitterMode: 9},
		"client: FailureThreshold: -1: must be a whole number, at least 1, or Unlimited; 0 means the default":          {FailureThreshold: None},
		"client: MaxDelay: 1s: must be not less than BaseDelay, 2s":                                                    {BaseDelay: 2 * time.Second, MaxDelay: time.Second},
		`client: Protocols[1]: "a b": must be a token: no spaces, separators or control characters`:                    {Protocols: []string{"a", "a b"}},
		`client: Protocols[1]: "a": must be named once`:                                                                {Protocols: []string{"a", "a"}},
		`client: Header: "X Y": must be names of headers: no spaces, separators or control characters`:                 {Header: http.Header{"X Y": {"1"}}},
		`client: Header[X]: "a\nb": must be without control characters, the end of a line among them`:                  {Header: http.Header{"X": {"a", "a\nb"}}},
		"client: ReadLimit: -5: must be a whole number, at least 1, or Unlimited; 0 means the default":                 {ReadLimit: -5},
	} {
		_, err := New("ws://127.0.0.1:1/", &opts)
		var in *BadInputError
		if err == nil || !errors.As(err, &in) || !errors.Is(err, ErrBadInput) {
			t.Errorf("%v: want %s", err, want)
		} else if err.Error() != want && !strings.HasPrefix(want, "client: JitterMode") {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	}
	for _, url := range []string{"", "example.com", "ftp://example.com", "ws://example.com/#x", "ws://", "ws://[::1", "wss:///x", "ws://host:99999/", "ws://host:0/"} {
		if _, err := New(url, nil); !errors.Is(err, ErrBadInput) {
			t.Errorf("New(%q): %v, want ErrBadInput", url, err)
		}
	}
	for url, want := range map[string]string{ // without what may be secret
		"ws://user:sesame@host:99999/x?token=sesame": `"ws://host:99999/x?…"`,
		"wss://host/%zz?token=sesame":                `"…"`,
		"wss:user:sesame@host":                       `"…"`,
		"wss:/user:sesame@host":                      `"…"`,
		"wss://user:ses/ame@host":                    `"…"`,
		"ws://host/x#sesame":                         `"ws://host/x"`,
		"ws://host/%zz":                              `"ws://host/%zz"`,
		"ws://:80/":                                  `"ws://:80/"`,
	} {
		if _, err := New(url, nil); !errors.Is(err, ErrBadInput) || !strings.HasPrefix(err.Error(), "client: url: "+want+": must be") || strings.Contains(err.Error(), "ame@") {
			t.Errorf("New(%q): %v, want it to show %s", url, err, want)
		}
	}
	if _, err := newClient("ws://127.0.0.1:1/", &Options{CircuitExclude: []Class{core.ProviderFailed, core.Stopped}}); err != nil {
		t.Errorf("CircuitExclude: %v", err)
	}
	c, err := New("ws://127.0.0.1:1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	for _, err := range []error{
		c.Close(999, ""), c.Close(1005, ""), c.Close(1006, ""), c.Close(2999, ""), c.Close(5000, ""),
		c.Close(1000, strings.Repeat("x", 124)), c.Close(1000, "\xff"), c.Disconnect(t.Context(), 0, ""),
		c.Send(t.Context(), Text, []byte("\xff")), c.Send(t.Context(), 7, nil),
	} {
		if !errors.Is(err, ErrBadInput) {
			t.Errorf("%v, want ErrBadInput", err)
		}
	}
}

// The machine gets what the options say, and its own defaults where they say
// nothing.
func TestOptionsReachTheMachine(t *testing.T) {
	cfg := (&Options{}).config()
	if cfg.MaxRetries != 10 || cfg.BaseDelay.Millis() != 1000 || cfg.Jitter != 0.1 || cfg.FailureThreshold != 5 {
		t.Errorf("zero options give %+v", cfg)
	}
	cfg = (&Options{MaxRetries: None, BaseDelay: None, Jitter: None, HeartbeatInterval: Forever, QueueMessages: Unlimited,
		MaxDelay: 90 * time.Second, JitterMode: Full, Overflow: DropNewest}).config()
	if cfg.MaxRetries != 0 || cfg.BaseDelay != 0 || cfg.Jitter != 0 || cfg.HeartbeatInterval != ticks(Forever) && span(cfg.HeartbeatInterval) != Forever ||
		cfg.QueueMessages != Unlimited || cfg.MaxDelay.Millis() != 90_000 || cfg.JitterMode != Full || cfg.Overflow != DropNewest {
		t.Errorf("options give %+v", cfg)
	}
}

func TestClose(t *testing.T) {
	r := newRig(t, nil).connect()
	r.send("hello")
	if err := r.client.Close(1001, "going"); err != nil {
		t.Fatal(err)
	}
	rec := r.record("the close frame", func(rec faultserver.Record) bool { return rec.Conns[0].Close != nil })
	if got := rec.Conns[0].Close; got == nil || got.Code != 1001 || got.Reason != "going" {
		t.Errorf("the server saw %+v, want 1001 going", got)
	}
	if left := leftovers(ours); left != "" {
		t.Errorf("left after Close:\n%s", left)
	}
	if ev := awaitEvent[Closed](r, nil); ev.Code != 1001 || !ev.Clean {
		t.Errorf("%+v, want 1001, clean", ev)
	}
	for ev := range r.client.Events(r.ctx) {
		r.seen = append(r.seen, ev)
	}
	if r.ctx.Err() != nil {
		t.Error("Events did not end")
	}
	for name, err := range map[string]error{
		"Send": r.client.Send(r.ctx, Text, nil), "Connect": r.client.Connect(r.ctx), "Close": r.client.Close(1000, ""),
		"Disconnect": r.client.Disconnect(r.ctx, 1000, ""),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v, want ErrClosed", name, err)
		}
	}
	r.client.Reconnect() // changes nothing
	if err := r.client.CloseNow(); err != nil || r.client.State() != StateClosed {
		t.Errorf("CloseNow again: %v, %v", err, r.client.State())
	}
}

// A server that does not answer the close frame is not waited for longer than
// CloseTimeout.
func TestCloseTimeout(t *testing.T) {
	r := newRig(t, func(o *Options) { o.CloseTimeout = 50 * time.Millisecond }).connect()
	if _, err := r.server.BlackHole(faultserver.DirBoth, false); err != nil {
		t.Fatal(err)
	}
	if err := r.client.Close(1000, ""); err != nil {
		t.Fatal(err)
	}
	if ev := awaitEvent[Closed](r, nil); ev.Code != 1006 || ev.Clean {
		t.Errorf("%+v, want 1006", ev)
	}
}

// "The context's error ends the wait; the client goes on trying."
func TestContextsEndWaits(t *testing.T) {
	r := newRig(t, nil, func(f *faultserver.Faults) { f.Dial.Mode = faultserver.DialHang })
	ctx, cancel := context.WithCancel(r.ctx)
	connected := make(chan error, 1)
	go func() { connected <- r.client.Connect(ctx) }()
	r.record("a dial", func(rec faultserver.Record) bool { return rec.Dials == 1 })
	cancel()
	if err := <-connected; !errors.Is(err, context.Canceled) {
		t.Errorf("Connect: %v, want Canceled", err)
	}
	if got := r.client.State(); got != StateConnecting {
		t.Errorf("state %v, want CONNECTING", got)
	}
	for range r.client.Events(ctx) {
		t.Error("an event after the context's end")
	}
	if err := r.client.Send(ctx, Text, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Send: %v, want Canceled", err)
	}
	r.client.post(input{event: core.Event{Kind: core.Connect}, opened: connected, wait: make(chan struct{})})
	if err := r.client.Disconnect(r.ctx, 1000, ""); err != nil {
		t.Errorf("Disconnect: %v", err)
	}
	if err := <-connected; !errors.Is(err, ErrClosed) {
		t.Errorf("Connect while disconnected: %v, want ErrClosed", err)
	}
	if err := r.server.Reset(); err != nil {
		t.Fatal(err)
	}
	r.connect()
}

func TestGivesUp(t *testing.T) {
	r := newRig(t, func(o *Options) { o.MaxRetries = 2 }, func(f *faultserver.Faults) {
		f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 403}
	})
	err := r.client.Connect(r.ctx)
	var he *HandshakeError
	if !errors.Is(err, ErrFailed) || !errors.Is(err, ErrHandshakeRefused) || !errors.As(err, &he) || he.StatusCode != 403 {
		t.Errorf("Connect: %v", err)
	}
	if ev := awaitEvent[Failed](r, nil); ev.Attempts != 3 || !errors.Is(ev.Err, ErrHandshakeRefused) {
		t.Errorf("%+v", ev)
	}
	if got := r.client.State(); got != StateFailed {
		t.Errorf("state %v, want FAILED", got)
	}
	if err := r.server.Reset(); err != nil {
		t.Fatal(err)
	}
	r.connect()
}

func TestOutboxLimits(t *testing.T) {
	r := newRig(t, func(o *Options) { o.QueueMessages = 2 }, func(f *faultserver.Faults) { f.Dial.Mode = faultserver.DialRefuse })
	for _, text := range []string{"a", "b", "c"} {
		r.send(text)
	}
	if ev := awaitEvent[Drop](r, nil); ev.Message.String() != "a" || ev.Reason.String() != "overflow" {
		t.Errorf("%+v, want a dropped", ev)
	}
	if err := r.client.Disconnect(r.ctx, 1000, ""); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"b", "c"} {
		if ev := awaitEvent[Drop](r, nil); ev.Message.String() != text || ev.Reason.String() != "closed" {
			t.Errorf("%+v, want %s dropped", ev, text)
		}
	}
	if err := r.client.Send(r.ctx, Text, []byte("d")); !errors.Is(err, ErrClosed) {
		t.Errorf("Send: %v, want ErrClosed", err)
	}

	r = newRig(t, func(o *Options) { o.QueueMessages, o.Overflow = 1, DropNewest })
	r.send("a")
	if err := r.client.Send(r.ctx, Text, []byte("b")); !errors.Is(err, ErrQueueFull) {
		t.Errorf("Send: %v, want ErrQueueFull", err)
	}
	r.connect().wantMessage("a")
	if s := r.client.Stats(); s.Dropped != 1 || s.QueueLength != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestReconnectAndCircuit(t *testing.T) {
	r := newRig(t, func(o *Options) { o.ResetTimeout = time.Hour }).connect()
	awaitEvent[Open](r, nil)
	r.client.Reconnect()
	if ev := awaitEvent[Closed](r, nil); ev.Code != 1000 {
		t.Errorf("%+v, want 1000", ev)
	}
	awaitEvent[Open](r, nil)
	r.client.OpenCircuit()
	if got := r.client.Circuit(); got != CircuitOpen {
		t.Errorf("circuit %v, want OPEN", got)
	}
	r.send("still open")
	r.wantMessage("still open")
	if _, err := r.server.Drop(faultserver.EndRST); err != nil {
		t.Fatal(err)
	}
	awaitEvent(r, func(ev StateChange) bool { return ev.To == StateBlocked })
	if s := r.client.Stats(); s.NextRetry.IsZero() || s.State != StateBlocked {
		t.Errorf("stats %+v", s)
	}
	r.client.CloseCircuit()
	awaitEvent[Open](r, nil)
	if rec := r.record("three", func(rec faultserver.Record) bool { return rec.Total.Upgrades == 3 }); rec.Client("a").MaxOpen != 1 {
		t.Errorf("%d at once", rec.Client("a").MaxOpen)
	}
}

// A loop that does not read holds the server back, and the heartbeat does not
// take that for the server's silence.
func TestSlowReader(t *testing.T) {
	asked := make(chan struct{}, 100)
	r := newRig(t, func(o *Options) {
		o.Trace = &Trace{Step: func(_ tick.Time, e core.Event) {
			if e.Kind == core.Heard {
				select {
				case asked <- struct{}{}:
				default:
				}
			}
		}}
		o.InboxMessages, o.HeartbeatInterval, o.HeartbeatTimeout = 1, 2*time.Millisecond, 200*time.Millisecond
	}).connect()
	var want []string
	for range 50 {
		want = append(want, "x")
		if _, err := r.server.Send("x"); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // the heartbeat asks, and is content
		select {
		case <-asked:
		case <-r.ctx.Done():
			t.Fatal("the heartbeat does not ask")
		}
	}
	var got []string
	for len(got) < len(want) {
		got = append(got, awaitEvent[Message](r, nil).String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if s := r.client.Stats(); s.Attempts != 1 || s.State != StateOpen {
		t.Errorf("the connection did not last: %+v", s)
	}
}

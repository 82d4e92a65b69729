//go:build !js

package client

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// beating are options with a heartbeat that a test need not wait for long.
func beating(o *Options) {
	o.HeartbeatInterval, o.HeartbeatTimeout = 20*time.Millisecond, 200*time.Millisecond
}

// A link in a black hole, in either direction, is found dead and replaced.
func TestBlackHoles(t *testing.T) {
	for _, way := range []faultserver.Direction{faultserver.DirUp, faultserver.DirDown, faultserver.DirBoth} {
		t.Run(string(way), func(t *testing.T) {
			r := newRig(t, beating).connect()
			if _, err := r.server.BlackHole(way, false); err != nil {
				t.Fatal(err)
			}
			if err := awaitEvent[*Error](r, nil); !errors.Is(err, ErrHeartbeatLost) {
				t.Errorf("error %v, want ErrHeartbeatLost", err)
			}
			if ev := awaitEvent[Closed](r, nil); ev.Code != 1006 {
				t.Errorf("%+v, want 1006", ev)
			}
			awaitEvent[Open](r, nil)
		})
	}
}

// A server that stops to answer the heartbeat's message is left, though its
// TCP lives; RFC 6455 pings know nothing of such servers.
func TestMutedPings(t *testing.T) {
	r := newRig(t, func(o *Options) {
		beating(o)
		o.HeartbeatMessage = &Message{Text, []byte(`{"type":"ping"}`)}
		o.HeartbeatReply = func(m Message) bool { return strings.Contains(m.String(), `"pong"`) }
	}, func(f *faultserver.Faults) { f.Pings = faultserver.PingFault{Mute: true, MuteAfter: 2} }).connect()
	if err := awaitEvent[*Error](r, nil); !errors.Is(err, ErrHeartbeatLost) {
		t.Errorf("error %v, want ErrHeartbeatLost", err)
	}
	if c, _ := r.server.Record().ByConn(1); c.Pongs != 2 || c.MutedPings == 0 {
		t.Errorf("%d answered, %d muted; want 2, 1", c.Pongs, c.MutedPings)
	}
	r.set(func(f *faultserver.Faults) { f.Pings = faultserver.PingFault{} })
	awaitEvent[Open](r, nil)
}

// A slow network is not a dead one: delayed, jittered and throttled, the link
// lasts, and everything arrives in order.
func TestShapes(t *testing.T) {
	slow := faultserver.Shape{DelayMs: 10, JitterMs: 15}
	for name, f := range map[string]faultserver.Faults{
		"up":       {Up: slow},
		"down":     {Down: slow},
		"throttle": {Down: faultserver.Shape{BytesPerSecond: 100_000}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(o *Options) { o.HeartbeatInterval = 5 * time.Millisecond }, func(now *faultserver.Faults) { *now = f }).connect()
			for i := range 100 {
				r.send(fmt.Sprint(i))
			}
			for i := range 100 {
				r.wantMessage(fmt.Sprint(i))
			}
			if s := r.client.Stats(); s.Attempts != 1 {
				t.Errorf("%d dials, want 1", s.Attempts)
			}
		})
	}
}

// A message that takes long keeps its link alive: each part of it is a sign of
// life, long before the message is complete.
func TestEachPartIsASignOfLife(t *testing.T) {
	r := newRig(t, nil)
	heard := make(chan struct{}, 100)
	ws, err := r.client.dial(r.ctx, target{url: r.client.url}, func() { heard <- struct{}{} })
	if err != nil {
		t.Fatal(err)
	}
	defer ws.drop()
	read := make(chan string, 1)
	go func() {
		_, data, err := ws.read()
		read <- fmt.Sprintf("%s %v", data, err)
	}()
	for i, part := range []faultserver.Frame{
		{Opcode: faultserver.OpText, Payload: []byte("one "), More: true},
		{Payload: []byte("two "), More: true},
		{Opcode: faultserver.OpPing},
		{Opcode: faultserver.OpPong},
	} {
		if _, err := r.server.SendRaw(part.Bytes()); err != nil {
			t.Fatal(err)
		}
		select {
		case <-heard:
		case <-read:
			t.Fatal("the message is not complete yet")
		case <-r.ctx.Done():
			t.Fatalf("part %d was not heard", i)
		}
		if i == 0 { // the head of the message is one more
			<-heard
		}
	}
	if _, err := r.server.SendRaw(faultserver.Frame{Payload: []byte("three")}.Bytes()); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != "one two three <nil>" {
		t.Errorf("read %q", got)
	}
}

func TestFragments(t *testing.T) {
	r := newRig(t, nil).connect()
	text := strings.Repeat("häppchen ", 1000)
	if _, err := r.server.SendFragmented(text, 97); err != nil {
		t.Fatal(err)
	}
	r.wantMessage(text)
}

// A message of which a part is missing when the connection ends is no message.
func TestCutMessage(t *testing.T) {
	text := strings.Repeat("x", 2000)
	frame := faultserver.Frame{Opcode: faultserver.OpText, Payload: []byte(text)}.Bytes()
	fragment := faultserver.Frame{Opcode: faultserver.OpText, Payload: []byte(text), More: true}.Bytes()
	for name, part := range map[string][]byte{
		"after its head": frame[:len(frame)-len(text)], "in the middle": frame[:1000],
		"where a buffer ends": frame[:len(frame)-len(text)+512], "between fragments": fragment,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil).connect()
			if _, err := r.server.SendRaw(part); err != nil {
				t.Fatal(err)
			}
			if _, err := r.server.Drop(faultserver.EndFIN); err != nil {
				t.Fatal(err)
			}
			for ev := range r.client.Events(r.ctx) {
				if m, ok := ev.(Message); ok {
					t.Fatalf("a message of %d bytes", len(m.Data))
				}
				if err, ok := ev.(*Error); ok {
					if !errors.Is(err, ErrConnectionLost) {
						t.Errorf("%v, want ErrConnectionLost", err)
					}
					return
				}
			}
		})
	}
}

// A server that accepts and drops is not dialled in a hot loop: the delays
// grow, as no connection becomes healthy.
func TestAcceptThenDrop(t *testing.T) {
	for name, after := range map[string]faultserver.AfterOpen{
		"drop":  {Action: faultserver.EndRST, AfterMs: 1},
		"close": {Action: faultserver.EndClose, Code: 1013, Reason: "later"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(o *Options) { o.MinUptime, o.MaxRetries = time.Hour, 4 }, func(f *faultserver.Faults) { f.AfterOpen = after })
			r.client.Reconnect()
			if ev := awaitEvent[Failed](r, nil); ev.Attempts != 5 {
				t.Errorf("%+v, want 5 dials", ev)
			}
			var last time.Duration
			retries := 0
			for _, ev := range r.seen {
				if retry, ok := ev.(Retry); ok {
					retries++
					if retry.Attempt != retries || retry.Delay < last && retry.Delay < 30*time.Millisecond {
						t.Errorf("%+v after a delay of %v", retry, last)
					}
					last = retry.Delay
				}
			}
			if up := r.server.Record().Client("a").Upgrades; retries != 4 || up != 5 {
				t.Errorf("%d retries, %d upgrades; want 4, 5", retries, up)
			}
		})
	}
}

// The round trip is that of the ping.
func TestRoundTrip(t *testing.T) {
	r := newRig(t, func(o *Options) { o.HeartbeatInterval, o.HeartbeatTimeout = 10*time.Millisecond, 5*time.Second },
		func(f *faultserver.Faults) { f.Down.DelayMs = 30 })
	seen := make(chan struct{}, 1)
	r.client.CloseNow()
	opts := r.client.opts
	opts.Trace = &Trace{Step: func(_ tick.Time, e core.Event) {
		if e.Kind == core.Replied {
			select {
			case seen <- struct{}{}:
			default:
			}
		}
	}}
	c, err := New(r.server.URL(), &opts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if err := c.Connect(r.ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case <-seen:
	case <-r.ctx.Done():
		t.Fatal("no reply")
	}
	c.Online() // a step after the reply's
	if rtt := c.Stats().RoundTrip; rtt < 30*time.Millisecond || rtt > 4*time.Second {
		t.Errorf("round trip %v, want 30ms and a little", rtt)
	}
}

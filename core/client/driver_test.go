//go:build !js

package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// connectFake returns a started client with an open fake socket.
func connectFake(t *testing.T, opts Options) (*Client, *fakeNet) {
	t.Helper()
	c, net := newFake(t, opts)
	c.start()
	t.Cleanup(func() { c.CloseNow() })
	go c.Connect(t.Context())
	synctest.Wait()
	net.gen(1).open()
	synctest.Wait()
	if c.State() != StateOpen {
		t.Fatalf("state %v, want OPEN", c.State())
	}
	return c, net
}

func (f *fakeConn) texts() (texts []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.sent {
		texts = append(texts, m.String())
	}
	return texts
}

// "A Send whose context ends before its turn comes is never carried out."
func TestWithdrawnSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever})
		gate := make(chan struct{})
		net.gen(1).setGate(gate)
		ctx, cancel := context.WithCancel(t.Context())
		errs := make(chan error, 3)
		for _, text := range []string{"begun", "withdrawn", "stays"} {
			use := ctx
			if text == "stays" {
				use = t.Context()
			}
			go func() { errs <- c.Send(use, Text, []byte(text)) }()
			synctest.Wait()
		}
		cancel()
		for range 2 {
			if err := <-errs; !errors.Is(err, context.Canceled) {
				t.Errorf("Send: %v, want Canceled", err)
			}
		}
		close(gate)
		if err := <-errs; err != nil {
			t.Errorf("Send: %v", err)
		}
		if got := net.gen(1).texts(); !slices.Equal(got, []string{"begun", "stays"}) {
			t.Errorf("sent %q", got)
		}
	})
}

// What a connection had not begun to write when it was lost goes out on the
// next, before what is sent later. What it had begun is never sent again.
func TestUnwrittenGoesBackToTheOutbox(t *testing.T) {
	for how, lose := range map[string]func(*Client, *fakeNet){
		"closed":    func(_ *Client, n *fakeNet) { n.gen(1).end(ending{code: 1006}) },
		"reconnect": func(c *Client, _ *fakeNet) { c.Reconnect() },
	} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, net := connectFake(t, Options{HeartbeatInterval: Forever})
				net.gen(1).setGate(make(chan struct{}))
				errs := make(chan error, 3)
				for _, text := range []string{"begun", "first", "second"} {
					go func() { errs <- c.Send(t.Context(), Text, []byte(text)) }()
					synctest.Wait()
				}
				lose(c, net)
				lost := 0
				for range 3 {
					if err := <-errs; errors.Is(err, ErrConnectionLost) {
						lost++
					} else if err != nil {
						t.Errorf("Send: %v", err)
					}
				}
				if lost != 1 {
					t.Errorf("%d Sends report the loss, want that of the message that was being written", lost)
				}
				if err := c.Send(t.Context(), Text, []byte("third")); err != nil {
					t.Error(err)
				}
				time.Sleep(2 * time.Second)
				net.gen(2).open()
				synctest.Wait()
				if got := net.gen(2).texts(); !slices.Equal(got, []string{"first", "second", "third"}) {
					t.Errorf("the next connection sent %q", got)
				}
			})
		})
	}
}

// Close lets go out what is on its way, then the close frame.
func TestCloseComesAfterMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever})
		f, gate := net.gen(1), make(chan struct{})
		f.setGate(gate)
		go c.Send(t.Context(), Text, []byte("last words"))
		synctest.Wait()
		closed := make(chan error, 1)
		go func() { closed <- c.Close(4000, "bye") }()
		synctest.Wait()
		if err := c.Send(t.Context(), Text, nil); !errors.Is(err, ErrClosed) {
			t.Errorf("Send while closing: %v, want ErrClosed", err)
		}
		close(gate)
		synctest.Wait()
		f.mu.Lock()
		if len(f.sent) != 1 || f.bye == nil || *f.bye != (farewell{4000, "bye"}) {
			t.Errorf("sent %v, then %v", f.sent, f.bye)
		}
		f.mu.Unlock()
		f.end(ending{code: 4000, clean: true})
		if err := <-closed; err != nil {
			t.Errorf("Close: %v", err)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if !f.dropped {
			t.Error("the conn was not freed")
		}
	})
}

// The machine, given what the trace tells and the same dice, does the same.
func TestTraceReplays(t *testing.T) {
	var r recording
	synctest.Test(t, func(t *testing.T) {
		c, net := newFake(t, Options{JitterMode: Full, MaxRetries: Unlimited, FailureThreshold: Unlimited, HeartbeatInterval: time.Second, Trace: r.trace()})
		c.acted = r.acted
		c.start()
		go c.Connect(t.Context())
		dice := rand.New(rand.NewPCG(1, 2))
		for step := range 1000 {
			synctest.Wait()
			f := net.gen(net.count())
			switch dice.IntN(5) {
			case 0:
				f.open()
			case 1:
				f.end(ending{code: 1006, reached: core.Reach(dice.IntN(3))})
			case 2:
				f.pong()
			case 3:
				_ = c.Send(t.Context(), Binary, make([]byte, step))
			}
			time.Sleep(time.Duration(dice.IntN(2000)) * time.Millisecond)
		}
		c.CloseNow()
	})
	r.replays(t, "it", 500)
}

// The heartbeat by messages: strict where a reply is named, else content with
// anything, and pings of the server's own are answered.
func TestHeartbeatByMessages(t *testing.T) {
	is := func(text string) func(Message) bool { return func(m Message) bool { return m.String() == text } }
	for name, c := range map[string]struct {
		reply func(Message) bool
		hears string
		lives bool
	}{
		"anything counts":      {nil, "news", true},
		"nothing comes":        {nil, "", false},
		"the reply counts":     {is("yes"), "yes", true},
		"only the reply does":  {is("yes"), "news", false},
		"server ping answered": {nil, "ping?", true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, net := connectFake(t, Options{
					HeartbeatInterval: 10 * time.Second, HeartbeatTimeout: time.Second, SendOnly: true,
					HeartbeatMessage: &Message{Text, []byte("there?")}, HeartbeatReply: c.reply, ServerPing: is("ping?"),
				})
				time.Sleep(10*time.Second + 100*time.Millisecond)
				want := []string{"there?"}
				if c.hears != "" {
					net.gen(1).in <- Message{Text, []byte(c.hears)}
				}
				if c.hears == "ping?" {
					want = append(want, `{"type":"pong"}`)
				}
				time.Sleep(2 * time.Second)
				if got := net.gen(1).texts(); !slices.Equal(got, want) {
					t.Errorf("sent %q, want %q", got, want)
				}
				s := client.Stats()
				if lives := s.State == StateOpen; lives != c.lives {
					t.Errorf("state %v, want alive %v", s.State, c.lives)
				}
				if !c.lives && !errors.Is(s.LastError, ErrHeartbeatLost) {
					t.Errorf("error %v, want ErrHeartbeatLost", s.LastError)
				}
				if c.lives && s.RoundTrip != 100*time.Millisecond {
					t.Errorf("round trip %v, want 100ms", s.RoundTrip)
				}
			})
		})
	}
}

// Nobody reads: events are bounded, and Lost says how many are missing.
func TestUnreadEventsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever, InboxMessages: 2})
		net.gen(1).in <- Message{Text, []byte("kept")}
		synctest.Wait()
		for range maxTold {
			c.OpenCircuit()
			c.CloseCircuit()
		}
		told, lost, kept := 0, 0, 0
		c.CloseNow()
		for ev := range c.Events(t.Context()) {
			switch ev := ev.(type) {
			case Lost:
				lost += ev.Events
			case Message:
				kept++
			default:
				told++
			}
		}
		if told != maxTold || kept != 1 || lost < maxTold {
			t.Errorf("%d events, %d messages, %d lost", told, kept, lost)
		}
	})
}

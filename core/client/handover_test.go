//go:build !js

package client

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// collect notes what a client tells, state changes and errors aside.
func collect(t *testing.T, c *Client) (told func() []string) {
	var lines []string
	t.Cleanup(func() { c.CloseNow() })
	go func() {
		for ev := range c.Events(t.Context()) {
			switch ev.(type) {
			case StateChange, *Error:
			default:
				lines = append(lines, fmt.Sprint(ev))
			}
		}
	}()
	return func() []string {
		synctest.Wait()
		return lines
	}
}

func text(s string) Message { return Message{Text, []byte(s)} }

// "The new one is open before the old one closes, and nothing is lost or
// reordered": neither what the server says on either, nor what is sent meanwhile
// or not written yet.
func TestHandover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{Control: true, HeartbeatInterval: Forever})
		told := collect(t, c)
		time.Sleep(6 * time.Second) // until it is healthy
		old := net.gen(1)
		gate := make(chan struct{})
		old.setGate(gate) // a slow link: writing takes until later
		old.in <- text(`{"type":"drain","within":1000}`)
		synctest.Wait()
		next := net.gen(2)
		if next == nil {
			t.Fatal("nothing was dialled")
		}
		for i := range 3 {
			go c.Send(t.Context(), Text, fmt.Append(nil, "sent ", i))
			synctest.Wait()
		}
		next.open()
		synctest.Wait()
		next.in <- text("new 1")
		next.in <- text("new 2")
		for i := range 3 {
			go c.Send(t.Context(), Text, fmt.Append(nil, "sent ", 3+i))
			synctest.Wait()
		}
		old.in <- text("old 1")
		close(gate)
		synctest.Wait()
		old.in <- text("old 2")
		synctest.Wait()
		if got, want := old.texts(), []string{"sent 0", "sent 1", "sent 2", farewellText}; !slices.Equal(got, want) {
			t.Errorf("before the end the old one was sent %q, want %q", got, want)
		}
		if got := next.texts(); len(got) > 0 {
			t.Errorf("the new one was sent %q while the old one lived", got)
		}
		old.end(ending{code: 1000, clean: true})
		synctest.Wait()
		if got, want := next.texts(), []string{"sent 3", "sent 4", "sent 5"}; !slices.Equal(got, want) {
			t.Errorf("the new one was sent %q, want %q", got, want)
		}
		want := []string{"open", `{"type":"drain","within":1000}`, "old 1", "old 2", "handover, open", "new 1", "new 2"}
		if got := told(); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
		if c.State() != StateOpen {
			t.Errorf("state %v", c.State())
		}
	})
}

// A server that does not close is waited for as long as CloseTimeout says; what
// was not written by then goes out on the new socket, first.
func TestHandoverFromAServerThatDoesNotClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever, CloseTimeout: time.Second})
		told := collect(t, c)
		net.gen(1).setGate(make(chan struct{})) // stuck
		for i := range 3 {
			go c.Send(t.Context(), Text, fmt.Append(nil, "sent ", i))
			synctest.Wait()
		}
		c.Handover()
		synctest.Wait()
		net.gen(2).open()
		synctest.Wait()
		_ = c.Send(t.Context(), Text, []byte("sent 3"))
		time.Sleep(time.Second)
		synctest.Wait()
		if got, want := net.gen(2).texts(), []string{"sent 1", "sent 2", "sent 3"}; !slices.Equal(got, want) {
			t.Errorf("the new one was sent %q, want %q", got, want) // sent 0 may have arrived
		}
		if got, want := told(), []string{"open", "handover, open"}; !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

// If the socket dies while the spare is dialled, that dial is the retry.
func TestHandoverDialBecomesTheRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever})
		told := collect(t, c)
		c.Handover()
		synctest.Wait()
		net.gen(1).end(ending{code: 1006})
		synctest.Wait()
		_ = c.Send(t.Context(), Text, []byte("waits"))
		net.gen(2).open()
		net.gen(2).in <- text("new 1")
		if got, want := told(), []string{"open", "closed with code 1006, not clean", "retry 1 in 0s (backoff)", "open", "new 1"}; !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
		if got, want := net.gen(2).texts(), []string{"waits"}; !slices.Equal(got, want) || net.count() != 2 {
			t.Errorf("sent %q, want %q; %d dials", got, want, net.count())
		}
	})
}

// While the socket parts, its farewell is its last word: no answer to the server's
// ping follows it, and what must not wait is refused.
func TestNothingFollowsTheFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{Control: true, HeartbeatInterval: Forever, ServerPing: func(m Message) bool { return m.String() == "ping" }})
		c.Handover()
		synctest.Wait()
		net.gen(2).open()
		synctest.Wait()
		net.gen(1).in <- text("ping")
		synctest.Wait()
		if err := c.SendWith(t.Context(), Text, []byte("now or never"), SendOptions{Volatile: true}); !errors.Is(err, ErrNotOpen) {
			t.Errorf("a volatile message: %v, want ErrNotOpen", err)
		}
		if got, want := net.gen(1).texts(), []string{farewellText}; !slices.Equal(got, want) {
			t.Errorf("the old one was sent %q, want %q", got, want)
		}
	})
}

// A message that comes back from a socket, and whose key a later one has taken
// meanwhile, is told of as one that has waited all along.
func TestReplacedWhileItWasOnASocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever, CloseTimeout: Forever})
		told := collect(t, c)
		net.gen(1).setGate(make(chan struct{}))
		errs := make(chan error, 3)
		send := func(text, key string) { errs <- c.SendWith(t.Context(), Text, []byte(text), SendOptions{Key: key}) }
		go send("being written", "")
		synctest.Wait()
		go send("older", "k")
		synctest.Wait()
		c.Handover()
		synctest.Wait()
		net.gen(2).open()
		synctest.Wait()
		go send("newer", "k")
		synctest.Wait()
		net.gen(2).end(ending{code: 1006}) // before it has taken over
		if got := told(); !slices.Contains(got, "dropped 5 bytes (replaced)") {
			t.Errorf("told %q", got)
		}
		if got := drained(c); !slices.Equal(got, []string{"newer"}) {
			t.Errorf("the outbox has %q", got)
		}
	})
}

// A control message says when to come back, as a close reason does.
func TestReconnectHint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{Control: true, HeartbeatInterval: Forever})
		told := collect(t, c)
		net.gen(1).in <- text(`{"type":"reconnect","retryAfter":7000}`)
		for _, none := range []string{`-1`, `"9000"`, `null`, `1e999`} { // is no number of milliseconds
			net.gen(1).in <- text(`{"type":"reconnect","retryAfter":` + none + `}`)
		}
		synctest.Wait()
		net.gen(1).end(ending{code: 1006})
		if got := told(); !slices.Contains(got, "retry 1 in 7s (server)") {
			t.Errorf("told %q", got)
		}
	})
}

// What is not a control message, or comes where control is off, starts nothing.
func TestHostileControlMessages(t *testing.T) {
	for _, data := range []string{
		`{"type":"drain"`, `["drain"]`, `{"type":"drain","within":-1}`, `{"type":"drain","within":"1"}`,
		`{"type":"drain","spread":-5}`, `{"TYPE":"drain"}`, `{"type":"x","Type":"drain"}`, `{"type":"drain","within":null}`, `{"type":"drain","spread":null}`, `{"type":"drain","within":1e999}`, `{"type":"drainage"}`, `drain`, ``,
		`{"type":"drain","x":"` + strings.Repeat("x", 200) + `"}`, "off", "binary",
	} {
		synctest.Test(t, func(t *testing.T) {
			m, control := text(data), true
			switch data {
			case "off":
				m, control = text(`{"type":"drain"}`), false
			case "binary":
				m = Message{Binary, []byte(`{"type":"drain"}`)}
			}
			c, net := connectFake(t, Options{Control: control, HeartbeatInterval: Forever})
			time.Sleep(6 * time.Second)
			told := collect(t, c)
			net.gen(1).in <- m
			synctest.Wait()
			time.Sleep(20 * time.Minute)
			if net.count() != 1 {
				t.Errorf("%q began a handover", m)
			}
			if got := told(); !slices.Contains(got, m.String()) {
				t.Errorf("%q was not yielded: %q", m, got)
			}
		})
	}
}

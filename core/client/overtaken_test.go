//go:build !js

package client

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// A Close that Reconnect overtakes is over, though the client never is CLOSED.
func TestReconnectOvertakesClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever})
		done := make(chan error, 1)
		go func() { done <- c.Disconnect(context.Background(), 1000, "") }()
		synctest.Wait()
		if c.State() != StateClosing {
			t.Fatalf("state %v, want CLOSING", c.State())
		}
		c.Reconnect()
		synctest.Wait()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Fatal("Disconnect waits for a state that is not to come")
		}
		net.gen(2).open()
		synctest.Wait()
		if c.State() != StateOpen {
			t.Errorf("state %v, want OPEN", c.State())
		}
	})
}

// A Connect while the client is closing is answered by what becomes of it, not
// by the CLOSED in between.
func TestConnectWhileClosing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever})
		short, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() { gone <- c.Disconnect(short, 1000, "") }()
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		opened := make(chan error, 1)
		go func() { opened <- c.Connect(t.Context()) }()
		synctest.Wait()
		net.gen(1).end(ending{code: 1000, clean: true})
		synctest.Wait()
		net.gen(2).open()
		synctest.Wait()
		if err := <-opened; err != nil {
			t.Errorf("Connect: %v", err)
		}
	})
}

// What Send has withdrawn takes nobody's place when its connection is lost.
func TestWithdrawnIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever})
		net.gen(1).setGate(make(chan struct{}))
		ctx, cancel := context.WithCancel(t.Context())
		errs := make(chan error, 3)
		send := func(ctx context.Context, text, key string) {
			go func() { errs <- c.SendWith(ctx, Text, []byte(text), SendOptions{Key: key}) }()
			synctest.Wait()
		}
		send(t.Context(), "begun", "")
		send(t.Context(), "stays", "k")
		send(ctx, "withdrawn", "k")
		cancel()
		synctest.Wait()
		net.gen(1).end(ending{code: 1006})
		synctest.Wait()
		if got := drained(c); !slices.Equal(got, []string{"stays"}) {
			t.Errorf("the outbox has %q", got)
		}
	})
}

// While the spare is only being dialled, what its connection did not write
// waits in the outbox, where it can be taken back.
func TestAdoptedDialTakesNoMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever})
		time.Sleep(6 * time.Second) // until it is healthy
		c.Handover()
		synctest.Wait()
		if net.gen(2) == nil {
			t.Fatal("nothing was dialled")
		}
		net.gen(1).setGate(make(chan struct{}))
		errs := make(chan error, 3)
		for _, key := range []string{"", "k", "k"} {
			go func() { errs <- c.SendWith(t.Context(), Text, []byte("x"+key), SendOptions{Key: key}) }()
			synctest.Wait()
		}
		net.gen(1).end(ending{code: 1006})
		synctest.Wait()
		if c.State() != StateConnecting || net.count() != 2 {
			t.Fatalf("state %v, %d dials; want the spare's to go on", c.State(), net.count())
		}
		for range 3 {
			if err := <-errs; err != nil && !errors.Is(err, ErrConnectionLost) {
				t.Error(err)
			}
		}
		if got := drained(c); !slices.Equal(got, []string{"xk"}) {
			t.Errorf("the outbox has %q", got)
		}
	})
}

// A spare whose address is put off has failed: nobody dials it.
func TestSparePutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c, net := connectFake(t, Options{HeartbeatInterval: Forever, URL: func(context.Context, DialInfo) (string, error) {
			if asked++; asked == 2 {
				return "", Pause(time.Hour)
			}
			return "ws://fake/", nil
		}})
		time.Sleep(6 * time.Second) // until it is healthy
		c.Handover()
		synctest.Wait()
		net.gen(1).end(ending{code: 1006})
		time.Sleep(2 * time.Second)
		if net.count() != 2 {
			t.Errorf("%d dials after the loss, want the next one", net.count())
		}
	})
}

// An action of the machine may name a message that the user has taken back.
func TestDropOfWhatWasTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newFake(t, Options{})
		newDriver(c).each(core.Action{ID: 7, N: 2}, func(*message) { t.Error("there is none") })
	})
}

func drained(c *Client) (texts []string) {
	for _, m := range c.Drain() {
		texts = append(texts, m.Message.String())
	}
	return texts
}

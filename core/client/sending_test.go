//go:build !js

package client

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// unsent are the Drop events so far.
func unsent(c *Client) (all []string) {
	c.inbox.mu.Lock()
	defer c.inbox.mu.Unlock()
	for _, ev := range c.inbox.items {
		if d, ok := ev.(Drop); ok {
			all = append(all, d.Message.String()+" "+d.Reason.String())
		}
	}
	return all
}

// What a message asks for holds while it waits, and it goes out accordingly.
func TestSendWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := newFake(t, Options{HeartbeatInterval: Forever, QueueAge: time.Minute})
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		send := func(text string, how SendOptions, want error) {
			t.Helper()
			if err := c.SendWith(t.Context(), Text, []byte(text), how); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", text, err, want)
			}
		}
		send("volatile", SendOptions{Volatile: true}, ErrNotOpen)
		send("old", SendOptions{}, nil)
		time.Sleep(50 * time.Second)
		send("short", SendOptions{TTL: 20 * time.Second}, nil)
		send("k1", SendOptions{Key: "k"}, nil)
		send("a", SendOptions{}, nil)
		send("k2", SendOptions{Key: "k"}, nil)
		send("urgent", SendOptions{Priority: 9}, nil)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if got := unsent(c); !slices.Equal(got, []string{"k1 replaced", "old expired"}) {
			t.Errorf("after a minute: %q", got)
		}
		time.Sleep(10 * time.Second)
		go c.Connect(t.Context())
		synctest.Wait()
		net.gen(1).open()
		synctest.Wait()
		send("open", SendOptions{Volatile: true, Key: "k", TTL: time.Microsecond}, nil)
		synctest.Wait()
		if got := net.gen(1).texts(); !slices.Equal(got, []string{"urgent", "a", "k2", "open"}) {
			t.Errorf("sent %q", got)
		}
		if got := unsent(c); !slices.Equal(got, []string{"k1 replaced", "old expired", "short expired"}) {
			t.Errorf("in the end: %q", got)
		}
		if s := c.Stats(); s.Dropped != 4 || s.QueueLength != 0 || s.QueueBytes != 0 {
			t.Errorf("%d dropped, %d wait, %d bytes", s.Dropped, s.QueueLength, s.QueueBytes)
		}
	})
}

// A message that was let go, but not written when the connection was lost, has
// its past behind it: its key, its time, and that it may not wait.
func TestSendWithComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := connectFake(t, Options{HeartbeatInterval: Forever})
		gate := make(chan struct{})
		net.gen(1).setGate(gate)
		errs := make(chan error, 4)
		for _, m := range []struct {
			text string
			how  SendOptions
		}{{"begun", SendOptions{}}, {"volatile", SendOptions{Volatile: true}}, {"short", SendOptions{TTL: time.Second}}, {"k1", SendOptions{Key: "k"}}} {
			go func() { errs <- c.SendWith(t.Context(), Text, []byte(m.text), m.how) }()
			synctest.Wait()
		}
		time.Sleep(2 * time.Second)
		net.gen(1).end(ending{code: 1006})
		synctest.Wait()
		close(gate)
		var got []error
		for range 4 {
			got = append(got, <-errs)
		}
		for _, want := range []error{ErrNotOpen, ErrExpired, nil} {
			if !slices.ContainsFunc(got, func(err error) bool { return errors.Is(err, want) }) {
				t.Errorf("errors %v, want %v among them", got, want)
			}
		}
		if err := c.SendWith(t.Context(), Text, []byte("k2"), SendOptions{Key: "k"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := unsent(c); !slices.Equal(got, []string{"k1 replaced"}) {
			t.Errorf("told of %q", got)
		}
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := newFake(t, Options{HeartbeatInterval: Forever})
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		for i, text := range []string{"a", "b", "c"} {
			if err := c.SendWith(t.Context(), Text, []byte(text), SendOptions{Priority: i % 2, Key: text}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		var got []string
		for _, u := range c.Drain() {
			got = append(got, u.Message.String())
			if u.Options.Key != u.Message.String() || u.Waited != time.Second {
				t.Errorf("%+v", u)
			}
		}
		if !slices.Equal(got, []string{"b", "a", "c"}) || len(c.Drain()) != 0 {
			t.Errorf("took back %q", got)
		}
		if err := c.SendWith(t.Context(), Text, []byte("d"), SendOptions{Key: "a"}); err != nil {
			t.Fatal(err)
		}
		go c.Connect(t.Context())
		synctest.Wait()
		net.gen(1).open()
		synctest.Wait()
		if got := net.gen(1).texts(); !slices.Equal(got, []string{"d"}) || len(unsent(c)) > 0 {
			t.Errorf("sent %q, dropped %q", got, unsent(c))
		}
		c.CloseNow()
		if left := c.Drain(); left != nil {
			t.Errorf("closed, and had %v", left)
		}
	})
}

func TestSendOptionsAreChecked(t *testing.T) {
	c, _ := newFake(t, Options{})
	for _, o := range []SendOptions{{Priority: 10}, {Priority: -10}, {TTL: -1}, {TTL: time.Nanosecond}} {
		if err := c.SendWith(t.Context(), Text, nil, o); !errors.Is(err, ErrBadInput) {
			t.Errorf("%+v: %v, want ErrBadInput", o, err)
		}
	}
}

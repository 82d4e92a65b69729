//go:build !js

package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// wait lets a client come so far that it waits for time or for its server.
func wait(d time.Duration) {
	time.Sleep(d) // of the bubble
	synctest.Wait()
}

// "URL gives the address of each dial": what was used last time is made anew
// where the server says so.
func TestURLOfEachDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		c, net := newFake(t, Options{Jitter: None, MinUptime: time.Hour,
			URL: func(_ context.Context, d DialInfo) (string, error) {
				code := 0
				if d.LastClose != nil {
					code = d.LastClose.Code
				}
				told = append(told, fmt.Sprint(d.Attempt, code, d.Refresh))
				return fmt.Sprintf("ws://host/?token=%d", len(told)), nil
			},
			HeaderFor: func(_ context.Context, d DialInfo) (http.Header, error) {
				return http.Header{"X-Attempt": {fmt.Sprint(d.Attempt)}}, nil
			}})
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		go c.Connect(t.Context())
		for i, code := range []int{1001, 4401, 0} {
			wait(time.Duration(i*i) * time.Second) // 0, 1 and 4 s: the backoff is 1 and 2
			f := net.gen(i + 1)
			if f == nil {
				t.Fatalf("there is no dial %d", i+1)
			}
			if got := f.to.url.String() + " " + f.to.header.Get("X-Attempt"); got != fmt.Sprintf("ws://host/?token=%d %d", i+1, i) {
				t.Errorf("dial %d went to %s", i+1, got)
			}
			f.open()
			synctest.Wait()
			if code != 0 {
				f.end(ending{code: code, clean: true})
			}
			synctest.Wait()
		}
		if want := []string{"0 0 false", "1 1001 false", "2 4401 true"}; !slices.Equal(told, want) {
			t.Errorf("URL was told %v, want %v", told, want)
		}
	})
}

// "An error, or an address that cannot be dialled, is a failed attempt";
// ErrStop ends it all; the context ends when the dial is called off.
func TestURLFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calledOff := 0
		ways := []func(context.Context) (string, error){
			func(context.Context) (string, error) { return "", errors.New("no token today") },
			func(context.Context) (string, error) { return "ftp://host/", nil },
			func(ctx context.Context) (string, error) { <-ctx.Done(); calledOff++; return "ws://late/", nil },
			func(context.Context) (string, error) { return "", fmt.Errorf("logged out: %w", ErrStop) },
		}
		c, net := newFake(t, Options{Jitter: None, ProviderTimeout: 3 * time.Second, FailureThreshold: Unlimited,
			URL: func(ctx context.Context, d DialInfo) (string, error) { return ways[d.Attempt](ctx) }})
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		err := c.Connect(t.Context())
		if !errors.Is(err, ErrFailed) || !errors.Is(err, ErrStopped) || !errors.Is(err, ErrStop) {
			t.Errorf("Connect: %v, want a failure that was told to stop", err)
		}
		var classes []core.Class
		for ev := range c.Events(t.Context()) {
			if e, ok := ev.(*Error); ok {
				classes = append(classes, e.Class)
			}
			if _, ok := ev.(Failed); ok {
				break
			}
		}
		if want := []core.Class{core.ProviderFailed, core.ProviderFailed, core.ProviderFailed, core.Stopped}; !slices.Equal(classes, want) {
			t.Errorf("failed with %v, want %v", classes, want)
		}
		if calledOff != 1 || net.count() != 0 {
			t.Errorf("%d providers were called off, %d dials went out", calledOff, net.count())
		}
	})
}

// "A Pause puts the dial off for so long: no failure, and nothing is told but a
// Retry."
func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c, net := newFake(t, Options{URL: func(context.Context, DialInfo) (string, error) {
			if asked++; asked == 1 {
				return "", fmt.Errorf("closed for the night: %w", Pause(8*time.Hour))
			}
			return "ws://host/", nil
		}})
		told := collect(t, c)
		c.start()
		go c.Connect(t.Context())
		wait(8*time.Hour - 1)
		if net.count() != 0 || c.Stats().LastError != nil || c.State() != StateConnecting {
			t.Fatalf("%d dials, %v, %v", net.count(), c.Stats().LastError, c.State())
		}
		wait(1)
		if got := told(); net.count() != 1 || len(got) != 1 || !strings.Contains(got[0], "8h0m0s") {
			t.Errorf("%d dials, told %q", net.count(), got)
		}
	})
}

// "What it sends goes out ahead of the outbox, what it receives is its own, and
// the state stays CONNECTING until it returns."
func TestOnOpenComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := newFake(t, Options{HeartbeatInterval: Forever, OnOpen: func(_ context.Context, h *Handshake) error {
			if err := h.Send(Text, []byte("login")); err != nil {
				return err
			}
			m, err := h.Receive()
			if err != nil {
				return err
			}
			return h.Send(Text, []byte("resume "+m.String()))
		}})
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		if err := c.Send(t.Context(), Text, []byte("1")); err != nil {
			t.Fatal(err)
		}
		go c.Connect(t.Context())
		synctest.Wait()
		f := net.gen(1)
		f.open()
		synctest.Wait()
		if got := f.texts(); c.State() != StateConnecting || !slices.Equal(got, []string{"login"}) {
			t.Fatalf("%v, and the server got %v", c.State(), got)
		}
		f.in <- Message{Text, []byte("7")}
		synctest.Wait()
		if got := f.texts(); c.State() != StateOpen || !slices.Equal(got, []string{"login", "resume 7", "1"}) {
			t.Errorf("%v, and the server got %v", c.State(), got)
		}
	})
}

// "An error closes the connection and is a failed attempt"; so is silence, and
// a server that closes meanwhile is told by its own code.
func TestOnOpenFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := newFake(t, Options{Jitter: None, OnOpenTimeout: 2 * time.Second, FailureThreshold: Unlimited, OnOpen: func(ctx context.Context, h *Handshake) error {
			switch h.Attempt {
			case 0:
				return errors.New("who are you?")
			case 1:
				<-ctx.Done()
				return nil
			}
			_, err := h.Receive()
			return err
		}})
		var failures []string
		c.acted = func(at tick.Time, a core.Action) {
			if a.Kind == core.EmitError {
				failures = append(failures, drawTime(at)+" "+a.Class.String())
			}
		}
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		go c.Connect(t.Context())
		synctest.Wait()
		net.gen(1).open()
		wait(time.Second)
		net.gen(2).open()
		wait(4 * time.Second)
		net.gen(3).open()
		synctest.Wait()
		net.gen(3).end(ending{code: 1008, clean: true})
		synctest.Wait()
		if want := []string{"0s ON_OPEN_FAILED", "3s ON_OPEN_FAILED", "5s CLOSED_BY_POLICY"}; !slices.Equal(failures, want) {
			t.Errorf("failed with %q, want %q", failures, want)
		}
		if !net.gen(1).dropped || !net.gen(2).dropped {
			t.Error("a connection that was not admitted was left open")
		}
	})
}

// "CloseCodes says what the server means": the page's table, and the reason's
// hint.
func TestCloseCodesAndHints(t *testing.T) {
	for _, c := range []struct {
		code   int
		reason string
		want   string
	}{
		{4150, "", "Slow 0s 0s"}, {4105, "", "Stop 0s 0s"}, {1000, "retry=5", "ByCode 0s 0s"},
		{1012, "retry=5;spread=10", "ByCode 5ms 10ms"}, {1013, `{"retryAfter":1.5,"spread":2}`, "ByCode 1.5ms 2ms"},
		{1012, "retry=-5;spread=x", "ByCode 0s 0s"},
	} {
		client, _ := newFake(t, Options{CloseCodes: map[string]Verdict{"4100-4199": Slow, "4105": Stop}})
		e := (&ending{code: c.code, reason: c.reason}).event(1, client)
		name := map[Verdict]string{core.ByCode: "ByCode", Slow: "Slow", Stop: "Stop"}[e.Verdict]
		if got := fmt.Sprint(name, " ", span(e.RetryAfter), " ", span(e.Spread)); got != c.want {
			t.Errorf("%d %q: %s, want %s", c.code, c.reason, got, c.want)
		}
	}
	for _, o := range []Options{
		{CloseCodes: map[string]Verdict{"440": Stop}}, {CloseCodes: map[string]Verdict{"4500-4400": Stop}},
		{CloseCodes: map[string]Verdict{"4500": core.ByCode}}, {HintCodes: []string{"soon"}},
	} {
		if _, err := newClient("ws://host/", &o); !errors.Is(err, ErrBadInput) {
			t.Errorf("%v %v: %v, want bad input", o.CloseCodes, o.HintCodes, err)
		}
	}
}

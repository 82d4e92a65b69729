//go:build !js

package client

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// "JitterFunc says how long a retry waits": it is asked for each retry of the
// schedule, learns what it needs, and is obeyed up to MaxDelay.
func TestJitterFunc(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		says := []time.Duration{4 * time.Second, 0, Forever, -1, 10 * time.Millisecond}
		var told []string
		c, net := newFake(t, Options{BaseDelay: time.Second, MaxDelay: 6 * time.Second, MaxRetries: len(says), FailureThreshold: Unlimited,
			JitterFunc: func(r JitterInfo) time.Duration {
				told = append(told, fmt.Sprint(r.Attempt, r.Delay, r.Previous, r.LastClose.Code))
				return says[r.Attempt-1]
			}})
		c.roll = func() float64 { return 0.5 }
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		go c.Connect(t.Context())
		var retries []Retry
		for ev := range c.Events(t.Context()) {
			switch ev := ev.(type) {
			case StateChange:
				if ev.To == StateConnecting { // the first dial is under way
					synctest.Wait()
					net.gen(1).end(ending{code: 1006})
				}
			case Retry:
				retries = append(retries, ev)
				wait(ev.Delay)
				f := net.gen(len(retries) + 1)
				if len(retries) == 2 { // this one opens first
					f.open()
					synctest.Wait()
				}
				f.end(ending{code: 4000})
			}
			if _, over := ev.(Failed); over {
				break
			}
		}
		if want := []string{"1 1s 0s 1006", "2 2s 4s 1006", "3 4s 0s 4000", "4 6s 6s 1006", "5 6s 4.5s 1006"}; !slices.Equal(told, want) {
			t.Errorf("JitterFunc was told %q, want %q", told, want)
		}
		for i, want := range []time.Duration{4 * time.Second, 0, 6 * time.Second, 4500 * time.Millisecond, 10 * time.Millisecond} {
			if got := retries[i]; got.Delay != want || got.Attempt != i+1 {
				t.Errorf("retry %d: %+v, want a delay of %v", i+1, got, want)
			}
		}
		if len(retries) != len(says) {
			t.Errorf("%d retries, want %d", len(retries), len(says))
		}
	})
}

// "not where the server has said when to come back".
func TestJitterFuncIsNotAskedWhereTheServerHasSpoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := newFake(t, Options{ConnectionTimeout: Forever, JitterFunc: func(JitterInfo) time.Duration {
			t.Error("JitterFunc was asked")
			return 0
		}})
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		go c.Connect(t.Context())
		synctest.Wait()
		for i, end := range []ending{{code: 1012, reason: "retry=3000"}, {code: 1008}} {
			net.gen(i + 1).open()
			synctest.Wait()
			net.gen(i + 1).end(end)
			wait(time.Minute)
			if net.count() != i+2 {
				t.Fatalf("%d dials, want %d", net.count(), i+2)
			}
		}
	})
}

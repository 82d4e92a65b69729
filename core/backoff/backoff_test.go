package backoff_test

import (
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

const (
	ms  = tick.Millisecond
	sec = tick.Second
)

var defaults = Policy{Base: sec, Max: 30 * sec, Multiplier: 2, Jitter: 0.1}

// The worked table of the package comment, line by line.
func TestWorkedTable(t *testing.T) {
	for _, c := range []struct {
		n               int
		nominal, lo, hi tick.Duration
	}{
		{1, sec, 900 * ms, 1100 * ms},
		{2, 2 * sec, 1800 * ms, 2200 * ms},
		{3, 4 * sec, 3600 * ms, 4400 * ms},
		{4, 8 * sec, 7200 * ms, 8800 * ms},
		{5, 16 * sec, 14400 * ms, 17600 * ms},
		{6, 30 * sec, 24 * sec, 30 * sec},
		{7, 30 * sec, 24 * sec, 30 * sec},
		{1_000_000, 30 * sec, 24 * sec, 30 * sec},
	} {
		if lo, hi := defaults.Window(c.n, 0); lo != c.lo || hi != c.hi {
			t.Errorf("retry %d draws from %v–%v ms, want %v–%v", c.n, lo.Millis(), hi.Millis(), c.lo.Millis(), c.hi.Millis())
		}
		plain := defaults
		plain.Jitter = 0
		if got := plain.Delay(c.n, 0, 0.7); got != c.nominal {
			t.Errorf("nominal delay of retry %d is %v ms, want %v", c.n, got.Millis(), c.nominal.Millis())
		}
	}
}

func TestWindow(t *testing.T) {
	for _, c := range []struct {
		name   string
		p      Policy
		n      int
		prev   tick.Duration
		lo, hi tick.Duration
	}{
		{"full draws from 0 to nominal", Policy{Base: sec, Max: 30 * sec, Multiplier: 2, Mode: Full}, 3, 0, 0, 4 * sec},
		{"equal draws from nominal/2 to nominal", Policy{Base: sec, Max: 30 * sec, Multiplier: 2, Mode: Equal}, 3, 0, 2 * sec, 4 * sec},
		{"decorrelated draws from base to three times base at first", Policy{Base: sec, Max: 30 * sec, Mode: Decorrelated}, 1, 0, sec, 3 * sec},
		{"decorrelated draws from base to three times the delay before", Policy{Base: sec, Max: 30 * sec, Mode: Decorrelated}, 2, 5 * sec, sec, 15 * sec},
		{"decorrelated stops at the cap", Policy{Base: sec, Max: 30 * sec, Mode: Decorrelated}, 3, 11 * sec, sec, 30 * sec},
		{"decorrelated with a base above the cap", Policy{Base: 40 * sec, Max: 30 * sec, Mode: Decorrelated}, 1, 0, 30 * sec, 30 * sec},
		{"its zero value waits not at all", Policy{}, 5, 0, 0, 0},
		{"a base of 0 stays 0", Policy{Max: 30 * sec, Multiplier: 2}, 50, 0, 0, 0},
		{"a base above the cap is the cap", Policy{Base: 40 * sec, Max: 30 * sec, Multiplier: 2}, 1, 0, 30 * sec, 30 * sec},
		{"multiplier 1 stays at base", Policy{Base: sec, Max: 30 * sec, Multiplier: 1}, 1_000_000, 0, sec, sec},
		{"jitter 1 below half the cap", Policy{Base: sec, Max: 30 * sec, Multiplier: 2, Jitter: 1}, 2, 0, 0, 4 * sec},
		{"jitter 1 at the cap", Policy{Base: sec, Max: 30 * sec, Multiplier: 2, Jitter: 1}, 9, 0, 0, 30 * sec},
		{"no cap at all", Policy{Base: sec, Max: tick.Forever, Multiplier: 100, Jitter: 1}, 1_000_000, 0, 0, tick.Forever},
		{"no cap at all, half jitter", Policy{Base: sec, Max: tick.Forever, Multiplier: 100, Jitter: 0.5}, 1_000_000, 0, 0, tick.Forever},
	} {
		if lo, hi := c.p.Window(c.n, c.prev); lo != c.lo || hi != c.hi {
			t.Errorf("%s: retry %d after %d draws from %d to %d µs, want %d to %d", c.name, c.n, c.prev, lo, hi, c.lo, c.hi)
		}
	}
}

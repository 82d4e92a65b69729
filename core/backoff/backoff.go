// Package backoff computes how long to wait before a retry.
//
// The nominal delay of retry n (n ≥ 1) is
//
//	nominal(n) = min(Max, Base × Multiplier^(n−1))
//
// and the jitter mode spreads it. With the defaults (1 s, 30 s, 2, ±10 %):
//
//	retry      1        2        3        4         5          6 and later
//	nominal    1 s      2 s      4 s      8 s       16 s       30 s
//	drawn from 0.9–1.1  1.8–2.2  3.6–4.4  7.2–8.8   14.4–17.6  24–30
//
// The cap is a cap: no delay is above Max. Where the spread would pass it, the
// whole window slides below it and keeps its width, so that a fleet that has
// reached the cap is still spread out. (Clamping after jittering, as
// socket.io does, lets every client wait exactly the cap.)
//
// The full, equal and decorrelated modes are those of the AWS article
// "Exponential Backoff And Jitter" (Marc Brooker, 2015).
package backoff

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// A Mode says how the nominal delay is spread.
type Mode uint8

const (
	// Proportional draws from nominal × (1 ± Jitter).
	Proportional Mode = iota
	// Full draws from 0 to nominal.
	Full
	// Equal draws from nominal/2 to nominal.
	Equal
	// Decorrelated draws from Base to three times the previous delay.
	Decorrelated
	// Custom is a function of the user's own, which whoever keeps the schedule asks
	// how long retry n is to wait, telling it [Policy.Nominal]. Where it is not
	// asked, or has no answer, Custom is Equal.
	Custom
)

// A Policy is a delay schedule. Its zero value waits not at all.
type Policy struct {
	Base       tick.Duration // nominal delay of the first retry
	Max        tick.Duration // no delay is longer
	Multiplier float64       // growth per retry, at least 1
	Mode       Mode
	Jitter     float64 // 0 to 1; used by Proportional only
}

// Delay returns the wait before retry n, n ≥ 1. prev is the wait before the
// retry that preceded it, 0 when there was none. roll is a number in [0, 1).
func (p Policy) Delay(n int, prev tick.Duration, roll float64) tick.Duration {
	lo, hi := p.Window(n, prev)
	return lo + tick.Duration(roll*float64(hi-lo))
}

// Window returns the shortest and the longest delay that [Policy.Delay] can
// draw for retry n.
func (p Policy) Window(n int, prev tick.Duration) (lo, hi tick.Duration) {
	nominal := p.Nominal(n)
	switch p.Mode {
	case Full:
		return 0, nominal
	case Equal, Custom:
		return nominal - nominal/2, nominal
	case Decorrelated:
		base := min(p.Base, p.Max)
		if prev < base {
			prev = base
		}
		if prev > p.Max/3 {
			return base, p.Max
		}
		return base, 3 * prev
	}
	half := nominal
	if p.Jitter < 1 { // Forever × 1.0 is no Duration
		half = tick.Duration(p.Jitter * float64(nominal))
	}
	lo, hi = nominal-half, nominal+half
	if hi > p.Max || hi < nominal {
		lo, hi = p.Max-half-half, p.Max
	}
	return max(lo, 0), hi
}

// Nominal returns the delay of retry n before it is spread, at most Max.
//
// It multiplies step by step instead of calling math.Pow: the products
// are the same on every processor, and it stops at the cap, so that no
// exponent overflows.
func (p Policy) Nominal(n int) tick.Duration {
	if p.Base >= p.Max {
		return p.Max
	}
	d, cap := float64(p.Base), float64(p.Max)
	if p.Multiplier > 1 && d > 0 {
		for i := 1; i < n && d < cap; i++ {
			d *= p.Multiplier
		}
	}
	if d >= cap {
		return p.Max
	}
	return tick.Duration(d)
}

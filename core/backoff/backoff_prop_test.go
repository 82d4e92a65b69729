package backoff_test

import (
	"testing"

	"pgregory.net/rapid"

	. "github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

var modes = []Mode{Proportional, Full, Equal, Decorrelated}

// drawPolicy draws what the options allow, the ends of each range included.
func drawPolicy(t *rapid.T) Policy {
	span := rapid.OneOf(
		rapid.SampledFrom([]int64{0, 1, int64(sec), int64(30 * sec), int64(tick.Forever) - 1, int64(tick.Forever)}),
		rapid.Int64Range(0, int64(tick.Hour)),
		rapid.Int64Min(0),
	)
	return Policy{
		Base:       tick.Duration(span.Draw(t, "base")),
		Max:        tick.Duration(span.Draw(t, "max")),
		Multiplier: rapid.OneOf(rapid.SampledFrom([]float64{1, 1.000001, 2, 100}), rapid.Float64Range(1, 100)).Draw(t, "multiplier"),
		Mode:       rapid.SampledFrom(modes).Draw(t, "mode"),
		Jitter:     rapid.OneOf(rapid.SampledFrom([]float64{0, 0.1, 0.5, 1}), rapid.Float64Range(0, 1)).Draw(t, "jitter"),
	}
}

func drawRetry(t *rapid.T) int {
	return rapid.OneOf(rapid.IntRange(1, 100), rapid.SampledFrom([]int{1, 1_000_000})).Draw(t, "retry")
}

func drawRoll(t *rapid.T) float64 {
	const last = 1 - 1.0/(1<<53) // the largest number below 1
	return rapid.OneOf(rapid.SampledFrom([]float64{0, 0.5, last}), rapid.Float64Range(0, last)).Draw(t, "roll")
}

// "no delay is longer [than Max]": 0 ≤ delay ≤ Max, whatever the policy, the
// retry, the delay before and the dice.
func TestDelayIsWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, n, roll := drawPolicy(t), drawRetry(t), drawRoll(t)
		prev := tick.Duration(rapid.Int64Range(0, int64(p.Max)).Draw(t, "prev"))
		lo, hi := p.Window(n, prev)
		if lo < 0 || lo > hi || hi > p.Max {
			t.Fatalf("window %d to %d µs, max %d", lo, hi, p.Max)
		}
		if d := p.Delay(n, prev, roll); d < lo || d > hi {
			t.Fatalf("delay %d µs is outside its window, %d to %d", d, lo, hi)
		}
	})
}

// "Where the spread would pass it, the whole window slides below it and keeps
// its width, so that a fleet that has reached the cap is still spread out."
func TestWindowSlidesBelowTheCap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		p.Mode = Proportional
		p.Base, p.Max = min(p.Base, tick.Hour), min(p.Max, 1000*tick.Hour)
		n := drawRetry(t)
		plain := p
		plain.Jitter = 0
		nominal, _ := plain.Window(n, 0)
		half := tick.Duration(p.Jitter * float64(nominal))

		lo, hi := p.Window(n, 0)
		if width, want := hi-lo, min(2*half, p.Max); width != want {
			t.Fatalf("nominal %d: window %d to %d is %d wide, want %d", nominal, lo, hi, width, want)
		}
		if nominal+half <= p.Max && (lo != nominal-half || hi != nominal+half) {
			t.Fatalf("nominal %d: window %d to %d slid without need", nominal, lo, hi)
		}
	})
}

// Later retries do not wait less: the window's end never falls. (Its start may:
// at the cap the window slides down.)
func TestDelayGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		if p.Mode == Decorrelated {
			t.Skip("draws from the delay before, not from the retry's number")
		}
		n := rapid.IntRange(1, 200).Draw(t, "retry")
		_, hi := p.Window(n, 0)
		if _, next := p.Window(n+1, 0); next < hi {
			t.Fatalf("retry %d waits at most %d µs, retry %d at most %d", n, hi, n+1, next)
		}
	})
}

package heartbeat

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// RFC 6298, 2.2 and 2.3: "When the first RTT measurement R is made, the host
// MUST set SRTT <- R, RTTVAR <- R/2"; then "RTTVAR <- (1 - beta) * RTTVAR +
// beta * |SRTT - R'|, SRTT <- (1 - alpha) * SRTT + alpha * R'".
func TestEstimate(t *testing.T) {
	var e estimate
	for _, c := range []struct{ rtt, smoothed, variation tick.Duration }{
		{800, 800, 400},
		{1600, 900, 500},
		{100, 800, 575},
	} {
		e.add(c.rtt)
		if e.last != c.rtt || e.smoothed != c.smoothed || e.variation != c.variation {
			t.Fatalf("after %d: %+v, want smoothed %d, variation %d", c.rtt, e, c.smoothed, c.variation)
		}
	}
}

// The smoothed value stays between the shortest and the longest round trip.
func TestEstimateStaysInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e estimate
		for i, rtt := range rapid.SliceOfN(rapid.Int64Range(1, int64(tick.Minute)), 1, 50).Draw(t, "round trips") {
			before := e.smoothed
			if i == 0 {
				before = tick.Duration(rtt)
			}
			e.add(tick.Duration(rtt))
			if lo, hi := min(before, e.last), max(before, e.last); e.smoothed < lo || e.smoothed > hi {
				t.Fatalf("smoothed %d is not between %d and %d", e.smoothed, lo, hi)
			}
		}
	})
}

package heartbeat

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// An estimate smooths round trips as TCP does: RFC 6298, section 2, with
// α = 1/8 and β = 1/4.
type estimate struct {
	last, smoothed, variation tick.Duration
}

func (e *estimate) add(rtt tick.Duration) {
	e.last = rtt
	if e.smoothed == 0 {
		e.smoothed, e.variation = rtt, rtt/2
		return
	}
	diff := e.smoothed - rtt
	if diff < 0 {
		diff = -diff
	}
	e.variation += (diff - e.variation) / 4
	e.smoothed += (rtt - e.smoothed) / 8
}

// timeout is the retransmission timeout of RFC 6298.
func (e *estimate) timeout() tick.Duration { return e.smoothed + 4*e.variation }

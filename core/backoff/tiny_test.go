package backoff_test

import (
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// The shortest delay of all grows as others do; none at all stays none.
func TestTinyBase(t *testing.T) {
	for base, want := range map[tick.Duration]tick.Duration{1: 16, 0: 0} {
		p := Policy{Base: base, Max: tick.Second, Multiplier: 2}
		if got := p.Delay(5, 0, 0); got != want {
			t.Errorf("base %d µs: retry 5 waits %d µs, want %d", base, got, want)
		}
	}
}

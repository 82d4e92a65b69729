package core_test

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// "With heartbeat 1 s, timeout 1 s and first delay 1 s, a black-holed socket is
// replaced within 3 s", whenever the hole opens and whatever the dice say. What
// is left of the 3 s is for the handshake.
func TestBlackHoleIsLeftInTime(t *testing.T) {
	const bound = 3 * tick.Second
	var worst tick.Duration
	for digs := tick.Duration(0); digs < tick.Second; digs += 10 * tick.Millisecond {
		for _, roll := range []float64{0, 0.5, 0.999} {
			took := blackHole(t, digs, roll)
			if took > bound {
				t.Errorf("a hole that opened %v after a reply, with roll %v, was left after %v", digs, roll, took)
			}
			worst = max(worst, took)
		}
	}
	t.Logf("the next dial began %v after the hole opened, at worst", worst)
	if handshake := bound - worst; handshake < 500*tick.Millisecond {
		t.Errorf("that leaves %v for the handshake", handshake)
	}
}

// blackHole opens a hole so long after the reply to the tenth probe, and returns
// how long after that the next dial begins.
func blackHole(t *testing.T, digs tick.Duration, roll float64) tick.Duration {
	cfg := core.DefaultConfig()
	cfg.HeartbeatInterval, cfg.HeartbeatTimeout, cfg.BaseDelay = tick.Second, tick.Second, tick.Second
	m := core.New(&cfg, func() float64 { return roll })
	m.Step(0, core.Event{Kind: core.Connect})
	m.Step(0, core.Event{Kind: core.Opened, Gen: 1})
	var hole tick.Time
	for probes := 0; m.Deadline() < tick.Time(20*tick.Second); {
		now := m.Deadline()
		for _, a := range m.Step(now, core.Event{Kind: core.Timer}) {
			switch a.Kind {
			case core.Probe:
				if probes++; probes <= 10 {
					hole = now.Add(digs)
					m.Step(now, core.Event{Kind: core.Replied, Gen: a.Gen})
				}
			case core.Ask:
				m.Step(now, core.Event{Kind: core.Heard, Gen: a.Gen, Span: tick.Forever})
			case core.OpenSocket:
				return now.Sub(hole)
			}
		}
	}
	t.Fatalf("no dial after the hole, in state %v", m.State())
	return 0
}

package core

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A machine can be woken late for its next probe, and for nothing else.
func TestSlack(t *testing.T) {
	cfg := DefaultConfig()
	m := New(&cfg, func() float64 { return 0.5 })
	check := func(what string, want tick.Duration) {
		t.Helper()
		if got := m.Slack(); got != want {
			t.Errorf("%s: %v µs, want %v", what, got, want)
		}
	}
	check("closed", 0)
	m.Step(0, Event{Kind: Connect})
	check("dialling", 0)
	m.Step(1, Event{Kind: Opened, Gen: 1})
	check("on probation", 0)
	m.Step(m.Deadline(), Event{Kind: Timer})
	beat := cfg.HeartbeatInterval * 65 / 64
	check("until the first beat", beat-cfg.HeartbeatInterval-1)
	m.Step(tick.Time(beat), Event{Kind: Timer})
	check("until the reply", 0)
	m.Step(tick.Time(beat)+1000, Event{Kind: Replied, Gen: 1, Span: 1000})
	check("from beat to beat", beat-cfg.HeartbeatInterval)
	m.Step(tick.Time(2*beat+beat/2), Event{Kind: Timer})
	m.Step(tick.Time(2*beat+beat/2)+1000, Event{Kind: Replied, Gen: 1, Span: 1000})
	check("far from any beat", cfg.HeartbeatInterval/16)
}

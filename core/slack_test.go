package core

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A machine can be woken late for its next probe, and for nothing else.
func TestSlack(t *testing.T) {
	cfg := DefaultConfig()
	m := New(cfg, func() float64 { return 0.5 })
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
	check("until the next probe", cfg.HeartbeatInterval/16)
	m.Step(m.Deadline(), Event{Kind: Timer})
	check("until the reply", 0)
}

package core_test

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// opened returns a machine with an open, healthy connection.
func opened(tb testing.TB) (m *core.Machine, now tick.Time) {
	tb.Helper()
	m = core.New(new(core.DefaultConfig()), func() float64 { return 0.5 })
	m.Step(0, core.Event{Kind: core.Connect})
	m.Step(0, core.Event{Kind: core.Opened, Gen: 1})
	now = m.Deadline()
	m.Step(now, core.Event{Kind: core.Timer})
	if m.State() != core.StateOpen {
		tb.Fatalf("the machine is %v", m.State())
	}
	return m, now
}

func probeAndReply(m *core.Machine) {
	now := m.Deadline()
	m.Step(now, core.Event{Kind: core.Timer})
	m.Step(now, core.Event{Kind: core.Replied, Gen: 1, Span: 40 * tick.Millisecond})
}

func probeAndCheck(m *core.Machine) {
	m.Step(m.Deadline(), core.Event{Kind: core.Timer})
	now := m.Deadline()
	m.Step(now, core.Event{Kind: core.Timer})
	m.Step(now, core.Event{Kind: core.Heard, Gen: 1})
}

// lose has the connection fail with messages waiting, and open again.
func lose(m *core.Machine, gen uint32, id int) {
	m.Step(m.Deadline(), core.Event{Kind: core.Closed, Gen: gen, Code: 1006})
	for i := range 8 {
		m.Step(0, core.Event{Kind: core.Enqueue, ID: id + i, Bytes: 10})
	}
	m.Step(m.Deadline(), core.Event{Kind: core.Timer})
	m.Step(0, core.Event{Kind: core.Opened, Gen: gen + 1})
	m.Step(m.Deadline(), core.Event{Kind: core.Timer})
}

// A step of a connection in its steady state allocates nothing.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	m, now := opened(t)
	gen, id := uint32(1), 1
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"probe and reply", func() { probeAndReply(m) }},
		{"probe and check", func() { probeAndCheck(m) }},
		{"a message while open", func() { id++; m.Step(now, core.Event{Kind: core.Enqueue, ID: id, Bytes: 100}) }},
		{"a stale event", func() { m.Step(now, core.Event{Kind: core.Closed, Gen: 99}) }},
		{"a snapshot", func() { _ = m.Snapshot() }},
		{"a loss, with messages waiting", func() { id += 8; lose(m, gen, id); gen++ }},
	} {
		if n := testing.AllocsPerRun(200, c.run); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
		if m.State() != core.StateOpen {
			t.Fatalf("%s: the machine is %v", c.name, m.State())
		}
	}
}

func BenchmarkStep(b *testing.B) {
	b.Run("probe", func(b *testing.B) {
		b.ReportAllocs()
		cfg := core.DefaultConfig()
		cfg.HeartbeatTimeout = tick.Forever // each timer is a probe
		m := core.New(&cfg, func() float64 { return 0.5 })
		m.Step(0, core.Event{Kind: core.Connect})
		m.Step(0, core.Event{Kind: core.Opened, Gen: 1})
		for b.Loop() {
			m.Step(m.Deadline(), core.Event{Kind: core.Timer})
		}
	})
	b.Run("replied", func(b *testing.B) {
		b.ReportAllocs()
		m, now := opened(b)
		for b.Loop() {
			m.Step(now, core.Event{Kind: core.Replied, Gen: 1, Span: tick.Millisecond})
		}
	})
	b.Run("reconnect and opened", func(b *testing.B) {
		b.ReportAllocs()
		m, now := opened(b)
		gen := uint32(1)
		for b.Loop() {
			gen++
			m.Step(now, core.Event{Kind: core.Reconnect})
			m.Step(now, core.Event{Kind: core.Opened, Gen: gen})
		}
	})
	b.Run("enqueue while open", func(b *testing.B) {
		b.ReportAllocs()
		m, now := opened(b)
		for id := 0; b.Loop(); id++ {
			m.Step(now, core.Event{Kind: core.Enqueue, ID: id, Bytes: 100})
		}
	})
}

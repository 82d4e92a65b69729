package fleet

import (
	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// machines are clients as they are shipped.
type machines struct {
	sim     *sim
	cfg     core.Config
	clients []core.Machine
	acts    []core.Action // of one step
}

func newMachines(s *sim, cfg core.Config) *machines {
	return &machines{sim: s, cfg: cfg, clients: make([]core.Machine, s.cfg.Clients)}
}

// age is for how long connections have been up at the least when the story
// begins: long enough to be healthy, if an hour is, and to have been probed.
func (m *machines) age() tick.Duration {
	age := min(m.cfg.MinUptime, tick.Hour) + tick.Second
	if m.cfg.HeartbeatInterval != tick.Forever {
		age = max(age, min(m.cfg.HeartbeatInterval, maxSpan))
	}
	return age
}

// start lives the client's life until the story begins: nothing happened but
// probes, and each was answered.
func (m *machines) start(i int, opened, until tick.Time) phase {
	m.clients[i] = *core.New(&m.cfg, m.sim.roller(i))
	c := &m.clients[i]
	m.take(c, opened, core.Event{Kind: core.Connect})
	gen := c.Snapshot().Gen
	m.sim.clients[i].gen = gen
	m.take(c, opened, core.Event{Kind: core.Opened, Gen: gen})
	for at := c.Deadline(); at < until; at = c.Deadline() {
		for _, a := range m.take(c, at, core.Event{Kind: core.Timer}) {
			if a.Kind == core.Probe {
				m.take(c, at, core.Event{Kind: core.Replied, Gen: gen, Span: 2 * m.sim.cfg.Network.Latency})
				break
			}
		}
	}
	return open
}

// take steps a client. All share the memory of the actions.
func (m *machines) take(c *core.Machine, now tick.Time, e core.Event) []core.Action {
	m.acts = c.StepInto(m.acts, now, e)
	return m.acts
}

func (m *machines) deadline(i int) tick.Time { return m.clients[i].Deadline() }

func (m *machines) unplugged(int, tick.Time) {}

func (m *machines) step(i int, now tick.Time, e core.Event) phase {
	c := &m.clients[i]
	ask := false
	for _, a := range m.take(c, now, e) {
		switch a.Kind {
		case core.OpenSocket:
			m.sim.clients[i].gen = a.Gen
			m.sim.dial(i)
		case core.Abandon:
			m.sim.hangUp(i)
		case core.Probe:
			m.sim.probe(i)
		case core.Ask:
			ask = true
		}
	}
	if ask {
		return m.step(i, now, core.Event{Kind: core.Heard, Gen: m.sim.clients[i].gen, Span: m.sim.heard(i)})
	}
	switch {
	case c.State() == core.StateFailed:
		return gaveUp
	case c.State() == core.StateOpen:
		return open
	case m.sim.clients[i].dialling:
		return dialling
	}
	return idle
}

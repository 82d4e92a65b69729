package core

import "github.com/websocket-reconnect/websocket-reconnect/core/dump"

// Visit dumps or loads all that the machine knows, except its Config and its
// dice, exactly: a machine that has loaded a dump goes on as the dumped one
// does.
func (m *Machine) Visit(c *dump.Codec) {
	dump.Int(c, &m.now)
	dump.Int(c, &m.state)
	dump.Int(c, &m.lastError)
	for _, b := range []*bool{&m.closed, &m.reopen, &m.disposed, &m.offline, &m.hidden, &m.dialing, &m.dialOffline, &m.parked, &m.counted, &m.asking, &m.prompt} {
		c.Bool(b)
	}
	dump.Int(c, &m.gen)
	dump.Int(c, &m.since)
	m.permit.Visit(c)
	dump.Int(c, &m.said.after)
	dump.Int(c, &m.said.spread)
	m.handover.visit(c)
	dump.Int(c, &m.connectBy)
	dump.Int(c, &m.retryAt)
	dump.Int(c, &m.tokenAt)
	dump.Int(c, &m.healthyAt)
	dump.Int(c, &m.closeBy)
	dump.Int(c, &m.graceTill)
	dump.Int(c, &m.notBefore)
	dump.Int(c, &m.phase)
	dump.Int(c, &m.retryCount)
	dump.Int(c, &m.lastDelay)
	dump.Int(c, &m.drawn)
	dump.Int(c, &m.attempts)
	dump.Int(c, &m.successes)
	m.circuit.Visit(c)
	m.budget.Visit(c)
	dump.Int(c, &m.shownCircuit)
	m.heartbeat.Visit(c)
	m.queue.Visit(c)
}

func (h *handover) visit(c *dump.Codec) {
	dump.Int(c, &h.at)
	dump.Int(c, &h.till)
	dump.Int(c, &h.spare)
	dump.Int(c, &h.by)
	dump.Int(c, &h.limit)
	c.Bool(&h.parting)
	dump.Int(c, &h.tries)
	dump.Int(c, &h.delay)
}

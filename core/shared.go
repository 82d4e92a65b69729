package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/budget"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
)

// Machines that share a circuit or a retry budget have a copy each, so that each
// is a function of its own events still. Whoever drives them looks at a
// machine's copy after each of its steps, and before another machine's next step
// tells it what has become of it, by [CircuitIs] and [BudgetIs]: then all act as
// if there were one.

// VisitShared dumps or loads the machine's copy of what an event of that kind
// tells of.
func (m *Machine) VisitShared(kind EventKind, c *dump.Codec) {
	if kind == CircuitIs {
		m.circuit.Visit(c)
	} else {
		m.budget.Visit(c)
	}
}

// circuitIs takes over what another machine has made of the circuit. Who waits
// follows it at once; a dial that is under way goes on, and says nothing about
// the circuit if that has changed since.
func (m *Machine) circuitIs(dumped []float64) {
	until, state := m.circuit.Until(), m.shownCircuit
	m.circuit.Visit(dump.Reader(dumped))
	m.settle()
	waits := !m.dialing && (m.state == StateConnecting || m.state == StateBlocked)
	switch {
	case m.shownCircuit == breaker.Open && waits && m.circuit.Until() != until:
		m.block()
	case m.state == StateBlocked && m.circuit.Admits(m.breaks(), m.now):
		m.unblock()
		m.dialPromptly()
	case m.shownCircuit == breaker.Closed && state != breaker.Closed: // good news
		m.dialPromptly()
	}
}

// unblock ends the wait for the circuit; the delay that is under way, or a
// hidden page, may hold the dial back still.
func (m *Machine) unblock() {
	if m.hidden && m.cfg.HiddenPolicy == HiddenPark {
		m.park()
		return
	}
	m.become(StateConnecting)
}

// redial is the dial that a wait was for, if the retry budget has a token. A
// hidden page that is to be parked is, if it was the circuit that it waited for.
func (m *Machine) redial() {
	if m.asking { // for too long
		m.wait(0, Backoff)
	}
	if m.state == StateBlocked && m.circuit.Admits(m.breaks(), m.now) {
		if m.unblock(); m.parked {
			return
		}
	}
	if m.tokenAt == 0 && m.circuit.Admits(m.breaks(), m.now) {
		at := m.budget.Take(m.tokens(), m.now)
		if at > m.now {
			m.retryAt, m.tokenAt = at, at
			m.act(Action{Kind: EmitRetry, Attempt: m.retryCount, Delay: at.Sub(m.now), Why: Budget})
			return
		}
	}
	m.dial()
}

func (m *Machine) tokens() budget.Config {
	return budget.Config{Tokens: m.cfg.RetryTokens, PerSecond: m.cfg.RetriesPerSecond}
}

// ask takes a permit for what is under way already, if there is one.
func (m *Machine) ask() {
	if m.circuit.Admits(m.breaks(), m.now) {
		m.permit, _ = m.circuit.Permit(m.breaks(), m.now)
	}
}

// alone reports whether the circuit is this machine's only.
func (m *Machine) alone() bool { return m.cfg.CircuitName == 0 }

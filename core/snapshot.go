package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Snapshot is what the host needs to answer questions about the client
// without asking the machine, and what a new machine needs to go on where one
// that died has stopped. Instants are given as spans from now, so that they
// mean the same to another clock; -1 stands for "not set", and a RetryIn of
// [tick.Forever] for "parked until the page is visible".
type Snapshot struct {
	State           State
	Circuit         breaker.State
	CircuitFailures int
	CircuitResetIn  tick.Duration
	RetryCount      int
	RetryIn         tick.Duration
	LastDelay       tick.Duration
	Gen             uint32
	Attempts        int
	Successes       int
	UpFor           tick.Duration
	LastError       Class
	RoundTrip       tick.Duration
	Smoothed        tick.Duration
	Spare           uint32        // the generation of the socket that a handover is to; 0: none
	Parting         bool          // it is open, and the socket before says farewell
	HandoverIn      tick.Duration // when it is to be dialled
	HandoverTill    tick.Duration // when that is not worth another try
	CircuitTrips    int           // how often it has opened
	CircuitRefusals int           // dials that it has held back
	WindowGood      int           // dials that became healthy, in the error rate's window
	WindowBad       int           // dials that failed, likewise
	BudgetFullIn    tick.Duration
	RetryAfter      tick.Duration // as of [Hint]: what the server has said on the newest socket
	Spread          tick.Duration // likewise
}

// Snapshot describes the machine as of its last step.
func (m *Machine) Snapshot() Snapshot {
	c := m.circuit.Summary(m.breaks(), m.now)
	s := Snapshot{
		State: m.state, Circuit: m.shownCircuit, CircuitFailures: c.Failures, CircuitResetIn: m.in(c.Until),
		CircuitTrips: c.Trips, CircuitRefusals: c.Refusals, WindowGood: c.Good, WindowBad: c.Bad,
		BudgetFullIn: m.in(m.budget.FullAt()), RetryCount: m.retryCount, RetryIn: m.retryIn(),
		LastDelay: m.lastDelay, Gen: m.gen, Attempts: m.attempts, Successes: m.successes, UpFor: -1,
		LastError: m.lastError, Spare: m.handover.spare, Parting: m.handover.parting,
		HandoverIn: m.in(m.handover.at), HandoverTill: m.in(m.handover.till),
		RetryAfter: m.said.after, Spread: m.said.spread,
	}
	if m.state == StateOpen {
		s.UpFor = m.now.Sub(m.since)
	}
	s.RoundTrip, s.Smoothed = m.heartbeat.RoundTrip()
	return s
}

// retryIn is how long until the next dial; [tick.Forever] when it is parked.
func (m *Machine) retryIn() tick.Duration {
	if m.parked {
		return tick.Forever
	}
	return m.in(m.retryAt)
}

func (m *Machine) in(t tick.Time) tick.Duration {
	if t == tick.Never {
		return -1
	}
	return max(t.Sub(m.now), 0)
}

// Restore makes a new machine go on where another has stopped, at now. A dial
// or a closing handshake under way gets its full time again; the host reports
// a socket that has closed meanwhile, and enqueues again what still waits.
func (m *Machine) Restore(now tick.Time, s Snapshot) {
	m.now = now
	m.state, m.gen = s.State, s.Gen
	m.retryCount, m.lastDelay = s.RetryCount, s.LastDelay
	m.attempts, m.successes = s.Attempts, s.Successes
	m.lastError, m.phase = s.LastError, TimedOut
	m.said = hint{s.RetryAfter, s.Spread}
	if m.circuit == breaker.New() { // else others have told of it
		m.circuit.Restore(m.breaks(), breaker.Summary{
			State: s.Circuit, Failures: s.CircuitFailures, Until: now.Add(max(s.CircuitResetIn, 0)),
			Good: s.WindowGood, Bad: s.WindowBad, Trips: s.CircuitTrips, Refusals: s.CircuitRefusals,
		}, now)
	}
	m.budget.Restore(now.Add(s.BudgetFullIn))
	m.shownCircuit = s.Circuit
	switch s.State {
	case StateConnecting, StateBlocked:
		if s.RetryIn >= 0 {
			m.retryAt = now.Add(s.RetryIn)
			m.parked = s.RetryIn == tick.Forever
			break
		}
		m.dialing = true
		m.connectBy = now.Add(m.cfg.ConnectionTimeout)
		m.ask()
	case StateOpen:
		m.since = now.Add(-s.UpFor)
		m.healthyAt = max(now, m.since.Add(m.cfg.MinUptime))
		if m.alone() || m.healthyAt > now { // an old connection is no trial of a shared circuit
			m.ask()
		}
		m.heartbeat.Start(m.beats(), tick.Forever, now)
		m.restoreHandover(now, s)
	case StateClosing:
		m.closed = true
		m.closeBy = now.Add(m.cfg.CloseTimeout)
	}
}

func (m *Machine) restoreHandover(now tick.Time, s Snapshot) {
	h := &m.handover
	h.spare, h.parting = s.Spare, s.Parting
	if s.HandoverIn >= 0 {
		h.at = now.Add(s.HandoverIn)
	}
	if s.HandoverTill >= 0 {
		h.till = now.Add(s.HandoverTill)
	}
	switch {
	case h.parting:
		m.heartbeat.Stop()
		h.by = m.farewellEnd()
	case h.spare != 0:
		m.limitSpare(m.cfg.ConnectionTimeout, TimedOut)
	}
}

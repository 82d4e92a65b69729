package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

const halfOpen = breaker.HalfOpen

// dial opens the next socket, if the circuit lets it.
func (m *Machine) dial() {
	m.retryAt, m.parked, m.tokenAt, m.asking = tick.Never, false, 0, false
	permit, ok := m.circuit.Permit(m.breaks(), m.now)
	m.noteCircuit()
	if !ok {
		m.block()
		return
	}
	m.permit = permit
	m.attempts++
	m.gen = uint32(m.attempts)
	m.dialing, m.dialOffline, m.phase = true, m.offline, TimedOut
	m.notBefore, m.since = 0, m.now
	m.connectBy = m.now.Add(m.cfg.ConnectionTimeout)
	m.become(StateConnecting)
	m.act(Action{Kind: OpenSocket, Gen: m.gen})
}

// retry decides how long to wait after a loss, or gives up. The silence in which
// a heartbeat was lost has been a wait already, and counts towards the delay; but
// the part of the delay that is left to chance remains, because those who lost
// their server together fell silent together.
func (m *Machine) retry(class Class, e Event) {
	if class == Stopped {
		m.fail(class)
		return
	}
	if e.hinted() {
		m.notBefore = m.now.Add(m.hint(e))
	}
	blocked := m.circuit.Until() != tick.Never
	if m.retriesAnyway(class) {
		m.counted = false
		switch {
		case blocked:
			m.block()
		case m.offline:
			m.wait(m.slowDelay(), IsOffline)
		default:
			m.wait(m.graceDelay(), Backoff)
		}
		return
	}
	if m.retryCount >= m.cfg.MaxRetries {
		m.fail(class)
		return
	}
	m.retryCount++
	m.counted = true
	delay := m.policy().Delay(m.retryCount, m.lastDelay, m.roll())
	certain, _ := m.policy().Window(m.retryCount, m.lastDelay)
	previous := m.lastDelay
	m.lastDelay = delay
	if class == HeartbeatLost {
		delay -= min(certain, m.heartbeat.Silence(m.now))
	}
	why := Backoff
	switch {
	case e.hinted():
		delay, why = m.notBefore.Sub(m.now), FromServer
	case e.verdict() == Slow:
		delay, why = m.slowDelay(), Policy
	}
	switch {
	case blocked:
		m.retryAt = m.now.Add(delay)
		m.block()
	case why == Backoff && m.cfg.JitterMode == backoff.Custom && !m.putsOff():
		m.askDelay(delay, previous)
	default:
		m.wait(delay, why)
	}
}

// fail gives up.
func (m *Machine) fail(class Class) {
	m.become(StateFailed)
	m.act(Action{Kind: EmitFailed, Attempt: m.retryCount + 1, Class: class})
}

func (m *Machine) wait(delay tick.Duration, why RetryReason) {
	m.asking = false
	if m.hidden && m.cfg.HiddenPolicy == HiddenLazy && why != IsHidden {
		delay, why = max(delay, m.slowDelay()), IsHidden
	}
	if m.hidden && m.cfg.HiddenPolicy == HiddenPark {
		m.park()
		return
	}
	delay = max(delay, m.notBefore.Sub(m.now), m.tokenAt.Sub(m.now))
	m.retryAt = m.now.Add(delay)
	m.become(StateConnecting)
	m.act(Action{Kind: EmitRetry, Attempt: m.retryCount, Delay: delay, Why: why})
}

// block waits for the circuit. The dial comes not before the circuit is
// half-open, and not before the delay that is under way has passed; the jitter
// spreads it, so that a fleet whose circuits opened together does not probe
// together.
func (m *Machine) block() {
	until := m.circuit.Until()
	if until == tick.Never { // every trial is taken: ask again after a reset timeout
		until = m.now.Add(m.cfg.ResetTimeout)
	}
	at := until.Add(tick.Duration(m.roll() * m.spread() * float64(m.cfg.ResetTimeout)))
	if m.retryAt != tick.Never {
		at = max(at, m.retryAt)
	}
	if m.hidden && m.cfg.HiddenPolicy == HiddenLazy {
		at = max(at, m.now.Add(m.slowDelay()))
	}
	at = max(at, m.notBefore)
	m.retryAt, m.parked, m.asking = at, false, false
	m.become(StateBlocked)
	m.act(Action{Kind: EmitRetry, Attempt: m.retryCount, Delay: at.Sub(m.now), Why: CircuitOpen})
}

// spread is the share of a fixed delay by which the jitter may lengthen it.
func (m *Machine) spread() float64 {
	if m.cfg.JitterMode == backoff.Proportional {
		return m.cfg.Jitter
	}
	return 0.5
}

// slowDelay is maxDelay, spread by the jitter, though never to less than half.
func (m *Machine) slowDelay() tick.Duration {
	slow := m.policy()
	slow.Base = slow.Max
	if slow.Mode != backoff.Proportional {
		slow.Mode = backoff.Equal
	}
	return slow.Delay(1, 0, m.roll())
}

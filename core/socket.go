package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/heartbeat"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// socketEvent takes an event of the newest socket.
func (m *Machine) socketEvent(e Event) {
	if e.Gen == m.handover.spare {
		m.spareEvent(e)
		return
	}
	switch e.Kind {
	case Phase:
		if m.dialing {
			m.phase, m.connectBy = e.Class, m.now.Add(e.Span)
		}
	case PutOff:
		if m.dialing {
			m.putOff(e.Span)
		}
	case Opened:
		if m.dialing {
			m.opened()
		}
	case Closed:
		switch {
		case m.state == StateClosing:
			m.finishClose(0, e.Clean)
			return
		case m.handover.parting:
			m.takeOver()
			return
		}
		m.lose(m.classify(e), 0, e)
	case Replied:
		m.heartbeat.Replied(m.beats(), e.Span, m.now)
	case Heard:
		m.heard(e.Span)
	case Hint:
		m.noteHint(e)
	}
}

func (m *Machine) opened() {
	m.dialing = false
	m.connectBy = tick.Never
	m.successes++
	m.healthyAt = m.now.Add(m.cfg.MinUptime)
	m.heartbeat.Start(m.beats(), m.now.Sub(m.since), m.now)
	m.since = m.now
	m.become(StateOpen)
	m.act(Action{Kind: EmitOpen, Gen: m.gen})
	m.flush()
}

// markHealthy is the user's word that minUptime need not be waited for.
func (m *Machine) markHealthy() {
	if m.healthyAt != tick.Never {
		m.becomeHealthy()
	}
}

// becomeHealthy ends the probation that began at open.
func (m *Machine) becomeHealthy() {
	m.healthyAt = tick.Never
	m.retryCount, m.lastDelay = 0, 0
	m.circuit.Success(m.breaks(), m.permit, m.now)
	m.noteCircuit()
}

// beat carries out what the heartbeat asks for.
func (m *Machine) beat(v heartbeat.Verdict) {
	switch v {
	case heartbeat.Probe:
		patience := m.heartbeat.ReplyTimeout(m.beats())
		if m.heartbeat.Outstanding() { // asked again, as shortly as before
			patience = m.heartbeat.Patience()
		}
		m.probe(patience)
	case heartbeat.Check:
		m.act(Action{Kind: Ask, Gen: m.gen})
	case heartbeat.Lost:
		m.act(Action{Kind: Abandon, Gen: m.gen})
		m.lose(HeartbeatLost, codeAbnormal, Event{})
	}
}

// probe asks the link whether it lives, and gives it so long to answer.
func (m *Machine) probe(timeout tick.Duration) {
	m.heartbeat.Sent(m.beats(), timeout, m.now)
	m.act(Action{Kind: Probe, Gen: m.gen})
}

func (m *Machine) heard(age tick.Duration) {
	if m.state == StateOpen {
		m.beat(m.heartbeat.Heard(m.beats(), age, m.now))
	}
}

// letGo forgets the socket and every wait.
func (m *Machine) letGo() {
	m.dialing = false
	m.heartbeat.Stop()
	m.circuit.Release(m.permit)
	m.permit, m.said = breaker.Permit{}, hint{}
	m.parked, m.tokenAt, m.asking = false, 0, false
	m.handover = noHandover
	m.connectBy, m.retryAt, m.healthyAt, m.closeBy = tick.Never, tick.Never, tick.Never, tick.Never
}

// putOff makes the dial under way later, before it has begun.
func (m *Machine) putOff(delay tick.Duration) {
	m.letGo()
	m.notBefore, m.tokenAt = m.now.Add(delay), max(m.now, 1) // it has its token, or needs none
	m.wait(delay, Asked)
}

// lose ends a socket that the user did not close, tells why, and decides what
// comes next. The event, if there is one, has a say in that.
func (m *Machine) lose(class Class, code int, e Event) {
	neverOpened := m.dialing
	healthy := m.state == StateOpen && m.healthyAt == tick.Never
	if !healthy && !m.excused(class) && !m.cfg.CircuitExclude.Has(class) {
		m.circuit.Failure(m.breaks(), m.permit, m.now)
	}
	if !e.hinted() { // what the end says itself counts more
		e.RetryAfter, e.Spread = m.said.after, m.said.spread
	}
	handover := m.handover
	m.letGo()
	if e.verdict() == Stop {
		class = Stopped
	}
	m.lastError = class
	// A WHATWG WebSocket fires error only when the dial failed. What we
	// found out ourselves is told in either form.
	if !m.cfg.DropIn || neverOpened || class == HeartbeatLost {
		m.act(Action{Kind: EmitError, Gen: m.gen, Class: class})
	}
	m.act(Action{Kind: EmitClose, Gen: m.gen, Code: code, Clean: e.Clean})
	m.noteCircuit()
	if !m.adopt(handover, class, e) {
		m.retry(class, e)
	}
}

// classify names the cause of an end that was reported by the socket itself.
func (m *Machine) classify(e Event) Class {
	switch {
	case m.dialing && e.Reached == HookFailed:
		return m.phase
	case m.dialing && m.phase == OnOpenFailed: // the socket is open, to us
		return classOfCode(e.Code)
	case m.dialing && e.Reached == SomebodyThere:
		return HandshakeRefused
	case m.dialing:
		return Unreachable
	}
	return classOfCode(e.Code)
}

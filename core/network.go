package core

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// promptSpread is the widest wait between good news and the dial: the machines
// behind one router hear of it together.
const promptSpread = 250 * tick.Millisecond

// grace is how long after the network's return failures are put down to it:
// Wi-Fi is back before DNS is.
const grace = 10 * tick.Second

// goOnline dials at once instead of waiting out a delay.
func (m *Machine) goOnline() {
	m.offline = false
	m.beginGrace()
	switch {
	case m.state == StateOpen:
		m.probeShortly()
	case m.dialing && m.dialOffline: // it may hang for the rest of its timeout
		m.dialAnew()
	default:
		m.dialPromptly()
	}
}

// goOffline stops spending retries. Offline is a hint that may be false: an
// open link is asked whether it lives, and a slow trickle of dials goes on.
func (m *Machine) goOffline() {
	if m.offline {
		return
	}
	m.offline = true
	m.dialOffline = m.dialing
	switch {
	case m.state == StateOpen:
		m.probeShortly()
	case m.retryAt != tick.Never && m.state == StateConnecting:
		m.uncount()
		m.wait(m.slowDelay(), IsOffline)
	}
}

// wake follows a suspension of the host. Nothing that was known of the link
// holds: an open one is asked, a dial under way is made anew.
func (m *Machine) wake() {
	m.beginGrace()
	switch {
	case m.state == StateOpen:
		m.finishHandover()
		m.probeShortly()
	case m.dialing:
		m.dialAnew()
	default:
		m.dialPromptly()
	}
}

// beginGrace excuses failures for a while, and makes the first of them be
// answered at once.
func (m *Machine) beginGrace() {
	m.graceTill = m.now.Add(grace)
	m.prompt = true
}

// retriesAnyway reports whether the retry for a failure is not of those that are
// limited. Who retries never does not do so either.
func (m *Machine) retriesAnyway(class Class) bool { return m.excused(class) && m.cfg.MaxRetries > 0 }

// excused reports whether a failure now says nothing about the server. Grace
// does not excuse what the server itself has said.
func (m *Machine) excused(class Class) bool {
	said := class == ClosedByServer || class == ClosedByPolicy
	return m.offline || m.now < m.graceTill && !said
}

// graceDelay is the wait before a retry in the time of grace: short the first
// time, then the schedule's first delay each time, but not a hot loop.
func (m *Machine) graceDelay() tick.Duration {
	if m.prompt {
		m.prompt = false
		return m.promptDelay()
	}
	return max(m.policy().Delay(1, 0, m.roll()), promptSpread)
}

func (m *Machine) promptDelay() tick.Duration {
	return tick.Duration(m.roll() * float64(min(m.cfg.BaseDelay, promptSpread)))
}

// dialAnew replaces a dial that has little chance.
func (m *Machine) dialAnew() {
	m.act(Action{Kind: Abandon, Gen: m.gen})
	m.letGo()
	m.dial()
}

// dialPromptly cuts a wait short; the dial is a gift and does not count. Good
// news of the network is news of the server too, so an open circuit is tried as
// well, unless the user has opened it.
func (m *Machine) dialPromptly() {
	if m.retryAt == tick.Never && !m.parked {
		return
	}
	if m.hidden && m.cfg.HiddenPolicy == HiddenPark || m.circuit.Held() {
		return
	}
	m.parked, m.asking = false, false
	m.uncount()
	m.circuit.Retest()
	m.noteCircuit()
	m.retryAt = max(min(m.retryAt, m.now.Add(m.promptDelay())), m.notBefore, m.tokenAt)
}

// uncount takes the retry that waits out of the count.
func (m *Machine) uncount() {
	if m.counted {
		m.retryCount--
		m.counted = false
	}
}

// probeShortly asks an open link whether it lives, ahead of schedule and with
// little patience. Where the heartbeat is off there is no message that the
// server would understand.
func (m *Machine) probeShortly() {
	if m.handover.parting {
		return
	}
	patience := m.heartbeat.WakeTimeout(m.beats())
	asked := m.heartbeat.Outstanding() && m.now < m.heartbeat.Deadline() && m.heartbeat.Deadline() <= m.now.Add(patience)
	if m.cfg.HeartbeatInterval != tick.Forever && !asked {
		m.probe(patience)
	}
}

package core

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// hide makes a wait longer, or endless, where the hidden policy says so.
func (m *Machine) hide() {
	if m.hidden {
		return
	}
	m.hidden = true
	if m.state == StateBlocked && m.cfg.HiddenPolicy == HiddenLazy {
		m.block()
		return
	}
	if m.retryAt == tick.Never || m.state != StateConnecting {
		return
	}
	switch m.cfg.HiddenPolicy {
	case HiddenLazy:
		m.wait(max(m.retryAt.Sub(m.now), m.slowDelay()), IsHidden)
	case HiddenPark:
		m.park()
	}
}

// putsOff reports whether a wait is to be longer, or endless, because the page
// is hidden.
func (m *Machine) putsOff() bool { return m.hidden && m.cfg.HiddenPolicy != HiddenNormal }

// show makes up for what was put off while hidden, and asks an open link
// whether it lives: nobody looked at it for a while.
func (m *Machine) show() {
	m.hidden = false
	if m.state == StateOpen {
		m.probeShortly()
		return
	}
	m.dialPromptly()
}

// park waits for the page to be visible.
func (m *Machine) park() {
	m.retryAt = tick.Never
	m.parked, m.asking = true, false
	if m.tokenAt > m.now { // another is to be waited for then; one that is there stays
		m.tokenAt = 0
	}
	m.become(StateConnecting)
	m.act(Action{Kind: EmitRetry, Attempt: m.retryCount, Delay: tick.Forever, Why: IsHidden})
}

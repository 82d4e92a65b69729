package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/heartbeat"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// onlineSpread is the widest wait between online and the dial: the machines
// behind one router hear of it together.
const onlineSpread = 250 * tick.Millisecond

// goOnline dials at once instead of waiting out a delay. A network that came
// back is news about the server too, so an open circuit is tried as well.
func (m *Machine) goOnline() {
	m.offline = false
	switch {
	case m.state == StateOpen:
		m.probeNow()
	case m.dialing && m.dialOffline: // it may hang for the rest of its timeout
		m.act(Action{Kind: Abandon, Gen: m.gen})
		m.letGo()
		m.dial()
	case m.retryAt != tick.Never:
		m.circuit.Retest()
		m.noteCircuit()
		spread := min(m.cfg.BaseDelay, onlineSpread)
		m.retryAt = min(m.retryAt, m.now.Add(tick.Duration(m.roll()*float64(spread))))
	}
}

// goOffline stops spending retries. Offline is a hint that may be false: an
// open link is asked whether it lives, and a slow trickle of dials goes on.
func (m *Machine) goOffline() {
	if m.offline {
		return
	}
	m.offline = true
	switch {
	case m.state == StateOpen:
		m.probeNow()
	case m.retryAt != tick.Never && m.state == StateConnecting:
		if m.counted {
			m.retryCount--
		}
		m.wait(m.slowDelay(), IsOffline)
	}
}

// probeNow asks an open link whether it lives, ahead of schedule. Where the
// heartbeat is off there is no message that the server would understand.
func (m *Machine) probeNow() {
	if m.cfg.HeartbeatInterval != tick.Forever && !m.heartbeat.Outstanding() {
		m.beat(heartbeat.Probe, m.cfg.HeartbeatTimeout)
	}
}

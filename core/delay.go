package core

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// answerTime is the least that the host has to answer AskDelay: its thread may be
// busy, while the schedule may have said to dial at once.
const answerTime = 500 * tick.Millisecond

// askDelay lets the host say how long the retry is to wait. Until it has, the
// delay that was drawn counts: a host that never answers delays nothing else.
func (m *Machine) askDelay(drawn, previous tick.Duration) {
	m.asking, m.drawn = true, drawn
	m.retryAt = m.now.Add(max(drawn, answerTime))
	m.become(StateConnecting)
	m.act(Action{Kind: AskDelay, Gen: m.gen, Attempt: m.retryCount,
		Delay: m.policy().Nominal(m.retryCount), Before: previous})
}

// delayed takes the host's answer. Negative: it has none, and the delay stays as
// it was drawn.
func (m *Machine) delayed(delay tick.Duration) {
	if delay >= 0 {
		m.lastDelay = min(delay, m.cfg.MaxDelay)
		m.drawn = m.lastDelay
	}
	m.wait(m.drawn, Backoff)
}

package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

const (
	// handoverTime is within what time a handover must begin, and be tried
	// again, if nobody says.
	handoverTime = 30 * tick.Second
	// longestDrain is the most that a server may ask for.
	longestDrain = 10 * tick.Minute
	// longestFarewell bounds the wait for the server's last words where
	// closeTimeout does not: messages are held back meanwhile.
	longestFarewell = 10 * tick.Second
)

// A handover moves an open connection to another socket, make before break: a
// spare is dialled beside the socket; when it is open, nothing more is sent on
// the socket, which says farewell; and when the server has closed that, the
// spare takes its place.
type handover struct {
	at      tick.Time // when to dial the spare; tick.Never: not
	till    tick.Time // no dial begins after that
	spare   uint32    // the spare's generation; 0: there is none
	parting bool      // the spare is open
	by      tick.Time // the end of the spare's dial, or of the farewell
	limit   tick.Time // that dial's end if it is no spare's any more
	tries   int       // that have failed
	delay   tick.Duration
}

var noHandover = handover{at: tick.Never, till: tick.Never, by: tick.Never, limit: tick.Never}

func (h *handover) deadline() tick.Time { return min(h.at, h.by) }

// drain plans the handover that the server asks for. A young connection waits,
// so that a server which drains whoever comes is not dialled in a hot loop.
func (m *Machine) drain(within, spread tick.Duration) {
	within = min(max(within, 0), longestDrain)
	at := m.now.Add(tick.Duration(m.roll() * float64(min(max(spread, 0), within))))
	if m.healthyAt != tick.Never {
		at = max(at, m.healthyAt)
	}
	m.handOver(at, m.now.Add(within))
}

// handOver plans a handover, or has one that is planned begin sooner.
func (m *Machine) handOver(at, till tick.Time) {
	h := &m.handover
	if m.state != StateOpen || h.spare != 0 || at > till {
		return
	}
	h.at, h.till = min(h.at, at), till
	if m.now >= h.at {
		m.dialSpare()
	}
}

// dialSpare dials beside the open socket. A handover is a nicety: it takes no
// trial of a half-open circuit, and its failures count against nothing.
func (m *Machine) dialSpare() {
	h := &m.handover
	h.at = tick.Never
	if m.circuit.State(m.now) != breaker.Closed {
		m.spareFailed(0)
		return
	}
	m.attempts++
	h.spare = uint32(m.attempts)
	m.limitSpare(m.cfg.ConnectionTimeout, TimedOut)
	m.act(Action{Kind: OpenSpare, Gen: h.spare})
}

// limitSpare bounds the part to which the spare's dial has come.
func (m *Machine) limitSpare(span tick.Duration, failure Class) {
	h := &m.handover
	h.limit, m.phase = m.now.Add(span), failure
	h.by = min(h.limit, m.now.Add(handoverTime))
}

func (m *Machine) farewellEnd() tick.Time {
	return m.now.Add(min(m.cfg.CloseTimeout, longestFarewell))
}

// spareFailed tries again with backoff, though not before a pause that was asked
// for, while there is time. Then the connection stays what it is.
func (m *Machine) spareFailed(pause tick.Duration) {
	h := &m.handover
	h.spare, h.by, h.limit = 0, tick.Never, tick.Never
	h.tries++
	h.delay = m.policy().Delay(h.tries, h.delay, m.roll())
	h.at = m.now.Add(max(h.delay, promptSpread, pause))
	if h.at > h.till {
		m.handover = noHandover
	}
}

// handoverDue does what the passing of time asks for.
func (m *Machine) handoverDue() {
	h := &m.handover
	switch {
	case m.now >= h.by && h.parting:
		m.finishHandover()
	case m.now >= h.by:
		m.act(Action{Kind: Abandon, Gen: h.spare})
		m.spareFailed(0)
	case m.now >= h.at:
		m.dialSpare()
	}
}

// spareEvent takes an event of the spare.
func (m *Machine) spareEvent(e Event) {
	h := &m.handover
	switch {
	case e.Kind == Phase && !h.parting:
		m.limitSpare(e.Span, e.Class)
	case e.Kind == Opened && !h.parting:
		m.successes++
		m.heartbeat.Stop()
		h.parting = true
		h.by = m.farewellEnd()
		m.act(Action{Kind: Farewell, Gen: m.gen})
	case e.Kind == Closed && h.parting: // nothing is left to move to
		m.act(Action{Kind: Abandon, Gen: m.gen})
		m.promoteSpare(false)
		m.lose(m.classify(e), 0, e)
	case e.Kind == Closed && e.verdict() == Stop: // for this time; the connection is as good as ever
		m.handover = noHandover
	case e.Kind == Closed && e.hinted():
		m.spareFailed(m.hint(e))
	case e.Kind == Closed:
		m.spareFailed(0)
	case e.Kind == PutOff && !h.parting:
		m.spareFailed(e.Span)
	}
}

// finishHandover waits no longer for the server's last words.
func (m *Machine) finishHandover() {
	if m.handover.parting {
		m.act(Action{Kind: Abandon, Gen: m.gen})
		m.takeOver()
	}
}

// takeOver ends a handover: the socket before is gone.
func (m *Machine) takeOver() {
	m.promoteSpare(true)
	m.flush()
}

// promoteSpare makes the open spare the connection's socket.
func (m *Machine) promoteSpare(told bool) {
	m.gen = m.handover.spare
	m.handover = noHandover
	m.circuit.Release(m.permit)
	m.permit, m.said = breaker.Permit{}, hint{}
	m.ask()
	m.since, m.healthyAt = m.now, m.now.Add(m.cfg.MinUptime)
	m.heartbeat.Start(m.beats(), tick.Forever, m.now)
	m.act(Action{Kind: TakeOver, Gen: m.gen, Told: told})
}

// endHandover calls a handover off, for whoever is about to end the connection
// or stops dials. One that is as good as done is brought to its end.
func (m *Machine) endHandover() {
	if m.handover.parting {
		m.act(Action{Kind: Abandon, Gen: m.gen})
		m.promoteSpare(false)
		return
	}
	m.abandonSpare()
	m.handover = noHandover
}

func (m *Machine) abandonSpare() {
	if m.handover.spare != 0 {
		m.act(Action{Kind: Abandon, Gen: m.handover.spare})
	}
}

// adopt makes the spare's dial, which is under way, the one that follows the
// loss of its connection. It reports false where no dial is to follow at once;
// then the spare is abandoned.
func (m *Machine) adopt(h handover, class Class, e Event) bool {
	if h.spare == 0 {
		return false
	}
	excused := m.retriesAnyway(class)
	permit, ok := breaker.Permit{}, e.verdict() != Slow && class != Stopped && !e.hinted() && (excused || m.retryCount < m.cfg.MaxRetries)
	if ok {
		permit, ok = m.circuit.Permit(m.breaks(), m.now)
	}
	if !ok {
		m.act(Action{Kind: Abandon, Gen: h.spare})
		return false
	}
	if !excused {
		m.retryCount++
	}
	m.counted = false
	m.permit, m.gen = permit, h.spare
	m.dialing, m.dialOffline = true, m.offline
	m.since = 0
	m.connectBy = h.limit
	m.become(StateConnecting)
	m.act(Action{Kind: TakeOver, Gen: m.gen})
	m.act(Action{Kind: EmitRetry, Attempt: m.retryCount, Why: Backoff})
	return true
}

package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// connect starts from CLOSED and FAILED, and from CLOSING once that is done;
// elsewhere it is under way already.
func (m *Machine) connect() {
	switch m.state {
	case StateClosed, StateFailed:
		m.startAnew()
		m.dial()
	case StateClosing:
		m.closed, m.reopen = false, true
	}
}

// reconnect replaces whatever there is by a new dial, now.
func (m *Machine) reconnect() {
	m.abandonSpare()
	if m.live() {
		m.act(Action{Kind: Abandon, Gen: m.gen})
		code := codeNormal
		if m.dialing {
			code = codeAbnormal
		}
		m.act(Action{Kind: EmitClose, Gen: m.gen, Code: code})
		m.letGo()
	}
	m.startAnew()
	m.become(StateConnecting)
	m.circuit.Retest()
	m.dial()
}

func (m *Machine) startAnew() {
	m.closed, m.reopen, m.counted = false, false, false
	m.retryCount, m.lastDelay = 0, 0
}

// close ends everything: no dial comes after it, and what waits is dropped.
func (m *Machine) close(code int) {
	m.closed, m.reopen = true, false
	m.dropAll()
	switch m.state {
	case StateClosed, StateClosing:
	case StateOpen:
		m.endHandover()
		m.heartbeat.Stop()
		m.healthyAt = tick.Never
		m.become(StateClosing)
		m.closeBy = m.now.Add(m.cfg.CloseTimeout)
		m.act(Action{Kind: CloseSocket, Gen: m.gen, Code: code})
	case StateFailed:
		m.become(StateClosed)
	default:
		if m.dialing {
			m.act(Action{Kind: Abandon, Gen: m.gen})
		}
		if m.cfg.DropIn { // a WHATWG WebSocket that never opened fails
			m.act(Action{Kind: EmitError, Gen: m.gen, Class: ClosedByUser})
		}
		m.finishClose(codeAbnormal, false)
	}
}

// finishClose completes what close began.
func (m *Machine) finishClose(code int, clean bool) {
	m.letGo()
	m.act(Action{Kind: EmitClose, Gen: m.gen, Code: code, Clean: clean})
	m.become(StateClosed)
	if m.reopen {
		m.connect()
	}
}

func (m *Machine) dispose() {
	m.abandonSpare()
	if m.live() {
		m.act(Action{Kind: Abandon, Gen: m.gen})
	}
	m.letGo()
	m.dropAll()
	if m.alone() {
		m.circuit.Reset()
		m.noteCircuit()
	}
	m.become(StateClosed)
	m.disposed = true
}

// tripCircuit opens the circuit by hand. It stops dials; a connection that is
// open stays open.
func (m *Machine) tripCircuit() {
	m.circuit.Hold(m.breaks(), m.now)
	m.noteCircuit()
	if !m.handover.parting {
		m.endHandover()
	}
	if m.state != StateConnecting && m.state != StateBlocked {
		return
	}
	if m.dialing {
		m.act(Action{Kind: Abandon, Gen: m.gen})
		m.act(Action{Kind: EmitClose, Gen: m.gen, Code: codeAbnormal})
		m.letGo()
	}
	m.block()
}

// resetCircuit closes the circuit by hand; who waited for it dials.
func (m *Machine) resetCircuit() {
	blocked := m.state == StateBlocked
	m.circuit.Reset()
	m.noteCircuit()
	if m.state == StateOpen {
		m.ask()
	}
	if blocked {
		m.dial()
	}
}

func (m *Machine) enqueue(e Event) {
	it := queue.Item{ID: e.ID, Bytes: e.Bytes, Priority: e.Priority, Until: tick.Never}
	age := m.cfg.QueueAge
	if e.TTL > 0 {
		age = min(age, e.TTL)
	}
	if age != tick.Forever {
		it.Until = m.now.Add(age - e.Span)
	}
	switch {
	case m.closed:
		m.drop(it, UserClosed)
	case it.Until <= m.now:
		m.drop(it, Expired)
	case m.state == StateOpen && !m.handover.parting: // nothing waits, and what need not wait has no limits
		m.actRun(Action{Kind: Flush, ID: it.ID, N: 1})
	default:
		m.queue.Push(m.limits(), it, e.Replaces, m.unsent)
	}
}

// unsent tells of a message that the queue has given up.
func (m *Machine) unsent(it queue.Item, why queue.Cause) {
	m.drop(it, [...]DropReason{queue.Full: Overflow, queue.Replaced: Replaced, queue.Expired: Expired}[why])
}

// flush sends all that waits, the highest priority first. Ids that follow one another share an action.
func (m *Machine) flush() {
	for it, ok := m.queue.Pop(); ok; it, ok = m.queue.Pop() {
		m.actRun(Action{Kind: Flush, ID: it.ID, N: 1})
	}
}

func (m *Machine) dropAll() {
	for it, ok := m.queue.Pop(); ok; it, ok = m.queue.Pop() {
		m.drop(it, UserClosed)
	}
}

func (m *Machine) drop(it queue.Item, why DropReason) {
	m.actRun(Action{Kind: Drop, ID: it.ID, N: 1, Reason: why})
}

// actRun adds an action about one message, or extends the last action by it.
func (m *Machine) actRun(a Action) {
	if n := len(m.acts); n > 0 {
		if last := &m.acts[n-1]; last.Kind == a.Kind && last.Reason == a.Reason && last.ID+last.N == a.ID {
			last.N++
			return
		}
	}
	m.act(a)
}

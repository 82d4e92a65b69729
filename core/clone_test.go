package core

import (
	"slices"

	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/budget"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/heartbeat"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Clone returns a machine that goes on as m does and shares nothing with it but
// the dice.
func (m *Machine) Clone() *Machine {
	c := *m
	c.acts = nil
	c.queue = queue.Queue{}
	if m.queue.Len() > 0 {
		w := dump.Writer(nil)
		m.queue.Visit(w)
		c.queue.Visit(dump.Reader(w.Numbers))
	}
	return &c
}

// past is longer ago than any span of the options that are explored.
const past = 10 * tick.Minute

// Essence appends to numbers what the machine's future depends on: two machines
// with the same essence and the same Config answer every sequence of events
// alike, apart from the names of sockets and messages. Instants count from now,
// those that are over are all the same, and what is only told (totals, the last
// error) is left out. A field that nobody has thought of here is in it as it
// is. Messages are named by how far they are behind next.
func (m *Machine) Essence(numbers []float64, next int) []float64 {
	w := dump.Writer(numbers)
	c := *m
	// Each of these is only ever compared with now.
	for _, t := range []*tick.Time{&c.connectBy, &c.retryAt, &c.healthyAt, &c.closeBy, &c.graceTill, &c.notBefore, &c.handover.at, &c.handover.till, &c.handover.by, &c.handover.limit} {
		*t = since(*t, m.now, 0)
	}
	switch {
	case c.state == StateOpen:
		c.since = since(c.since, m.now, past)
	case c.dialing:
		c.since = since(c.since, m.now, tick.Second)
	default:
		c.since = 0
	}
	c.handover.spare = min(c.handover.spare, 1)
	c.now, c.gen, c.attempts, c.successes, c.lastError = 0, 0, 0, 0, 0
	if !c.dialing && c.handover.spare == 0 {
		c.phase = 0
	}
	c.prompt = c.prompt && c.graceTill > 0
	if c.tokenAt == 0 { // which is none; one that there is already is another matter
		c.tokenAt = -1
	} else {
		c.tokenAt = since(c.tokenAt, m.now, 0)
	}
	c.dialOffline = c.dialOffline && c.dialing
	if c.cfg.JitterMode != backoff.Decorrelated {
		c.handover.delay = 0
		if !c.asking { // what was drawn, or else told only
			c.lastDelay = 0
		}
	}
	if !c.asking {
		c.drawn = 0
	}
	c.circuit, c.permit, c.heartbeat, c.queue = breaker.Breaker{}, breaker.Permit{}, heartbeat.Monitor{}, queue.Queue{}
	c.budget = budget.Budget{}
	c.budget.Restore(since(m.budget.FullAt(), m.now, 0))
	c.Visit(w)
	m.essenceOfCircuit(w)
	m.essenceOfHeartbeat(w)

	at := len(w.Numbers)
	m.queue.Visit(w)
	items := w.Numbers[at+1:]
	for i := 0; i < len(items); i += 4 { // id, bytes, priority, until
		items[i] -= float64(next)
		if until := &items[i+3]; *until <= float64(tick.Time(1)<<62) {
			*until -= float64(m.now)
		}
	}
	return w.Numbers
}

// since counts t from now, and takes all that is longer ago than far for one.
func since(t, now tick.Time, far tick.Duration) tick.Time {
	if t == tick.Never {
		return t
	}
	return max(t-now, -tick.Time(far))
}

func (m *Machine) essenceOfCircuit(w *dump.Codec) {
	const state, generation, failures, until, trips, refusals, slot = 0, 1, 2, 4, 6, 7, 8
	at := len(w.Numbers)
	m.circuit.Visit(w)
	m.permit.Visit(w)
	c := w.Numbers[at:]
	permit := &c[len(c)-1]
	if *permit = *permit - c[generation]; *permit != 0 {
		*permit = -1 // older: never valid again
	}
	c[generation] = 0
	c[trips], c[refusals] = 0, 0
	m.essenceOfWindow(c[slot : len(c)-1])
	c[failures] = min(c[failures], float64(m.cfg.FailureThreshold))
	c[until] = float64(since(tick.Time(c[until]), m.now, 0))
	if breaker.State(c[state]) != breaker.Open {
		c[until] = 0
	}
}

// essenceOfWindow has the ring begin with the newest bucket, and counts time from
// there. A window that nobody asks is empty.
func (m *Machine) essenceOfWindow(w []float64) {
	slot, ring := &w[0], w[1:]
	sum := 0.0
	for _, n := range ring {
		sum += n
	}
	tenth := m.cfg.ErrorWindow / 10
	if m.cfg.ErrorRate == 0 || sum == 0 {
		clear(w)
		if m.cfg.ErrorRate > 0 { // how far the next bucket is
			*slot = float64(tick.Duration(m.now) % tenth)
		}
		return
	}
	first := int(*slot) % (len(ring) / 2) * 2
	copy(ring, append(slices.Clone(ring[first:]), ring[:first]...))
	*slot = *slot*float64(tenth) - float64(m.now)
}

func (m *Machine) essenceOfHeartbeat(w *dump.Codec) {
	const phase, sentAt, deadline, smoothed, opening = 0, 1, 2, 5, 7
	at := len(w.Numbers)
	m.heartbeat.Visit(w)
	h := w.Numbers[at:]
	if h[phase] == 0 { // stopped: Start forgets all the rest
		clear(h)
		return
	}
	for _, i := range []int{sentAt, deadline} {
		if h[i] <= float64(tick.Time(1)<<62) {
			h[i] = float64(since(tick.Time(h[i]), m.now, past))
		}
	}
	if h[smoothed] != 0 {
		h[opening] = 0
	}
	if !m.heartbeat.Outstanding() {
		h[sentAt] = 0
		h[deadline] = max(h[deadline], 0)
	}
}

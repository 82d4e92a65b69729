package fleet

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// A gate is the server's door: a token bucket for admissions and, before it, a
// queue of dials that wait for one.
//
// Turning a dial away may cost, too. The debt is bounded by what can be saved:
// a server under water works off its backlog of refusals, but no more than the
// kernel kept for it.
//
// In any span d it admits at most burst + rate × d. Tokens are counted in
// millionths, so that the account is exact: a microsecond brings rate of them.
type gate struct {
	rate    int64 // millionths of a token per microsecond, which is tokens per second
	full    int64 // the most that can be saved
	saved   int64
	at      tick.Time // when saved was right
	toll    int64     // taken for each dial that is turned away
	backlog int
	queue   []waiting
	head    int
}

// A waiting dial.
type waiting struct {
	client int32
	dial   uint32
}

// token is one admission. Rates are rounded down to whole admissions per
// 1,000 s, by counting a thousand times as finely.
const token = 1_000_000 * 1000

func newGate(s Server) gate {
	burst := s.Burst
	if burst == 0 {
		burst = s.Admit / 10
	}
	return gate{
		rate:    int64(s.Admit*1000 + 1e-6),
		full:    int64(max(burst, 1) * token),
		toll:    int64(s.Toll * token),
		backlog: s.Backlog,
	}
}

// openAt makes the gate start at t with every token saved, and nobody waiting.
func (g *gate) openAt(t tick.Time) {
	g.at, g.saved = t, g.full
	g.queue, g.head = nil, 0
}

func (g *gate) settle(now tick.Time) {
	span := int64(now - g.at)
	g.at = now
	if span > (g.full-g.saved)/g.rate {
		g.saved = g.full
		return
	}
	g.saved += span * g.rate
}

// arrive takes a dial that reaches the server at now: it is admitted, or
// queued, or neither.
func (g *gate) arrive(now tick.Time, w waiting) (admitted, queued bool) {
	g.settle(now)
	if g.waiting() == 0 && g.saved >= token {
		g.saved -= token
		return true, false
	}
	if g.waiting() >= g.backlog {
		g.saved = max(g.saved-g.toll, -g.full)
		return false, false
	}
	g.queue = append(g.queue, w)
	return false, true
}

// serve admits the dial that waits longest, if now allows it.
func (g *gate) serve(now tick.Time) (w waiting, ok bool) {
	g.settle(now)
	if g.waiting() == 0 || g.saved < token {
		return waiting{}, false
	}
	g.saved -= token
	w = g.queue[g.head]
	g.head++
	if g.head == len(g.queue) {
		g.queue, g.head = g.queue[:0], 0
	} else if g.head >= 1024 && g.head > len(g.queue)/2 {
		g.queue, g.head = g.queue[:copy(g.queue, g.queue[g.head:])], 0
	}
	return w, true
}

// next returns when a waiting dial can be served, tick.Never when none waits.
func (g *gate) next() tick.Time {
	switch {
	case g.waiting() == 0:
		return tick.Never
	case g.saved >= token:
		return g.at
	}
	return g.at.Add(tick.Duration((token - g.saved + g.rate - 1) / g.rate))
}

func (g *gate) waiting() int { return len(g.queue) - g.head }

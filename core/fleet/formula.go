package fleet

import (
	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Formula is another client's retry policy, reduced to what a server feels.
type Formula struct {
	// Delay is the wait before retry n, n ≥ 1.
	Delay func(n int, prev tick.Duration, own float64, roll func() float64) tick.Duration
	// Retries may follow one another until the client gives up; core.Unlimited: no end.
	Retries int
	// Timeout is how long a dial may take; tick.Forever: as long as the kernel tries.
	Timeout tick.Duration
	// Uptime is how long a connection must last to set the retry count back; 0: at open.
	Uptime tick.Duration
	// Silence is how long a connection may be dead until a heartbeat tells,
	// from … to; tick.Forever: never.
	Silence [2]tick.Duration
}

// A solo is the minimal client that follows a Formula: it dials, waits, and
// dials again. The host's online and offline are nothing to it.
type solo struct {
	n        int32 // retries since the last good connection
	open     bool
	own      float64 // drawn once per client
	openedAt tick.Time
	prev     tick.Duration
	retryAt  tick.Time
	lossAt   tick.Time // when its heartbeat gives the connection up, or its dial ends
}

// soloists are clients that follow a Formula.
type soloists struct {
	sim     *sim
	formula Formula
	clients []solo
}

func newSoloists(s *sim, f Formula) *soloists {
	return &soloists{sim: s, formula: f, clients: make([]solo, s.cfg.Clients)}
}

func (s *soloists) age() tick.Duration { return s.formula.Uptime }

func (s *soloists) start(i int, opened, until tick.Time) phase {
	s.clients[i] = solo{own: s.sim.rollOf(i), open: true, openedAt: opened, retryAt: tick.Never, lossAt: tick.Never}
	return open
}

func (s *soloists) deadline(i int) tick.Time {
	c := &s.clients[i]
	return min(c.retryAt, c.lossAt)
}

// unplugged says when a heartbeat notices that the connection is dead.
func (s *soloists) unplugged(i int, now tick.Time) {
	if lo, hi := s.formula.Silence[0], s.formula.Silence[1]; lo != tick.Forever {
		s.clients[i].lossAt = now.Add(lo + tick.Duration(s.sim.rollOf(i)*float64(hi-lo)))
	}
}

func (s *soloists) step(i int, now tick.Time, e core.Event) phase {
	c := &s.clients[i]
	switch e.Kind {
	case core.Opened:
		c.open, c.openedAt, c.lossAt = true, now, tick.Never
		if s.formula.Uptime == 0 {
			c.n, c.prev = 0, 0
		}
	case core.Closed:
		return s.lose(i, now)
	case core.Timer:
		switch {
		case now >= c.lossAt:
			s.sim.hangUp(i)
			return s.lose(i, now)
		case now >= c.retryAt:
			c.retryAt = tick.Never
			c.lossAt = now.Add(s.formula.Timeout)
			s.sim.dial(i)
		}
	}
	return s.phase(i)
}

func (s *soloists) lose(i int, now tick.Time) phase {
	c := &s.clients[i]
	if c.open && now.Sub(c.openedAt) >= s.formula.Uptime {
		c.n, c.prev = 0, 0
	}
	c.open, c.lossAt = false, tick.Never
	if int(c.n) >= s.formula.Retries {
		return gaveUp
	}
	c.n++
	c.prev = s.formula.Delay(int(c.n), c.prev, c.own, s.sim.roller(i))
	c.retryAt = now.Add(c.prev)
	return s.phase(i)
}

func (s *soloists) phase(i int) phase {
	switch c := &s.clients[i]; {
	case c.open:
		return open
	case c.retryAt != tick.Never:
		return idle
	}
	return dialling
}

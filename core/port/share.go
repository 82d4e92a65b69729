package port

import (
	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A share is what several clients have in common, a circuit or a retry budget,
// as the last of them to change it has left it. Each client's machine has a
// copy. Machines step one after another, and each is told what is new before its
// own step, so that all act as if there were one; and in the end of a batch all
// know the same. A share outlives its clients.
type share struct {
	kind    core.EventKind // what tells a machine of it
	name    [2]float64     // what makes clients share it
	numbers []float64      // its dump
	version int
}

// A stake is one client's part in a share.
type stake struct {
	of   *share
	seen int // the version that its machine knows
}

// join gives a new client its part in what its options name.
func (h *Hub) join(c *client, cfg *core.Config) {
	if cfg.CircuitName != 0 {
		h.share(c, core.CircuitIs, [2]float64{float64(cfg.CircuitName)})
	}
	if cfg.RetryTokens != core.Unlimited {
		h.share(c, core.BudgetIs, [2]float64{float64(cfg.RetryTokens), cfg.RetriesPerSecond})
	}
}

// share finds a share, or makes one that is as the new machine's copy.
func (h *Hub) share(c *client, kind core.EventKind, name [2]float64) {
	for _, s := range h.shares {
		if s.kind == kind && s.name == name {
			c.stakes = append(c.stakes, stake{of: s})
			return
		}
	}
	w := dump.Writer(nil)
	c.machine.VisitShared(kind, w)
	s := &share{kind: kind, name: name, numbers: w.Numbers}
	h.shares = append(h.shares, s)
	c.stakes = append(c.stakes, stake{of: s})
}

// note takes down what the client's machine has made of its shares. A copy that
// is out of date is that of a machine which was told of another share first.
func (h *Hub) note(c *client) {
	for i := range c.stakes {
		s := &c.stakes[i]
		if s.seen != s.of.version {
			continue
		}
		w := dump.Writer(h.copy[:0])
		c.machine.VisitShared(s.of.kind, w)
		h.copy = w.Numbers
		if !equal(h.copy, s.of.numbers) {
			copy(s.of.numbers, h.copy)
			s.of.version++
			s.seen = s.of.version
		}
	}
}

// equal compares two dumps of one thing.
func equal(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// A told is what a machine was told of the others: an input of its own, which a
// trace must hold. The hub writes it into its answer; a replay gives it back.
type told struct {
	kind      core.EventKind
	id, after int // after so many of the client's own steps in the batch
	numbers   []float64
}

// catchUp tells a client's machine what is new. In a replay, where there are no
// others, that is what the trace says.
func (h *Hub) catchUp(id int, c *client, at tick.Time) {
	for i := 0; i < len(h.replayed); {
		t := h.replayed[i]
		if t.id != id || t.after != c.steps {
			i++
			continue
		}
		h.replayed = append(h.replayed[:i], h.replayed[i+1:]...)
		for j := range c.stakes { // of a client before it with the same number, maybe
			if s := &c.stakes[j]; s.of.kind == t.kind {
				s.seen = s.of.version
			}
		}
		h.tell(id, c, at, t.kind, t.numbers)
	}
	for i := range c.stakes {
		if s := &c.stakes[i]; s.seen != s.of.version {
			s.seen = s.of.version
			h.tell(id, c, at, s.of.kind, s.of.numbers)
		}
	}
}

func (h *Hub) tell(id int, c *client, at tick.Time, kind core.EventKind, numbers []float64) {
	h.say(opTold, id, append([]float64{float64(kind), float64(c.steps)}, numbers...)...)
	h.run(id, c, at, core.Event{Kind: kind, Shared: numbers})
}

// spread lets all clients know of all that has changed. What one of them does
// about it may be news for others; but who is told something makes it no newer
// than time does, so that comes to an end.
func (h *Hub) spread(now tick.Time) {
	for version := -1; version != h.version(); {
		version = h.version()
		for id, c := range h.clients {
			if c != nil {
				h.catchUp(id, c, now)
			}
		}
	}
	for _, c := range h.clients {
		if c != nil {
			c.steps = 0
		}
	}
	h.replayed = h.replayed[:0]
}

// version changes whenever a share does.
func (h *Hub) version() (sum int) {
	for _, s := range h.shares {
		sum += s.version
	}
	return sum
}

package client

import (
	"slices"
	"sync"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A circle are the clients with one [Options.CircuitName], and their circuit as
// the last of them to change it has left it. Each machine has a copy. One
// machine steps at a time, and is told what is new before its own step, so that
// all act as if there were one circuit. A circle outlives its clients: who comes
// later finds the circuit as it was left.
type circle struct {
	epoch time.Time // of the clocks of all its machines: a circuit has instants

	mu      sync.Mutex
	circuit []float64 // its dump; nil before the first step. Never changed, but replaced
	version int
	members map[*driver]struct{}
}

var circles = struct {
	sync.Mutex
	byName map[string]*circle
}{byName: map[string]*circle{}}

// circleOf finds the circle with a name, or makes it; nil where there is no name.
func circleOf(name string) *circle {
	if name == "" {
		return nil
	}
	circles.Lock()
	defer circles.Unlock()
	c := circles.byName[name]
	if c == nil {
		c = &circle{epoch: time.Now(), members: map[*driver]struct{}{}}
		circles.byName[name] = c
	}
	return c
}

func (c *circle) join(d *driver) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members[d] = struct{}{}
}

func (c *circle) leave(d *driver) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.members, d)
}

// step gives a member's machine an event, after what the others have made of the
// circuit, and lets the others know what it has made of it. A CircuitIs is no
// event of its own: it says that there may be news.
func (c *circle) step(d *driver, e core.Event) (now tick.Time, actions []core.Action) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now = d.c.now()
	if d.knows != c.version {
		d.knows = c.version
		actions = slices.Clone(d.feed(now, core.Event{Kind: core.CircuitIs, Shared: c.circuit}))
		c.note(d)
	}
	if e.Kind != core.CircuitIs {
		actions = append(actions, d.feed(now, e)...)
		c.note(d)
	}
	return now, actions
}

// note takes down what a machine has made of the circuit, and wakes the others.
func (c *circle) note(d *driver) {
	w := dump.Writer(nil)
	d.machine.VisitShared(core.CircuitIs, w)
	if slices.Equal(w.Numbers, c.circuit) {
		return
	}
	c.circuit = w.Numbers
	c.version++
	d.knows = c.version
	for other := range c.members {
		if other == d {
			continue
		}
		select {
		case other.news <- struct{}{}:
		default: // it is about to look
		}
	}
}

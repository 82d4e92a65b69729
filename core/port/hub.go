// Package port is the core behind messages: many machines in one [Hub], driven
// by batches of numbers and answering with batches of numbers. It has no state
// outside the hub and no clock, so the same batches give the same answers in
// the browser's WebAssembly module, in a Go test, and in a replay.
//
// A batch to the core is
//
//	now, then messages: length, op, client, age, arguments…
//
// with now in milliseconds since the hub was made, and age how many
// milliseconds before now the thing happened. The answer is
//
//	acknowledged, delay, then messages: length, op, client, arguments…
//
// with the count of all messages taken so far (timers aside), and the milliseconds until the
// hub wants a Timer message for client 0 (+Inf: never). length counts the
// numbers that follow it. The ops and their arguments are in core/contract.
package port

import (
	"math/rand/v2"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Hub holds the machines of one page.
type Hub struct {
	clients []*client // by id; nil where disposed
	taken   float64
	out     []float64
	acts    []core.Action // of one step
	touched int           // clients that have something new to tell
	behind  int           // the client that a Timer message has not come to; 0 if it came to all

	options []float64    // the arguments of the newest Create, but for the seed
	config  *core.Config // which they stand for

	shares   []*share
	replayed []told    // of the batch
	copy     []float64 // for note
}

type client struct {
	machine  *core.Machine
	seed     float64
	options  []float64 // the other arguments of Create, which clients that have the same share
	dice     *rand.PCG
	deadline tick.Time
	latest   tick.Time // the deadline and its slack
	touched  bool

	stakes []stake
	steps  int // of its own, in this batch
}

// crowd is from how many clients on their probes are put off a little, to leave
// together: each wake-up costs more than what is done in it.
const crowd = 16

// From so many clients and so many numbers on an answer to a Timer message is full:
// clients it has not come to are left for the next one, at once. So a crowd whose
// time has come together takes some two hundred to a step, since the memory that
// one long answer takes is never given back. A client is stepped later then than it
// would be alone, as in a replay: so it is done for a crowd only of which the page
// keeps no trace, see recorder.ts.
const (
	fullClients = 150
	fullNumbers = 8192
)

// suspended is how late a timer must be to tell that the host was asleep.
const suspended = 3 * tick.Second

// epoch is when a hub is made, on the machines' clock: late enough that what a
// page has noted in the year before it got its core keeps its time.
const epoch = tick.Time(365 * 24 * tick.Hour)

// broadcast is the client number that means all of them.
const broadcast = 0

// Step takes a batch and returns the answer, which is valid until the next
// step. A batch that the contract does not allow is a panic: page and core do
// not fit together, which the contract's [Hash] is there to find out first.
func (h *Hub) Step(batch []float64) []float64 {
	now := epoch.Add(tick.FromMillis(batch[0]))
	h.out = append(h.out[:0], 0, 0)
	for rest := batch[1:]; len(rest) > 0; {
		n := int(rest[0])
		h.take(now, rest[1:1+n])
		rest = rest[1+n:]
	}
	h.spread(now)
	h.makeRoom(h.touched * (3 + snapshotLen))
	h.touched = 0
	next, nextOfCrowd, clients := tick.Never, tick.Never, 0
	for id, c := range h.clients {
		if c == nil {
			continue
		}
		if c.touched {
			c.touched = false
			h.snapshot(id, c.machine)
		}
		clients++
		next, nextOfCrowd = min(next, c.deadline), min(nextOfCrowd, c.latest)
	}
	switch {
	case h.behind != 0:
		next = now
	case clients >= crowd:
		next = nextOfCrowd
	}
	h.out[0] = h.taken
	h.out[1] = untilMillis(now, next)
	return h.out
}

func untilMillis(now, t tick.Time) float64 {
	if t == tick.Never {
		return tick.Forever.Millis()
	}
	return max(t.Sub(now), 0).Millis()
}

// take carries out one message.
func (h *Hub) take(now tick.Time, msg []float64) {
	op, id, args := int(msg[0]), int(msg[1]), msg[3:]
	switch {
	case core.EventKind(op) == core.Timer:
		h.timer(now, tick.FromMillis(args[0]))
		return
	case op == opDump:
		h.dump(int(args[0]))
		return
	case core.EventKind(op) == core.CircuitIs, core.EventKind(op) == core.BudgetIs:
		h.replayed = append(h.replayed, told{core.EventKind(op), id, int(args[0]), args[1:]})
		return
	}
	h.taken++
	at := max(now.Add(-tick.FromMillis(msg[2])), 0)
	switch {
	case op == opCreate:
		h.create(id, args)
	case id == broadcast:
		for id, c := range h.clients {
			if c != nil {
				h.step(id, c, at, core.Event{Kind: core.EventKind(op)})
			}
		}
	case id >= len(h.clients) || h.clients[id] == nil: // disposed meanwhile
	case op == opLoad:
		h.load(h.clients[id], args)
	case op == opRestore:
		h.restore(id, h.clients[id], at, args)
	default:
		h.step(id, h.clients[id], at, decodeEvent(core.EventKind(op), args))
		if core.EventKind(op) == core.Dispose {
			h.clients[id] = nil
		}
	}
}

// wait notes what the machine waits for.
func (c *client) wait() {
	c.deadline = c.machine.Deadline()
	c.latest = c.deadline
	if c.deadline != tick.Never {
		c.latest = c.deadline.Add(c.machine.Slack())
	}
}

// timer steps the clients whose deadline has come, those first that the message
// before has not come to.
func (h *Hub) timer(now tick.Time, late tick.Duration) {
	from := h.behind
	h.behind = 0
	for i := range h.clients {
		id := (from + i) % len(h.clients)
		c := h.clients[id]
		if c == nil {
			continue
		}
		if late >= suspended {
			h.step(id, c, now, core.Event{Kind: core.Wake})
		}
		if c.deadline > now {
			continue
		}
		if late < suspended && h.touched >= fullClients && len(h.out)+h.touched*(3+snapshotLen) >= fullNumbers {
			h.behind = id
			return
		}
		h.step(id, c, now, core.Event{Kind: core.Timer})
	}
}

func (h *Hub) create(id int, args []float64) {
	for id >= len(h.clients) {
		h.clients = append(h.clients, nil)
	}
	seed, options := args[0], args[1:]
	if !same(h.options, options) {
		cfg := decodeConfig(options[1 : 1+ConfigLen])
		cfg.DropIn = options[0] != 0
		h.options, h.config = append([]float64(nil), options...), &cfg
	}
	dice := rand.NewPCG(uint64(seed), uint64(id))
	h.clients[id] = &client{
		machine: core.New(h.config, rand.New(dice).Float64), deadline: tick.Never, latest: tick.Never,
		seed: seed, options: h.options, dice: dice,
	}
	h.join(h.clients[id], h.config)
}

func same(a, b []float64) bool {
	for i := range b {
		if len(a) != len(b) || a[i] != b[i] {
			return false
		}
	}
	return true
}

// restore has a client go on from a snapshot. What the clients before it have
// said of what they share is newer.
func (h *Hub) restore(id int, c *client, at tick.Time, args []float64) {
	h.catchUp(id, c, at)
	c.steps++
	c.machine.Restore(at, decodeSnapshot(args[:snapshotLen]))
	h.note(c)
	c.wait()
}

// step gives a machine an event of its own.
func (h *Hub) step(id int, c *client, at tick.Time, e core.Event) {
	h.catchUp(id, c, at)
	c.steps++
	h.run(id, c, at, e)
}

func (h *Hub) run(id int, c *client, at tick.Time, e core.Event) {
	h.acts = c.machine.StepInto(h.acts, at, e)
	c.wait()
	h.note(c)
	// A message that joins the queue changes nothing that a snapshot tells.
	if !c.touched && (len(h.acts) > 0 || e.Kind != core.Enqueue) {
		c.touched = true
		h.touched++
	}
	for i := range h.acts {
		h.action(id, &h.acts[i])
	}
}

// makeRoom has the answer grow once, not bit by bit: the module keeps what each
// growth has left behind.
func (h *Hub) makeRoom(more int) {
	if size := len(h.out) + more; size > cap(h.out) {
		h.out = append(make([]float64, 0, size), h.out...)
	}
}

// say appends a message to the answer.
func (h *Hub) say(op, id int, args ...float64) {
	h.out = append(h.out, float64(2+len(args)), float64(op), float64(id))
	h.out = append(h.out, args...)
}

func (h *Hub) snapshot(id int, m *core.Machine) {
	s := encodeSnapshot(m.Snapshot())
	h.say(opSnapshot, id, s[:]...)
}

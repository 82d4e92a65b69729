package core_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A letter is one thing that may happen to a machine; sequences of them are
// what an explorer explores.
type letter struct {
	name string
	do   func(*host, failer)
}

// gap is how late an event of a throttled page comes, and asleep how long a
// host sleeps.
const (
	gap    = 7 * tick.Second
	asleep = 3 * tick.Minute
)

var alphabet = letters()

func letters() (all []letter) {
	add := func(name string, do func(*host, failer)) { all = append(all, letter{name, do}) }
	event := func(name string, late tick.Duration, e func(*host) core.Event) {
		add(name, func(h *host, t failer) {
			h.clock = h.clock.Add(late)
			h.step(t, e(h))
		})
	}
	plain := func(kind core.EventKind) func(*host) core.Event {
		return func(*host) core.Event { return core.Event{Kind: kind, Code: 1000} }
	}
	socket := func(e core.Event) func(*host) core.Event {
		return func(h *host) core.Event { e.Gen = h.newest; return e }
	}
	old := func(kind core.EventKind) func(*host) core.Event {
		return func(h *host) core.Event { return core.Event{Kind: kind, Gen: h.newest - 1, Code: 1006} }
	}
	spare := func(e core.Event) func(*host) core.Event {
		return func(h *host) core.Event { e.Gen = h.spare; return e }
	}
	enqueue := func(name string, late tick.Duration, w waiting, ttl tick.Duration) {
		add("Enqueue"+name+drawLate(late), func(h *host, t failer) {
			h.clock = h.clock.Add(late)
			h.nextID++
			w.id = h.nextID
			h.enqueue(t, w, 40, ttl)
		})
	}
	lost := socket(core.Event{Kind: core.Closed, Code: 1006})

	for _, late := range []tick.Duration{0, gap} {
		add("Timer at the deadline"+drawLate(late), func(h *host, t failer) {
			if d := h.m.Deadline(); d != tick.Never {
				h.clock = max(h.clock, d)
			}
			h.clock = h.clock.Add(late)
			h.step(t, core.Event{Kind: core.Timer})
		})
	}
	event("Timer after a sleep", asleep, plain(core.Timer))
	event("Timer too early", 0, plain(core.Timer))
	for _, kind := range []core.EventKind{core.Connect, core.Close, core.Reconnect, core.Handover, core.TripCircuit, core.ResetCircuit,
		core.MarkHealthy, core.Online, core.Offline, core.Hidden, core.Visible, core.Wake, core.Dispose, core.TakeBack} {
		event(kind.String(), 0, plain(kind))
	}
	event("Wake after a sleep", asleep, plain(core.Wake))
	event("Close"+drawLate(gap), gap, plain(core.Close))
	event("Opened", 0, socket(core.Event{Kind: core.Opened}))
	event("Opened"+drawLate(gap), gap, socket(core.Event{Kind: core.Opened}))
	event("Closed 1006", 0, lost)
	event("Closed 1006"+drawLate(gap), gap, lost)
	event("Closed 1006, somebody there", 0, socket(core.Event{Kind: core.Closed, Code: 1006, Reached: core.SomebodyThere}))
	event("Closed 1000", 0, socket(core.Event{Kind: core.Closed, Code: 1000, Clean: true}))
	event("Closed 1008", 0, socket(core.Event{Kind: core.Closed, Code: 1008, Clean: true}))
	event("Closed 1012, come back in 20 s", 0, socket(core.Event{Kind: core.Closed, Code: 1012, Clean: true, RetryAfter: 20 * tick.Second}))
	event("Closed 4400, stop", 0, socket(core.Event{Kind: core.Closed, Code: 4400, Clean: true, Verdict: core.Stop}))
	event("Phase", 0, socket(core.Event{Kind: core.Phase, Span: 3 * tick.Second, Class: core.OnOpenFailed}))
	event("PutOff", 0, socket(core.Event{Kind: core.PutOff, Span: 20 * tick.Second}))
	event("Hint", 0, socket(core.Event{Kind: core.Hint, RetryAfter: 20 * tick.Second}))
	answer := func(d tick.Duration) func(*host) core.Event {
		return func(h *host) core.Event { return core.Event{Kind: core.Delayed, Gen: h.newest, Span: d} }
	}
	event("Delayed 4 s", 0, answer(4*tick.Second))
	event("Delayed for ever"+drawLate(gap), gap, answer(tick.Forever))
	event("Delayed as drawn", 0, answer(-1))
	event("Opened, of the socket before", 0, old(core.Opened))
	event("Closed, of the socket before", 0, old(core.Closed))
	event("Drain", 0, func(*host) core.Event {
		return core.Event{Kind: core.Drain, Within: 8 * tick.Second, Spread: 4 * tick.Second}
	})
	event("Opened, of the spare", 0, spare(core.Event{Kind: core.Opened}))
	event("Opened, of the spare"+drawLate(gap), gap, spare(core.Event{Kind: core.Opened}))
	event("Closed, of the spare", 0, spare(core.Event{Kind: core.Closed, Code: 1006}))
	event("Replied", 0, socket(core.Event{Kind: core.Replied, Span: 2 * tick.Millisecond}))
	event("Heard just now", 0, socket(core.Event{Kind: core.Heard}))
	event("Heard never", 0, socket(core.Event{Kind: core.Heard, Span: tick.Forever}))
	event("Heard never"+drawLate(gap), gap, socket(core.Event{Kind: core.Heard, Span: tick.Forever}))
	enqueue("", 0, waiting{}, 0)
	enqueue(" an urgent one with a key", 0, waiting{priority: 1, key: true}, 0)
	enqueue(" with a time to live", gap, waiting{}, 6*tick.Second)
	for _, d := range deeds {
		add("a peer "+d.name, func(h *host, t failer) { h.peer(t, d) })
	}
	add("crash", func(h *host, t failer) {
		if !h.disposed {
			h.step(t, core.Event{Kind: core.Timer}) // so that the snapshot is of now
			h.crash(t)
		}
	})
	return all
}

func drawLate(d tick.Duration) string {
	if d == 0 {
		return ""
	}
	return " + " + drawSpan(d)
}

// An explorer walks through every sequence of letters, breadth first. States
// that have the same essence have the same future, so each is left only once.
type explorer struct {
	t     *testing.T
	cfg   core.Config
	roll  float64
	past  []string          // letters that have happened when it begins
	seen  map[essence]int32 // the state's place in trail
	trail []from

	steps, merged, compared int
	numbers                 []float64
	bytes                   []byte
}

type essence [16]byte

// from says how a state was reached: from which, by which letter.
type from struct {
	state  int32
	letter uint8
}

type found struct {
	index int32
	host  *host
}

// broken is what an explorer's host says when a rule is broken.
type broken string

func (*explorer) Fatalf(format string, args ...any) { panic(broken(fmt.Sprintf(format, args...))) }

// explore takes every sequence of up to depth letters and returns the depth
// from which on nothing new was found, or 0 where there might be more.
func (x *explorer) explore(depth int) (complete int) {
	x.seen = map[essence]int32{}
	h := x.begin()
	x.trail = append(x.trail, from{-1, 0})
	x.seen[x.essence(h)] = 0
	level := []found{{0, h}}
	for d := range depth {
		var next []found
		for _, f := range level {
			for i := range alphabet {
				h := x.take(f, i)
				x.steps++
				key := x.essence(h)
				if twin, ok := x.seen[key]; ok {
					if x.merged++; x.merged%compareEvery == 0 {
						x.compare(found{f.index, h}, i, twin)
					}
					continue
				}
				g := found{int32(len(x.trail)), h}
				x.seen[key] = g.index
				x.trail = append(x.trail, from{f.index, uint8(i)})
				x.settles(g)
				next = append(next, g)
			}
		}
		if level = next; len(level) == 0 {
			return d + 1
		}
	}
	return 0
}

func (x *explorer) begin() *host {
	h := &host{cfg: x.cfg, roll: func() float64 { return x.roll }, clock: tick.Time(tick.Hour), now: tick.Time(tick.Hour)}
	h.m = core.New(&x.cfg, h.roll)
	h.m.Step(h.clock, core.Event{Kind: core.Timer})
	for _, name := range x.past {
		alphabet[slices.IndexFunc(alphabet, func(l letter) bool { return l.name == name })].do(h, x)
	}
	return h
}

// compareEvery is how many states are taken for one seen before until it is
// checked that they may be.
const compareEvery = 500

// compare checks that a state and the one that it was taken for, which has
// another history, go on alike whatever happens: or else Essence forgets
// something.
func (x *explorer) compare(f found, last int, twin int32) {
	defer x.report(f, alphabet[last].name)
	x.compared++
	other := x.again(twin)
	for i := range alphabet {
		a, b := f.host.clone(), other.clone()
		alphabet[i].do(a, x)
		alphabet[i].do(b, x)
		if x.essence(a) != x.essence(b) {
			x.Fatalf("not the same as %s: after %s\n%v\nand\n%v", x.history(twin), alphabet[i].name, a.essence(nil), b.essence(nil))
		}
	}
}

// again repeats what led to a state.
func (x *explorer) again(state int32) *host {
	h := x.begin()
	for _, i := range x.path(state) {
		alphabet[i].do(h, x)
	}
	return h
}

func (x *explorer) path(state int32) (letters []uint8) {
	for at := x.trail[state]; at.state >= 0; at = x.trail[at.state] {
		letters = append(letters, at.letter)
	}
	slices.Reverse(letters)
	return letters
}

func (x *explorer) history(state int32) string {
	names := append([]string{"New"}, x.past...)
	for _, i := range x.path(state) {
		names = append(names, alphabet[i].name)
	}
	return strings.Join(names, " → ")
}

// take lets one letter happen to a copy of a state.
func (x *explorer) take(f found, i int) *host {
	defer x.report(f, alphabet[i].name)
	h := f.host.clone()
	alphabet[i].do(h, x)
	return h
}

// settles checks a new state: a dump of it is exact, and "having had a Timer, it
// does not want it again at once".
func (x *explorer) settles(f found) {
	defer x.report(f, "TimerSettles")
	h := f.host.clone()
	h.reload(x)
	h.settle(x)
}

// report tells of a broken rule, and how it came to that.
func (x *explorer) report(f found, last string) {
	said := recover()
	if said == nil {
		return
	}
	x.t.Fatalf("%v\nafter: %s\nwith: %+v, dice %v", said, x.history(f.index)+" → "+last, x.cfg, x.roll)
}

func (x *explorer) essence(h *host) (key essence) {
	x.numbers = h.essence(x.numbers[:0])
	x.bytes = x.bytes[:0]
	for _, n := range x.numbers {
		x.bytes = binary.LittleEndian.AppendUint64(x.bytes, math.Float64bits(n))
	}
	sum := sha256.Sum256(x.bytes)
	return essence(sum[:len(key)])
}

func (h *host) clone() *host {
	c := *h
	c.m = h.m.Clone()
	c.waiting, c.lastFlush = slices.Clone(h.waiting), maps.Clone(h.lastFlush)
	return &c
}

// essence is the machine's, and the host's own books.
func (h *host) essence(numbers []float64) []float64 {
	numbers = h.m.Essence(numbers, h.nextID)
	books := 0
	for i, b := range []bool{h.live, h.opened, h.asked, h.reopen, h.offline, h.hidden, h.disposed, h.restored, h.newest > 0,
		h.spare != 0, h.marked, h.spareOpen, h.parting, h.question != 0, h.delayed} {
		if b {
			books |= 1 << i
		}
	}
	numbers = append(numbers, float64(max(h.notBefore-h.now, 0)), math.Min(float64(h.limit), 1e15), float64(books), float64(h.state), float64(h.circuit), float64(len(h.waiting)))
	for _, w := range h.waiting {
		key := 0.0
		if w.key {
			key = 1
		}
		numbers = append(numbers, float64(w.id-h.nextID), key) // the machine's own has the rest
	}
	return numbers
}

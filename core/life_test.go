package core_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// TestLife gives a machine a random life and checks every invariant at every
// step. A failure names the invariant and prints the seed that repeats it.
func TestLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHost(t)
		actions := map[string]func(*rapid.T){
			"open":     func(t *rapid.T) { h.open(t) },
			"fail":     func(t *rapid.T) { h.fail(t) },
			"spare":    func(t *rapid.T) { h.spareEvent(t) },
			"stay":     func(t *rapid.T) { h.spareEvent(t) },
			"drain":    func(t *rapid.T) { h.drain(t) },
			"hint":     func(t *rapid.T) { h.hint(t) },
			"phase":    func(t *rapid.T) { h.phase(t) },
			"answer":   func(t *rapid.T) { h.answer(t) },
			"reply":    func(t *rapid.T) { h.answer(t) },
			"put off":  func(t *rapid.T) { h.putOff(t) },
			"stale":    func(t *rapid.T) { h.stale(t) },
			"heard":    func(t *rapid.T) { h.heard(t) },
			"replied":  func(t *rapid.T) { h.step(t, core.Event{Kind: core.Replied, Gen: h.newest, Span: tick.Millisecond}) },
			"enqueue":  func(t *rapid.T) { h.send(t) },
			"time":     func(t *rapid.T) { h.pass(t) },
			"back":     func(t *rapid.T) { h.clock -= tick.Time(rapid.Int64Range(0, int64(h.clock)).Draw(t, "back")) },
			"timer":    func(t *rapid.T) { h.step(t, core.Event{Kind: core.Timer}) },
			"deadline": func(t *rapid.T) { h.deadline(t) },
			"next":     func(t *rapid.T) { h.deadline(t) }, // timers are the most frequent events
			"then":     func(t *rapid.T) { h.deadline(t) },
			"grow":     func(t *rapid.T) { h.open(t) },
			"settle":   func(t *rapid.T) { h.settle(t) },
			"crash":    func(t *rapid.T) { h.crashNow(t) },
			"reload":   func(t *rapid.T) { h.reload(t) },
			"takeBack": func(t *rapid.T) { h.step(t, core.Event{Kind: core.TakeBack}) },
			"dispose":  func(t *rapid.T) { h.dispose(t) },
			"peer":     func(t *rapid.T) { h.peer(t, rapid.SampledFrom(deeds).Draw(t, "deed")) },
		}
		for _, kind := range []core.EventKind{core.Connect, core.Close, core.Reconnect, core.Handover, core.TripCircuit, core.ResetCircuit, core.MarkHealthy, core.Online, core.Offline, core.Hidden, core.Visible, core.Wake} {
			actions[kind.String()] = func(t *rapid.T) { h.step(t, core.Event{Kind: kind, Code: 1000}) }
		}
		for range 4 { // a life has about 30 steps for each
			t.Repeat(actions)
		}
		h.end(t)
	})
}

func (h *host) open(t *rapid.T) {
	if !h.live || h.opened {
		t.Skip("no dial is under way")
	}
	h.step(t, core.Event{Kind: core.Opened, Gen: h.newest})
}

func (h *host) fail(t *rapid.T) {
	if !h.live {
		t.Skip("no socket")
	}
	h.step(t, core.Event{Kind: core.Closed, Gen: h.newest,
		Code:       rapid.SampledFrom([]int{1006, 1000, 1008, 1012}).Draw(t, "code"),
		Clean:      rapid.Bool().Draw(t, "clean"),
		Reached:    rapid.SampledFrom([]core.Reach{core.ReachUnknown, core.NobodyThere, core.SomebodyThere, core.HookFailed}).Draw(t, "reached"),
		Verdict:    rapid.SampledFrom([]core.Verdict{core.ByCode, core.ComeBack, core.Slow, core.Refresh, core.Stop}).Draw(t, "verdict"),
		RetryAfter: rapid.SampledFrom([]tick.Duration{0, 20 * tick.Second, 2 * tick.Hour}).Draw(t, "retryAfter"),
		Spread:     rapid.SampledFrom([]tick.Duration{0, tick.Second, 2 * tick.Hour}).Draw(t, "spread"),
	})
}

// spareEvent is what becomes of the dial beside an open socket.
func (h *host) spareEvent(t *rapid.T) {
	if h.spare == 0 {
		t.Skip("no spare")
	}
	if !h.spareOpen && rapid.IntRange(0, 2).Draw(t, "opens") > 0 {
		h.step(t, core.Event{Kind: core.Opened, Gen: h.spare})
		return
	}
	h.step(t, core.Event{Kind: core.Closed, Gen: h.spare, Code: rapid.SampledFrom([]int{1006, 1000, 1008}).Draw(t, "code")})
}

func (h *host) drain(t *rapid.T) {
	span := func(name string) tick.Duration {
		return rapid.SampledFrom([]tick.Duration{0, tick.Second, 30 * tick.Second, tick.Forever}).Draw(t, name)
	}
	h.step(t, core.Event{Kind: core.Drain, Within: span("within"), Spread: span("spread")})
}

func (h *host) hint(t *rapid.T) {
	if !h.live {
		t.Skip("no socket")
	}
	span := func(name string) tick.Duration {
		return rapid.SampledFrom([]tick.Duration{0, 20 * tick.Second, 2 * tick.Hour}).Draw(t, name)
	}
	h.step(t, core.Event{Kind: core.Hint, Gen: h.newest, RetryAfter: span("retryAfter"), Spread: span("spread")})
}

func (h *host) phase(t *rapid.T) {
	if !h.live || h.opened {
		t.Skip("no dial is under way")
	}
	h.step(t, core.Event{Kind: core.Phase, Gen: h.newest,
		Span:  rapid.SampledFrom([]tick.Duration{3 * tick.Second, tick.Forever}).Draw(t, "limit"),
		Class: rapid.SampledFrom([]core.Class{core.ProviderFailed, core.OnOpenFailed, core.TimedOut}).Draw(t, "class")})
}

func (h *host) putOff(t *rapid.T) {
	if !h.live || h.opened {
		t.Skip("no dial is under way")
	}
	h.step(t, core.Event{Kind: core.PutOff, Gen: h.newest, Span: rapid.SampledFrom([]tick.Duration{0, 20 * tick.Second}).Draw(t, "delay")})
}

// answer says how long a retry is to wait, if that was asked.
func (h *host) answer(t *rapid.T) {
	if h.question == 0 {
		t.Skip("nobody asked")
	}
	h.step(t, core.Event{Kind: core.Delayed, Gen: h.question,
		Span: rapid.SampledFrom([]tick.Duration{0, 3 * tick.Second, tick.Forever, -1}).Draw(t, "delay")})
}

// stale is what an old socket may still say, or one that never was.
func (h *host) stale(t *rapid.T) {
	gen := rapid.Uint32Range(0, h.dialled+2).Draw(t, "gen")
	if gen == h.newest && h.live || gen == h.spare || gen == h.question {
		t.Skip("not stale")
	}
	h.step(t, core.Event{Gen: gen, Code: 1006,
		Kind: rapid.SampledFrom([]core.EventKind{core.Phase, core.PutOff, core.Opened, core.Closed, core.Replied, core.Heard, core.Hint, core.Delayed}).Draw(t, "event")})
}

func (h *host) heard(t *rapid.T) {
	if !h.asked && rapid.IntRange(0, 9).Draw(t, "unasked") > 0 {
		t.Skip("nobody asked")
	}
	age := rapid.SampledFrom([]tick.Duration{0, tick.Second, 6 * tick.Second, tick.Forever}).Draw(t, "age")
	h.step(t, core.Event{Kind: core.Heard, Gen: h.newest, Span: age})
}

func (h *host) send(t *rapid.T) {
	h.nextID += rapid.IntRange(1, 2).Draw(t, "stride")
	w := waiting{id: h.nextID, priority: rapid.SampledFrom([]int{0, 0, 0, 1, -9}).Draw(t, "priority"), key: rapid.IntRange(0, 3).Draw(t, "key") == 0}
	ttl := rapid.SampledFrom([]tick.Duration{0, 0, tick.Millisecond, 15 * tick.Second, tick.Forever}).Draw(t, "ttl")
	h.enqueue(t, w, rapid.IntRange(0, 60).Draw(t, "bytes"), ttl)
}

// pass lets time go by without a timer: the page is throttled, or asleep.
func (h *host) pass(t *rapid.T) {
	h.clock += tick.Time(rapid.SampledFrom([]tick.Duration{tick.Millisecond, tick.Second, 10 * tick.Second, 2 * tick.Minute}).Draw(t, "pass"))
}

func (h *host) deadline(t *rapid.T) {
	d := h.m.Deadline()
	if d == tick.Never {
		t.Skip("nothing waits")
	}
	h.clock = max(h.clock, d)
	h.step(t, core.Event{Kind: core.Timer})
}

// settle fires timers until none is due: "Deadline says when the machine wants
// a Timer event", and having had it, it does not want it again at once.
func (h *host) settle(t failer) {
	for n := 0; h.m.Deadline() <= max(h.now, h.clock); n++ {
		if n == 8 {
			t.Fatalf("TimerSettles: the deadline stays at %s, now is %s", drawTime(h.m.Deadline()), drawTime(h.now))
		}
		h.step(t, core.Event{Kind: core.Timer})
	}
}

func (h *host) crashNow(t *rapid.T) {
	if h.disposed {
		t.Skip("nothing to restore")
	}
	h.clock = max(h.clock, h.now)
	h.step(t, core.Event{Kind: core.Timer}) // so that the snapshot is of now
	h.crash(t)
}

func (h *host) dispose(t *rapid.T) {
	if rapid.IntRange(0, 9).Draw(t, "really") > 0 {
		t.Skip("most lives are longer")
	}
	h.step(t, core.Event{Kind: core.Dispose})
}

// end opens a connection and sees that nothing is left behind.
func (h *host) end(t *rapid.T) {
	h.step(t, core.Event{Kind: core.Reconnect})
	if h.disposed {
		if d := h.m.Deadline(); d != tick.Never || len(h.waiting) > 0 {
			t.Fatalf("disposed: deadline %s, waiting %v", drawTime(d), h.waiting)
		}
		return
	}
	if h.cfg.CircuitName != 0 && h.state == core.StateBlocked { // others have taken all its trials
		h.step(t, core.Event{Kind: core.ResetCircuit})
		h.step(t, core.Event{Kind: core.Reconnect})
	}
	h.step(t, core.Event{Kind: core.Opened, Gen: h.newest})
	if len(h.waiting) > 0 || h.state != core.StateOpen {
		t.Fatalf("Accounted: %v, and %v still wait", h.state, h.waiting)
	}
}

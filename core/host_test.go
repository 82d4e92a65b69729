package core_test

import (
	"math/rand/v2"
	"slices"

	"pgregory.net/rapid"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A host is what a machine drives in a test: it has the sockets, the messages
// and the clock, and it remembers what it was told.
type host struct {
	cfg  core.Config
	m    *core.Machine
	roll func() float64

	clock tick.Time // what the host's clock shows; it may run backwards
	now   tick.Time // the latest that the machine was told

	dialled uint32 // the newest generation
	newest  uint32 // the socket: the newest, spares aside
	live    bool   // it is dialling, open or closing
	opened  bool   // it has opened
	asked   bool   // Ask waits for its answer

	spare     uint32 // dialled beside it, and alive; 0: none
	spareOpen bool
	spareDead bool   // it has closed, in this step
	parting   bool   // the socket has said farewell
	spoke     string // what OneSpeaks found wrong with this step

	limit     tick.Duration // of the dial's phase
	marked    bool          // MarkHealthy has come
	notBefore tick.Time     // somebody has asked for no dial before that

	state   core.State    // as of the last StateChange
	circuit breaker.State // as of the last CircuitChange

	nextID    int
	waiting   []waiting   // in the order in which they were enqueued
	lastFlush map[int]int // by priority: the newest message that was sent

	retries [8]tick.Time // the newest retries, newest first; limits in tests are lower
	retried int
	delayed bool // the newest dial was put off: the next one is the same

	question uint32        // the socket after whose end it was asked how long to wait, and has not answered; 0: it was not
	drawn    tick.Duration // what the retry waits if there is no answer

	reopen bool // connect was called while closing

	offline, hidden, disposed, restored bool
}

// waiting is a message that waits.
type waiting struct {
	id, priority int
	key          bool      // it has the one key that messages of a test may have
	until        tick.Time // when it has waited too long
}

// find returns where a message stands among those that wait; -1: nowhere.
func (h *host) find(id int) int {
	return slices.IndexFunc(h.waiting, func(w waiting) bool { return w.id == id })
}

// enqueue lets a message wait, and replaces the one with its key.
func (h *host) enqueue(t failer, w waiting, bytes int, ttl tick.Duration) {
	h.now = max(h.now, h.clock)
	e := core.Event{Kind: core.Enqueue, ID: w.id, Bytes: bytes, TTL: ttl, Priority: w.priority}
	for _, other := range h.waiting {
		if w.key && other.key {
			e.Replaces = other.id
		}
	}
	age := h.cfg.QueueAge
	if ttl > 0 {
		age = min(age, ttl)
	}
	w.until = h.now.Add(age)
	if !h.disposed { // a client that is gone takes nothing
		h.waiting = append(h.waiting, w)
	}
	h.step(t, e)
}

// A failer ends a life that has broken a rule: a [rapid.T], or an explorer.
type failer interface {
	Fatalf(format string, args ...any)
}

// A stride is one step of the machine, seen from outside.
type stride struct {
	event         core.Event
	stale         bool // the event's socket is not live
	acts          []core.Action
	before, after core.Snapshot
	was, is       tick.Time // deadlines
}

func newHost(t *rapid.T) *host {
	cfg := drawConfig(t)
	dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "dice"), 0))
	return &host{cfg: cfg, roll: dice.Float64, m: core.New(&cfg, dice.Float64)}
}

func drawConfig(t *rapid.T) core.Config {
	span := func(name string, of ...tick.Duration) tick.Duration { return rapid.SampledFrom(of).Draw(t, name) }
	number := func(name string, of ...int) int { return rapid.SampledFrom(of).Draw(t, name) }
	const ms, s = tick.Millisecond, tick.Second
	base := span("baseDelay", s, 100*ms, 0)
	return core.Config{
		DropIn:              rapid.Bool().Draw(t, "dropIn"),
		MaxRetries:          number("maxRetries", 2, 10, 0, core.Unlimited),
		BaseDelay:           base,
		MaxDelay:            max(base, span("maxDelay", 30*s, s)),
		Multiplier:          2,
		Jitter:              0.1,
		JitterMode:          rapid.SampledFrom([]backoff.Mode{backoff.Proportional, backoff.Full, backoff.Equal, backoff.Decorrelated, backoff.Custom, backoff.Custom}).Draw(t, "jitter"),
		ConnectionTimeout:   span("connectionTimeout", 10*s, s, tick.Forever),
		CloseTimeout:        span("closeTimeout", 2*s, tick.Forever),
		MinUptime:           span("minUptime", 5*s, 0),
		HeartbeatInterval:   span("heartbeatInterval", 30*s, s, tick.Forever),
		HeartbeatTimeout:    span("heartbeatTimeout", 5*s, tick.Forever),
		HeartbeatMinTimeout: span("heartbeatMinTimeout", tick.Forever, 100*ms),
		HiddenPolicy:        rapid.SampledFrom([]core.HiddenPolicy{core.HiddenNormal, core.HiddenLazy, core.HiddenPark}).Draw(t, "hiddenPolicy"),
		FailureThreshold:    number("failureThreshold", 3, 1, 0),
		ErrorRate:           rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "errorRate"),
		ErrorWindow:         span("window", 60*s, 5*s),
		VolumeThreshold:     number("volumeThreshold", 2, 1),
		CircuitExclude:      core.Classes(rapid.SampledFrom([]core.Classes{0, core.ClassesOf(core.HandshakeRefused, core.ClosedByPolicy)}).Draw(t, "exclude")),
		CircuitName:         number("circuitName", 0, 1),
		RetryTokens:         number("tokens", core.Unlimited, 1, 3),
		RetriesPerSecond:    rapid.SampledFrom([]float64{1, 0.1}).Draw(t, "perSecond"),
		ResetTimeout:        span("resetTimeout", 60*s, 3*s),
		HalfOpenMaxRequests: number("halfOpenMaxRequests", 1, 3),
		QueueMessages:       number("maxMessages", 5, 0, core.Unlimited),
		QueueBytes:          number("maxBytes", 100, core.Unlimited),
		QueueAge:            span("maxAge", tick.Forever, 20*s),
		Overflow:            rapid.SampledFrom([]queue.Overflow{queue.DropOldest, queue.DropNewest, queue.Reject}).Draw(t, "overflow"),
	}
}

// step gives the machine one event and looks at what it does about it.
func (h *host) step(t failer, e core.Event) {
	s := stride{event: e, before: h.m.Snapshot(), was: h.m.Deadline()}
	switch e.Kind {
	case core.Phase, core.PutOff, core.Opened, core.Closed, core.Replied, core.Heard, core.Hint:
		s.stale = !(h.live && e.Gen == h.newest) && !(h.spare != 0 && e.Gen == h.spare)
	case core.Delayed:
		s.stale = h.question == 0 || e.Gen != h.question
	}
	h.now = max(h.now, h.clock)
	if e.Kind == core.TakeBack {
		h.waiting = nil
	}
	s.acts = slices.Clone(h.m.Step(h.clock, e))
	s.after, s.is = h.m.Snapshot(), h.m.Deadline()
	if !s.stale {
		h.restored = false
	}
	h.note(e, s.stale)
	switch {
	case e.Kind == core.Connect && s.before.State == core.StateClosing:
		h.reopen = true
	case e.Kind == core.Close, e.Kind == core.Reconnect, s.before.State != core.StateClosing:
		h.reopen = false
	}
	for _, inv := range invariants {
		if broken := inv.check(h, s); broken != "" {
			t.Fatalf("%s: %s\n  %+v\n  gave %+v", inv.name, broken, e, s.acts)
		}
	}
	if e.Kind == core.Dispose {
		h.disposed = true
	}
}

// note is what an event means for the host itself.
func (h *host) note(e core.Event, stale bool) {
	switch {
	case e.Kind == core.Offline:
		h.offline = true
	case e.Kind == core.Online:
		h.offline = false
	case e.Kind == core.Hidden:
		h.hidden = true
	case e.Kind == core.Visible:
		h.hidden = false
	case stale:
	case h.spare != 0 && e.Gen == h.spare:
		h.noteSpare(e)
	case e.Kind == core.Opened:
		h.opened = true
	case e.Kind == core.Phase && !h.opened:
		h.limit = e.Span
	case e.Kind == core.MarkHealthy && h.state == core.StateOpen:
		h.marked = true
	case e.Kind == core.PutOff && !h.opened:
		h.live, h.delayed = false, true
	case e.Kind == core.Closed:
		h.live, h.asked = false, false
	case e.Kind == core.Heard, e.Kind == core.Replied:
		h.asked = false
	}
}

// noteSpare is note for an event of the spare. One that closes after its opening
// takes over all the same: what it has received is to be delivered.
func (h *host) noteSpare(e core.Event) {
	switch {
	case e.Kind == core.Opened:
		h.spareOpen = true
	case e.Kind == core.Closed && h.parting:
		h.spareDead = true
	case e.Kind == core.Closed:
		h.noSpare()
	}
}

func (h *host) noSpare() { h.spare, h.spareOpen, h.spareDead, h.parting = 0, false, false, false }

// crash replaces the machine by a new one: the old one has died.
func (h *host) crash(t failer) {
	snap := h.m.Snapshot()
	h.m = core.New(&h.cfg, h.roll)
	h.m.Restore(h.clock, snap)
	if h.clock < h.now { // the retries before were at times that have yet to come
		h.retried = 0
	}
	h.now, h.asked, h.restored, h.reopen, h.limit = h.clock, false, true, false, h.cfg.ConnectionTimeout
	h.marked, h.delayed, h.question = false, false, 0
	h.notBefore = 0 // dies with the machine; the wait itself does not
	again := h.m.Snapshot()
	again.RoundTrip, again.Smoothed = snap.RoundTrip, snap.Smoothed // begin anew
	if again != snap {
		t.Fatalf("RestoreIsFaithful: %+v became %+v", snap, again)
	}
	waited := h.waiting
	h.waiting = nil
	for _, w := range waited {
		e := core.Event{Kind: core.Enqueue, ID: w.id, Priority: w.priority}
		if w.until != tick.Never {
			e.TTL = w.until.Sub(h.now)
		}
		h.waiting = append(h.waiting, w)
		h.step(t, e)
	}
	if h.offline {
		h.step(t, core.Event{Kind: core.Offline})
	}
	if h.hidden {
		h.step(t, core.Event{Kind: core.Hidden})
	}
}

// reload replaces the machine by one that has read its dump: "a machine that
// has loaded a dump goes on as the dumped one does".
func (h *host) reload(t failer) {
	w := dump.Writer(nil)
	h.m.Visit(w)
	again := core.New(&h.cfg, h.roll)
	r := dump.Reader(w.Numbers)
	again.Visit(r)
	if len(r.Numbers) > 0 {
		t.Fatalf("DumpIsExact: %d numbers were not read", len(r.Numbers))
	}
	w2 := dump.Writer(nil)
	again.Visit(w2)
	if !slices.Equal(w.Numbers, w2.Numbers) || !core.SameButQueue(again, h.m) {
		t.Fatalf("DumpIsExact: the dump\n  %v\nbecame\n  %v", w.Numbers, w2.Numbers)
	}
	h.m = again
}

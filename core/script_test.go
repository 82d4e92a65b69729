package core_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A script drives one machine by commands, one a line:
//
//	new key=value…         a machine with these options; jitter=0 unless said; roll=0.5 says what the dice show
//	drop-in key=value…     the same, constructed as a WHATWG WebSocket
//	connect, close [code=], reconnect, handover, trip, reset, mark-healthy, dispose
//	online, offline, hidden, visible, wake
//	drain within= [spread=]
//	opened [gen=]          of the newest socket unless said, as all of the next
//	closed code= [clean] [reached=somebody|nobody|hook] [verdict=] [retry=1s] [spread=1s] [gen=]
//	phase 3s class= [gen=] the dial has come to a part that may take so long
//	put-off 3s [gen=]      the dial is to be made later
//	refuse [times=]        the dial fails; with times, so do the dials after it
//	delayed 3s|none [gen=] the user's own jitter says how long to wait, or does not
//	hint retry= [spread=1s] [gen=] the server says when the dial after the socket is to come
//	replied ms= [gen=], heard ms=|never [gen=]
//	enqueue id= [bytes=] [count=] [priority=] [ttl=2s] [waited=1s] [replaces=]
//	take-back              the user takes back what waits
//	advance 5s             lets time pass; timers fire on the way
//	sleep 5s               lets time pass; no timer fires
//	clock 5s               says what a clock shows that may have run backwards
//	deadline               jumps to the deadline; the timer fires
//	timer                  the timer fires now, called for or not
//	state, snapshot        what the machine says of itself
//	restore [at=]          a new machine, from the snapshot of the old one
type script struct {
	t       *testing.T
	at      string // where the command is written
	cfg     core.Config
	roll    float64
	m       *core.Machine
	now     tick.Time
	gen     uint32 // the newest socket
	pen     pen
	seen    map[move]bool
	out     []string
	dialled int // how many sockets were asked for
}

// take returns the output since the last take.
func (s *script) take() string {
	if len(s.out) == 0 {
		return "nothing\n"
	}
	text := strings.Join(s.out, "\n") + "\n"
	s.out = nil
	return text
}

func (s *script) fatalf(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("%s: %s", s.at, fmt.Sprintf(format, args...))
}

func (s *script) printf(format string, args ...any) {
	s.out = append(s.out, fmt.Sprintf(format, args...))
}

func (s *script) step(e core.Event) {
	switch e.Kind {
	case core.Phase, core.PutOff, core.Opened, core.Closed, core.Replied, core.Heard, core.Hint:
		if e.Gen != s.gen && e.Gen != s.m.Snapshot().Gen {
			s.printf("ignored: gen %d, current %d", e.Gen, s.gen)
		}
	}
	for _, a := range s.m.Step(s.now, e) {
		if a.Kind == core.EmitStateChange {
			s.seen[move{s.pen.state, a.State}] = true
		}
		if a.Kind == core.OpenSocket || a.Kind == core.OpenSpare {
			s.gen = a.Gen
			s.dialled++
		}
		s.printf("%-9s %s", drawTime(s.now), s.pen.draw(a))
	}
	// "each move gives exactly one StateChange"
	if s.m.State() != s.pen.state {
		s.fatalf("the machine is %v, the last StateChange said %v", s.m.State(), s.pen.state)
	}
}

// fire jumps to the deadline.
func (s *script) fire() {
	d := s.m.Deadline()
	if d == tick.Never {
		s.fatalf("the machine waits for nothing")
	}
	s.now = max(s.now, d)
	s.step(core.Event{Kind: core.Timer})
}

func (s *script) run(line string) {
	verb, args := command(line)
	if s.m == nil && verb != "new" && verb != "drop-in" {
		s.fatalf("%s comes before new", verb)
	}
	if kind, ok := plain[verb]; ok {
		s.step(core.Event{Kind: kind, Code: s.number(args, "code", 0)})
		s.used(line, args)
		return
	}
	gen := uint32(0)
	if s.m != nil {
		gen = uint32(s.number(args, "gen", int(s.gen)))
	}
	switch verb {
	case "new", "drop-in":
		s.create(args, verb == "drop-in")
	case "opened":
		s.step(core.Event{Kind: core.Opened, Gen: gen})
	case "closed":
		_, clean := args["clean"]
		delete(args, "clean")
		s.step(core.Event{Kind: core.Closed, Gen: gen, Code: s.number(args, "code", 1006), Clean: clean, Reached: s.reach(args),
			Verdict: named(s, args, "verdict", contract.Verdicts, core.ByCode), RetryAfter: s.spanOf(args, "retry"), Spread: s.spanOf(args, "spread")})
	case "phase":
		class := named(s, args, "class", contract.Classes, core.NoError)
		s.step(core.Event{Kind: core.Phase, Gen: gen, Class: class, Span: s.bare(args)})
	case "put-off":
		s.step(core.Event{Kind: core.PutOff, Gen: gen, Span: s.bare(args)})
	case "delayed":
		span := tick.Duration(-1)
		if _, none := args["none"]; none {
			delete(args, "none")
		} else {
			span = s.bare(args)
		}
		s.step(core.Event{Kind: core.Delayed, Gen: gen, Span: span})
	case "drain":
		within, spread := s.span(args["within"]), tick.Duration(0)
		if text, ok := args["spread"]; ok {
			spread = s.span(text)
		}
		delete(args, "within")
		delete(args, "spread")
		s.step(core.Event{Kind: core.Drain, Within: within, Spread: spread})
	case "refuse":
		reached := s.reach(args)
		for i := range s.number(args, "times", 1) {
			for n := s.dialled; i > 0 && n == s.dialled; {
				s.fire()
			}
			s.step(core.Event{Kind: core.Closed, Gen: s.gen, Code: 1006, Reached: reached})
		}
	case "hint":
		s.step(core.Event{Kind: core.Hint, Gen: gen, RetryAfter: s.spanOf(args, "retry"), Spread: s.spanOf(args, "spread")})
	case "replied":
		s.step(core.Event{Kind: core.Replied, Gen: gen, Span: s.millis(args)})
	case "heard":
		s.step(core.Event{Kind: core.Heard, Gen: gen, Span: s.millis(args)})
	case "enqueue":
		e := core.Event{Kind: core.Enqueue, ID: s.number(args, "id", 0), Bytes: s.number(args, "bytes", 1),
			Priority: s.number(args, "priority", 0), Replaces: s.number(args, "replaces", 0), TTL: s.optional(args, "ttl"), Span: s.optional(args, "waited")}
		for range s.number(args, "count", 1) {
			s.step(e)
			e.ID++
		}
	case "advance":
		until := s.now.Add(s.bare(args))
		for s.m.Deadline() <= until {
			s.fire()
		}
		s.now = until
	case "sleep":
		s.now = s.now.Add(s.bare(args))
	case "clock":
		s.now = tick.Time(s.bare(args))
	case "deadline":
		s.fire()
	case "state":
		s.printf("%-9s %v, circuit %v, deadline %s", drawTime(s.now), s.m.State(), s.m.Snapshot().Circuit, drawTime(s.m.Deadline()))
	case "peer": // another machine that shares the circuit or the budget
		for _, d := range deeds {
			if _, ok := args[d.name]; ok {
				delete(args, d.name)
				for _, e := range d.news(s.cfg, s.m, s.now) {
					s.step(e)
				}
			}
		}
	case "snapshot":
		s.printf("%s", drawTime(s.now))
		s.out = append(s.out, drawSnapshot(s.m.Snapshot())...)
	case "restore":
		snap := s.m.Snapshot()
		if at, ok := args["at"]; ok {
			s.now = tick.Time(s.span(at))
			delete(args, "at")
		}
		s.m = core.New(&s.cfg, func() float64 { return s.roll })
		s.m.Restore(s.now, snap)
		if got := s.m.Snapshot(); got != snap {
			s.printf("restored as %+v", got)
		}
	default:
		s.fatalf("no such verb: %s", verb)
	}
	s.used(line, args)
}

// plain verbs are events with no more than a code.
var plain = map[string]core.EventKind{
	"timer": core.Timer, "connect": core.Connect, "close": core.Close, "reconnect": core.Reconnect, "handover": core.Handover,
	"trip": core.TripCircuit, "reset": core.ResetCircuit, "mark-healthy": core.MarkHealthy, "dispose": core.Dispose, "take-back": core.TakeBack,
	"online": core.Online, "offline": core.Offline, "hidden": core.Hidden, "visible": core.Visible, "wake": core.Wake,
}

// command splits "verb key=value word" into the verb and its arguments.
func command(line string) (verb string, args map[string]string) {
	fields := strings.Fields(line)
	args = map[string]string{}
	for _, f := range fields[1:] {
		key, value, _ := strings.Cut(f, "=")
		args[key] = value
	}
	return fields[0], args
}

// used fails if an argument was not understood.
func (s *script) used(line string, args map[string]string) {
	if len(args) > 0 {
		s.fatalf("%q: not understood: %v", line, args)
	}
}

func (s *script) number(args map[string]string, key string, unset int) int {
	text, ok := args[key]
	if !ok {
		return unset
	}
	delete(args, key)
	if text == "Infinity" {
		return core.Unlimited
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		s.fatalf("%s: %v", key, err)
	}
	return n
}

func (s *script) span(text string) tick.Duration {
	if text == "Infinity" || text == "false" {
		return tick.Forever
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		s.fatalf("%v", err)
	}
	return tick.Duration(d.Microseconds())
}

// optional takes key=, a span; 0 where it is not said.
func (s *script) optional(args map[string]string, key string) tick.Duration {
	text, ok := args[key]
	if !ok {
		return 0
	}
	delete(args, key)
	return s.span(text)
}

// bare takes the only argument, a span.
func (s *script) bare(args map[string]string) tick.Duration {
	for text := range args {
		delete(args, text)
		return s.span(text)
	}
	s.fatalf("how long?")
	return 0
}

// spanOf takes a span by its name; 0 if it is not said.
func (s *script) spanOf(args map[string]string, key string) tick.Duration {
	text, ok := args[key]
	if !ok {
		return 0
	}
	delete(args, key)
	return s.span(text)
}

// named takes a member of an enumeration by its text.
func named[T ~uint8](s *script, args map[string]string, key string, names []contract.Name, unset T) T {
	text, ok := args[key]
	if !ok {
		return unset
	}
	delete(args, key)
	i := slices.IndexFunc(names, func(n contract.Name) bool { return n.Text == text })
	if i < 0 {
		s.fatalf("%s: no such name: %s", key, text)
	}
	return T(i)
}

// millis takes ms=, or "never".
func (s *script) millis(args map[string]string) tick.Duration {
	if _, ok := args["never"]; ok {
		delete(args, "never")
		return tick.Forever
	}
	return tick.FromMillis(float64(s.number(args, "ms", 0)))
}

func (s *script) reach(args map[string]string) core.Reach {
	word := args["reached"]
	delete(args, "reached")
	switch word {
	case "somebody":
		return core.SomebodyThere
	case "nobody":
		return core.NobodyThere
	case "hook":
		return core.HookFailed
	}
	return core.ReachUnknown
}

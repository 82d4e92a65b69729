// Package breaker is a circuit breaker for dials.
//
//	      failures ≥ FailureThreshold,
//	      or error rate ≥ ErrorRate
//	CLOSED ────────────────────────────────▶ OPEN ◀───────────────┐
//	   ▲                                      │ ResetTimeout       │ a trial
//	   │ a trial succeeds                     ▼                    │ fails
//	   └─────────────────────────────── HALF-OPEN ─────────────────┘
//
// HALF-OPEN is derived from time, so there is no timer to lose: an open circuit
// is half-open from the moment its reset timeout has passed. Half-open lets at
// most Trials dials be under way at once, and the first that ends decides: so
// there are exactly Trials of them, and those that were called off are given
// back.
//
// Every dial carries a [Permit]. A permit belongs to one generation of the
// circuit; the outcome of a dial that began before the circuit last changed
// says nothing about it now and is ignored.
//
// A Breaker is a value without pointers: a copy is a circuit of its own, == says
// whether two are the same, and nothing here allocates. Machines that share a
// circuit have a copy each.
package breaker

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A State is the state of a circuit.
type State uint8

const (
	Closed   State = iota // dials go through
	Open                  // no dial goes through
	HalfOpen              // a few trials go through
)

func (s State) String() string {
	return [...]string{"CLOSED", "OPEN", "HALF-OPEN"}[s]
}

// A Config is when a circuit opens and for how long.
type Config struct {
	FailureThreshold int           // consecutive failures that open it; 0: it never opens by itself
	ErrorRate        float64       // the share of failures, 0 to 1, that opens it; 0 or more than 1: none does
	Window           tick.Duration // the time that ErrorRate looks back on
	VolumeThreshold  int           // outcomes in the window below which ErrorRate does not count
	ResetTimeout     tick.Duration // from open to half-open
	Trials           int           // dials under way at once while half-open, at least 1
}

// A Permit is the leave to make one dial. Its zero value is no permit.
type Permit struct{ generation uint32 }

// A Breaker is one circuit. Its zero value is not ready: use [New].
type Breaker struct {
	state      State
	held       bool // opened by hand: good news does not test it
	generation uint32
	failures   int
	trials     int // under way, in HalfOpen
	until      tick.Time
	window     window
	trips      int
	refusals   int
}

// A Summary is what a [Breaker] shows of itself, and what [Breaker.Restore] needs.
type Summary struct {
	State    State
	Failures int       // in a row
	Until    tick.Time // when an open circuit becomes half-open; else [tick.Never]
	Good     int       // successes in the window
	Bad      int       // failures in the window
	Trips    int       // how often it has opened
	Refusals int       // permits that were asked for in vain
}

// New returns a closed circuit.
func New() Breaker { return Breaker{generation: 1} }

// State returns the state at now.
func (b *Breaker) State(now tick.Time) State {
	if b.state == Open && now >= b.until {
		b.become(HalfOpen)
	}
	return b.state
}

// Failures returns the number of failures in a row.
func (b *Breaker) Failures() int { return b.failures }

// Until returns when an open circuit becomes half-open, and [tick.Never] when
// the circuit is not open.
func (b *Breaker) Until() tick.Time {
	if b.state == Open {
		return b.until
	}
	return tick.Never
}

// Summary describes the circuit as of now.
func (b *Breaker) Summary(cfg Config, now tick.Time) Summary {
	good, bad := b.window.count(cfg, now)
	return Summary{b.state, b.failures, b.Until(), good, bad, b.trips, b.refusals}
}

// Admits reports whether a dial at now would be let through.
func (b *Breaker) Admits(cfg Config, now tick.Time) bool {
	s := b.State(now)
	return s == Closed || s == HalfOpen && b.trials < max(cfg.Trials, 1)
}

// Permit asks for a dial at now.
func (b *Breaker) Permit(cfg Config, now tick.Time) (Permit, bool) {
	if !b.Admits(cfg, now) {
		b.refusals++
		return Permit{}, false
	}
	if b.state == HalfOpen {
		b.trials++
	}
	return Permit{b.generation}, true
}

// Success reports that the dial under p gave a healthy connection.
func (b *Breaker) Success(cfg Config, p Permit, now tick.Time) {
	if p.generation != b.generation {
		return
	}
	b.failures = 0
	b.window.add(cfg, now, 1, 0)
	if b.State(now) == HalfOpen {
		b.become(Closed)
	}
}

// Failure reports that the dial under p did not.
func (b *Breaker) Failure(cfg Config, p Permit, now tick.Time) {
	if p.generation != b.generation {
		return
	}
	b.failures++
	b.window.add(cfg, now, 0, 1)
	if b.State(now) == HalfOpen || cfg.FailureThreshold > 0 && b.failures >= cfg.FailureThreshold || b.tooMany(cfg, now) {
		b.Trip(cfg, now)
	}
}

// tooMany reports whether the error rate is reached.
func (b *Breaker) tooMany(cfg Config, now tick.Time) bool {
	good, bad := b.window.count(cfg, now)
	return cfg.ErrorRate > 0 && good+bad >= cfg.VolumeThreshold && float64(bad) >= cfg.ErrorRate*float64(good+bad)
}

// Release gives a permit back without a verdict: the dial was called off.
func (b *Breaker) Release(p Permit) {
	if p.generation == b.generation && b.state == HalfOpen && b.trials > 0 {
		b.trials--
	}
}

// Trip opens the circuit, for ResetTimeout from now.
func (b *Breaker) Trip(cfg Config, now tick.Time) {
	if b.State(now) != Open {
		b.trips++
	}
	b.become(Open)
	b.until = now.Add(cfg.ResetTimeout)
}

// Hold opens the circuit by hand: as Trip does, and says so by Held.
func (b *Breaker) Hold(cfg Config, now tick.Time) {
	b.Trip(cfg, now)
	b.held = true
}

// Held reports whether the circuit is open by hand.
func (b *Breaker) Held() bool { return b.held }

// Reset closes the circuit and forgets all failures.
func (b *Breaker) Reset() {
	b.become(Closed)
	b.failures = 0
}

// Retest makes an open circuit half-open ahead of its time.
func (b *Breaker) Retest() {
	if b.state == Open {
		b.become(HalfOpen)
	}
}

// Restore sets a circuit to what another showed of itself, at now. The trials
// under way are left out: those who make them ask for their permits again.
func (b *Breaker) Restore(cfg Config, s Summary, now tick.Time) {
	b.become(s.State)
	b.failures, b.until, b.trips, b.refusals = s.Failures, s.Until, s.Trips, s.Refusals
	b.window.add(cfg, now, s.Good, s.Bad)
}

func (b *Breaker) become(s State) {
	b.state = s
	b.trials = 0
	b.held = false
	b.generation++
	if s == Closed { // what was before is not held against it
		b.window = window{}
	}
}

// Visit dumps or loads the circuit.
func (b *Breaker) Visit(c *dump.Codec) {
	dump.Int(c, &b.state)
	dump.Int(c, &b.generation)
	dump.Int(c, &b.failures)
	dump.Int(c, &b.trials)
	dump.Int(c, &b.until)
	c.Bool(&b.held)
	dump.Int(c, &b.trips)
	dump.Int(c, &b.refusals)
	b.window.visit(c)
}

// Visit dumps or loads the permit.
func (p *Permit) Visit(c *dump.Codec) { dump.Int(c, &p.generation) }

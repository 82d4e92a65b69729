// Package breaker is a circuit breaker for dials.
//
//	          failures ≥ FailureThreshold
//	CLOSED ────────────────────────────────▶ OPEN ◀───────────────┐
//	   ▲                                      │ ResetTimeout       │ a trial
//	   │ a trial succeeds                     ▼                    │ fails
//	   └─────────────────────────────── HALF-OPEN ─────────────────┘
//
// HALF-OPEN is derived from time, so there is no timer to lose: an open circuit
// is half-open from the moment its reset timeout has passed. Half-open lets at
// most Trials dials be under way at once.
//
// Every dial carries a [Permit]. A permit belongs to one generation of the
// circuit; the outcome of a dial that began before the circuit last changed
// says nothing about it now and is ignored.
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
	ResetTimeout     tick.Duration // from open to half-open
	Trials           int           // dials under way at once while half-open, at least 1
}

// A Permit is the leave to make one dial. Its zero value is no permit.
type Permit struct{ generation uint32 }

// A Breaker is one circuit. Its zero value is not ready: use [New].
type Breaker struct {
	state      State
	generation uint32
	failures   int
	trials     int // under way, in HalfOpen
	until      tick.Time
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

// Permit asks for a dial at now.
func (b *Breaker) Permit(cfg Config, now tick.Time) (Permit, bool) {
	switch b.State(now) {
	case Open:
		return Permit{}, false
	case HalfOpen:
		if b.trials >= max(cfg.Trials, 1) {
			return Permit{}, false
		}
		b.trials++
	}
	return Permit{b.generation}, true
}

// Success reports that the dial under p gave a healthy connection.
func (b *Breaker) Success(p Permit, now tick.Time) {
	if p.generation != b.generation {
		return
	}
	b.failures = 0
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
	if b.State(now) == HalfOpen || cfg.FailureThreshold > 0 && b.failures >= cfg.FailureThreshold {
		b.Trip(cfg, now)
	}
}

// Release gives a permit back without a verdict: the dial was called off.
func (b *Breaker) Release(p Permit) {
	if p.generation == b.generation && b.state == HalfOpen && b.trials > 0 {
		b.trials--
	}
}

// Trip opens the circuit, for ResetTimeout from now.
func (b *Breaker) Trip(cfg Config, now tick.Time) {
	b.become(Open)
	b.until = now.Add(cfg.ResetTimeout)
}

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

// Restore sets a circuit to what a snapshot said of it.
func (b *Breaker) Restore(s State, failures int, until tick.Time) {
	b.become(s)
	b.failures, b.until = failures, until
}

func (b *Breaker) become(s State) {
	b.state = s
	b.trials = 0
	b.generation++
}

// Visit dumps or loads the circuit.
func (b *Breaker) Visit(c *dump.Codec) {
	dump.Int(c, &b.state)
	dump.Int(c, &b.generation)
	dump.Int(c, &b.failures)
	dump.Int(c, &b.trials)
	dump.Int(c, &b.until)
}

// Visit dumps or loads the permit.
func (p *Permit) Visit(c *dump.Codec) { dump.Int(c, &p.generation) }

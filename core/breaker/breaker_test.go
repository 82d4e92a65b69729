package breaker_test

import (
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

const sec = tick.Second

var cfg = Config{FailureThreshold: 3, Window: 60 * sec, ResetTimeout: 60 * sec, Trials: 2}

func at(d tick.Duration) tick.Time { return tick.Time(d) }

func wantState(t *testing.T, b *Breaker, now tick.Duration, want State, why string) {
	t.Helper()
	if got := b.State(at(now)); got != want {
		t.Fatalf("at %d s the circuit is %v, want %v: %s", now/sec, got, want, why)
	}
}

func permit(t *testing.T, b *Breaker, now tick.Duration) Permit {
	t.Helper()
	p, ok := b.Permit(cfg, at(now))
	if !ok {
		t.Fatalf("at %d s no dial goes through", now/sec)
	}
	return p
}

func wantRefused(t *testing.T, b *Breaker, now tick.Duration, why string) {
	t.Helper()
	if p, ok := b.Permit(cfg, at(now)); ok || p != (Permit{}) {
		t.Fatalf("at %d s a dial goes through: %s", now/sec, why)
	}
}

// tripped returns a circuit that opened at 0.
func tripped() *Breaker {
	b := New()
	b.Trip(cfg, 0)
	return &b
}

func TestNames(t *testing.T) {
	for s, want := range map[State]string{Closed: "CLOSED", Open: "OPEN", HalfOpen: "HALF-OPEN"} {
		if s.String() != want {
			t.Errorf("state %d is called %v, want %s", s, s, want)
		}
	}
}

func TestClosed(t *testing.T) {
	b := New()
	wantState(t, &b, 0, Closed, "new")
	if b.Until() != tick.Never {
		t.Fatal("a closed circuit waits for nothing")
	}
	for range 10 {
		permit(t, &b, 0) // "dials go through"
	}
	b.Failure(cfg, permit(t, &b, 0), 0)
	b.Failure(cfg, permit(t, &b, 0), 0)
	b.Success(cfg, permit(t, &b, 0), 0)
	if b.Failures() != 0 {
		t.Fatal("a success ends the row of failures")
	}
	// "failures ≥ FailureThreshold"
	for range 3 {
		wantState(t, &b, 0, Closed, "fewer failures than the threshold")
		b.Failure(cfg, permit(t, &b, 0), at(sec))
	}
	wantState(t, &b, sec, Open, "as many failures as the threshold")
	if b.Until() != at(61*sec) || b.Failures() != 3 {
		t.Fatalf("open until %d with %d failures", b.Until(), b.Failures())
	}
}

// "0: it never opens by itself"
func TestNoThreshold(t *testing.T) {
	b, off := New(), Config{ResetTimeout: sec}
	for range 1000 {
		p, ok := b.Permit(off, 0)
		if !ok {
			t.Fatal("it opened")
		}
		b.Failure(off, p, 0)
	}
	wantState(t, &b, 0, Closed, "no threshold")
}

func TestOpen(t *testing.T) {
	b := tripped()
	wantRefused(t, b, 0, "no dial goes through")
	wantRefused(t, b, 60*sec-1, "no dial goes through")
	b.Release(Permit{})
	b.Trip(cfg, at(30*sec)) // "for ResetTimeout from now"
	if b.Until() != at(90*sec) {
		t.Fatalf("open until %d", b.Until())
	}
	b.Retest() // "makes an open circuit half-open ahead of its time"
	wantState(t, b, 31*sec, HalfOpen, "retested")
	if b.Until() != tick.Never {
		t.Fatal("a half-open circuit waits for nothing")
	}
}

// "an open circuit is half-open from the moment its reset timeout has passed"
func TestHalfOpenIsDerivedFromTime(t *testing.T) {
	wantState(t, tripped(), 60*sec-1, Open, "not yet")
	wantState(t, tripped(), 60*sec, HalfOpen, "the moment")
	wantState(t, tripped(), 1e6*sec, HalfOpen, "nobody looked in between")
}

func TestHalfOpen(t *testing.T) {
	b := tripped()
	first, second := permit(t, b, 60*sec), permit(t, b, 60*sec)
	wantRefused(t, b, 60*sec, "at most Trials dials under way at once")
	b.Release(first) // "gives a permit back without a verdict"
	third := permit(t, b, 61*sec)
	wantRefused(t, b, 61*sec, "at most Trials dials under way at once")
	b.Success(cfg, third, at(62*sec))
	wantState(t, b, 62*sec, Closed, "a trial succeeds")
	if b.Failures() != 0 {
		t.Fatal("failures are forgotten")
	}
	b.Failure(cfg, second, at(63*sec))
	if b.Failures() != 0 {
		t.Fatal("the other trial began before the circuit last changed")
	}

	b = tripped()
	b.Failure(cfg, permit(t, b, 60*sec), at(65*sec))
	wantState(t, b, 65*sec, Open, "a trial fails")
	if b.Until() != at(125*sec) {
		t.Fatalf("open until %d, want a reset timeout from the failure", b.Until())
	}
}

// However often a permit is given back, no more than Trials are out.
func TestReleasedTwice(t *testing.T) {
	b := tripped()
	p := permit(t, b, 60*sec)
	b.Release(p)
	b.Release(p)
	permit(t, b, 60*sec)
	permit(t, b, 60*sec)
	wantRefused(t, b, 60*sec, "the second release freed nothing")
}

// "Trials … at least 1"
func TestTrialsIsAtLeastOne(t *testing.T) {
	b := tripped()
	if _, ok := b.Permit(Config{ResetTimeout: 60 * sec}, at(60*sec)); !ok {
		t.Fatal("no trial: the circuit would never close")
	}
}

// "the outcome of a dial that began before the circuit last changed says
// nothing about it now and is ignored"
func TestStaleOutcomesAreIgnored(t *testing.T) {
	b := New()
	old := permit(t, &b, 0)
	b.Trip(cfg, 0)
	b.Success(cfg, old, at(sec))
	wantState(t, &b, sec, Open, "a success from before")
	b.Success(cfg, Permit{}, at(sec))
	b.Failure(cfg, Permit{}, at(sec))
	if b.Failures() != 0 {
		t.Fatal("no permit, no verdict")
	}
	trial := permit(t, &b, 60*sec)
	b.Failure(cfg, old, at(60*sec))
	b.Release(old)
	wantState(t, &b, 60*sec, HalfOpen, "a failure from before")
	permit(t, &b, 60*sec)
	wantRefused(t, &b, 60*sec, "the stale release freed nothing")
	b.Reset()
	b.Failure(cfg, trial, at(61*sec))
	wantState(t, &b, 61*sec, Closed, "a trial from before the reset")
}

// "closes the circuit and forgets all failures"
func TestReset(t *testing.T) {
	b := New()
	b.Failure(cfg, permit(t, &b, 0), 0)
	b.Trip(cfg, 0)
	b.Reset()
	wantState(t, &b, 0, Closed, "reset")
	if b.Failures() != 0 || b.Until() != tick.Never {
		t.Fatalf("%d failures, until %d", b.Failures(), b.Until())
	}
	b.Retest()
	wantState(t, &b, 0, Closed, "only an open circuit is retested")
}

func TestRestore(t *testing.T) {
	b := New()
	b.Restore(cfg, Summary{State: Open, Failures: 4, Until: at(10 * sec), Bad: 2, Trips: 7, Refusals: 9}, 0)
	wantState(t, &b, 9*sec, Open, "what the snapshot said")
	wantState(t, &b, 10*sec, HalfOpen, "what the snapshot said")
	if got, want := b.Summary(cfg, at(10*sec)), (Summary{State: HalfOpen, Failures: 4, Until: tick.Never, Bad: 2, Trips: 7, Refusals: 9}); got != want {
		t.Fatalf("%+v, want %+v", got, want)
	}
}

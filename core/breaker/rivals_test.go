package breaker_test

import (
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Half-open is where circuit breakers go wrong. Each of these was reported of
// one in use, and must not be true of ours.

// opossum#276: a trial that fails when fewer calls than the volume threshold are
// in the window leaves the circuit half-open for ever, and every call is refused.
func TestPain19Opossum276TrialFailsBelowTheVolumeThreshold(t *testing.T) {
	cfg := Config{ErrorRate: 0.5, Window: 10 * sec, VolumeThreshold: 5, ResetTimeout: 60 * sec, Trials: 1}
	b := New()
	for range 5 {
		p, _ := b.Permit(cfg, 0)
		b.Failure(cfg, p, 0)
	}
	wantState(t, &b, 0, Open, "five of five failed")
	for round := range tick.Duration(3) {
		now := (round + 1) * 60 * sec // all that was in the window is forgotten
		p, ok := b.Permit(cfg, at(now))
		if !ok {
			t.Fatalf("round %d: no trial", round)
		}
		b.Failure(cfg, p, at(now))
		wantState(t, &b, now, Open, "a trial failed, however few there were")
	}
}

// opossum#385: of several calls that fail together, the second to open the
// circuit stops the timer that would have made it half-open.
func TestPain19Opossum385FailuresAtTheSameTime(t *testing.T) {
	b := New()
	var all []Permit
	for range 6 {
		all = append(all, permit(t, &b, 0))
	}
	for _, p := range all {
		b.Failure(cfg, p, at(sec))
	}
	wantState(t, &b, sec, Open, "three of them were enough")
	if s := b.Summary(cfg, at(sec)); s.Trips != 1 || s.Until != at(61*sec) {
		t.Fatalf("%+v; want one opening, until 61 s", s)
	}
	wantState(t, &b, 61*sec, HalfOpen, "the others took nothing away")
}

// opossum#119, first half: half-open counts as not open, and everything is let
// through.
func TestPain19Opossum119NoFloodWhileHalfOpen(t *testing.T) {
	b := tripped()
	let := 0
	for range 1000 {
		if _, ok := b.Permit(cfg, at(60*sec)); ok {
			let++
		}
	}
	if s := b.Summary(cfg, at(60*sec)); let != cfg.Trials || s.Refusals != 1000-cfg.Trials {
		t.Fatalf("%d of 1000 were let through, %d refused; want exactly %d trials", let, s.Refusals, cfg.Trials)
	}
}

// opossum#119, second half: the one that fails does not open the circuit again,
// because the error rate has fallen meanwhile.
func TestPain19Opossum119AFailedTrialOpensAtAnyRate(t *testing.T) {
	cfg := Config{ErrorRate: 0.9, Window: 600 * sec, ResetTimeout: 60 * sec, Trials: 1}
	b := New()
	for range 10 {
		p, _ := b.Permit(cfg, 0)
		b.Success(cfg, p, 0)
	}
	b.Trip(cfg, 0)
	p, _ := b.Permit(cfg, at(60*sec))
	b.Failure(cfg, p, at(60*sec))
	wantState(t, &b, 60*sec, Open, "one failure among ten successes")
}

// opossum#388: a trial whose error is filtered out gives no verdict, and the
// next trial is never let through.
func TestPain19Opossum388AnExcludedErrorGivesTheTrialBack(t *testing.T) {
	b := tripped()
	for range 100 {
		p, q := permit(t, b, 60*sec), permit(t, b, 60*sec)
		b.Release(p)
		b.Release(q)
	}
	wantState(t, b, 60*sec, HalfOpen, "no verdict")
}

// opossum#484: the circuit is closed by its trial, and the next failure opens it
// over what it remembers of the time before.
func TestPain19Opossum484ClosedStaysClosed(t *testing.T) {
	cfg := Config{ErrorRate: 0.5, Window: 600 * sec, VolumeThreshold: 2, ResetTimeout: 60 * sec, Trials: 1}
	b := New()
	for range 50 {
		p, _ := b.Permit(cfg, 0)
		b.Failure(cfg, p, 0)
	}
	p, _ := b.Permit(cfg, at(60*sec))
	b.Success(cfg, p, at(60*sec))
	for range 2 {
		p, _ := b.Permit(cfg, at(61*sec))
		b.Success(cfg, p, at(61*sec))
	}
	p, _ = b.Permit(cfg, at(62*sec))
	b.Failure(cfg, p, at(62*sec))
	wantState(t, &b, 62*sec, Closed, "one of three failed since it closed")
}

// opossum#381: a call from before the circuit opened succeeds, and closes it
// though the reset timeout has not passed.
func TestPain19Opossum381ASuccessFromBeforeClosesNothing(t *testing.T) {
	b := New()
	slow := permit(t, &b, 0)
	for range 3 {
		b.Failure(cfg, permit(t, &b, 0), 0)
	}
	b.Success(cfg, slow, at(sec))
	wantState(t, &b, sec, Open, "it began before")
	b.Success(cfg, slow, at(61*sec))
	wantState(t, &b, 61*sec, HalfOpen, "it is no trial")
}

// opossum#719: half-open needs a timer, which whoever stores the circuit and
// loads it again does not have.
func TestPain19Opossum719HalfOpenWithoutATimer(t *testing.T) {
	stored := tripped().Summary(cfg, at(sec))
	b := New()
	b.Restore(cfg, stored, at(30*sec))
	wantState(t, &b, 60*sec-1, Open, "not yet")
	wantState(t, &b, 60*sec, HalfOpen, "nothing but time has passed")
}

// denoland/std#7306: a trial of an earlier half-open ends in a later one, and
// frees a place that this one has never given away.
func TestPain19DenoStd7306AStaleTrialFreesNothing(t *testing.T) {
	b := tripped()
	stale, failing := permit(t, b, 60*sec), permit(t, b, 60*sec)
	b.Failure(cfg, failing, at(60*sec))
	permit(t, b, 120*sec)
	permit(t, b, 120*sec)
	b.Release(stale)
	wantRefused(t, b, 120*sec, "both trials are under way")
	b.Success(cfg, stale, at(120*sec))
	wantState(t, b, 120*sec, HalfOpen, "its success is old news")
	b.Failure(cfg, stale, at(120*sec))
	wantState(t, b, 120*sec, HalfOpen, "so is its failure")
}

func TestErrorRate(t *testing.T) {
	cfg := Config{ErrorRate: 0.5, Window: 10 * sec, VolumeThreshold: 4, ResetTimeout: 60 * sec, Trials: 1}
	b := New()
	end := func(now tick.Duration, ok bool) {
		p, _ := b.Permit(cfg, at(now))
		if ok {
			b.Success(cfg, p, at(now))
		} else {
			b.Failure(cfg, p, at(now))
		}
	}
	end(0, true)
	end(0, true)
	end(0, false)
	wantState(t, &b, 0, Closed, "one of three")
	for range 3 {
		end(9*sec, false)
		wantState(t, &b, 9*sec, map[bool]State{true: Open, false: Closed}[b.Summary(cfg, at(9*sec)).Bad >= 2], "2 of 4 are half")
	}
	b.Reset()
	end(20*sec, false)
	end(20*sec, false)
	end(20*sec, false)
	wantState(t, &b, 20*sec, Closed, "three are fewer than the volume threshold")
	end(30*sec, false)
	wantState(t, &b, 30*sec, Closed, "the three are out of the window")
	if s := b.Summary(cfg, at(30*sec)); s.Bad != 1 || s.Failures != 4 {
		t.Fatalf("%+v; want one in the window, four in a row", s)
	}
}

func TestBreakerAllocatesNothing(t *testing.T) {
	cfg := Config{FailureThreshold: 3, ErrorRate: 0.5, Window: 10 * sec, ResetTimeout: sec, Trials: 1}
	b, now := New(), tick.Time(0)
	if n := testing.AllocsPerRun(1000, func() {
		now = now.Add(300 * tick.Millisecond)
		if p, ok := b.Permit(cfg, now); ok {
			b.Failure(cfg, p, now)
		}
		_ = b.Summary(cfg, now)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

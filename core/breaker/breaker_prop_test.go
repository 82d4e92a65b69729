package breaker_test

import (
	"testing"

	"pgregory.net/rapid"

	. "github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A random life of a circuit: permits never exceed Trials while half-open, no
// permit is given while open, and only the outcomes of the newest generation
// move it.
func TestLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := Config{
			FailureThreshold: rapid.IntRange(0, 4).Draw(t, "threshold"),
			ResetTimeout:     tick.Duration(rapid.IntRange(0, 10).Draw(t, "reset")) * sec,
			Trials:           rapid.IntRange(0, 3).Draw(t, "trials"),
			ErrorRate:        rapid.SampledFrom([]float64{0, 0.25, 0.5, 1}).Draw(t, "error rate"),
			Window:           tick.Duration(rapid.SampledFrom([]int{1, 10, 30}).Draw(t, "window")) * sec,
			VolumeThreshold:  rapid.IntRange(0, 5).Draw(t, "volume"),
		}
		b, now := New(), tick.Time(0)
		type dial struct {
			p  Permit
			in State // the circuit's state when it began
		}
		var live, old []dial // of this generation, and of earlier ones
		last := b.State(now)
		var seen outcomes
		change := func() {
			old, live = append(old, live...), nil
			if last == Closed {
				seen = nil
			}
		}
		look := func() State {
			if s := b.State(now); s != last {
				last = s
				change()
			}
			return last
		}
		take := func(from *[]dial) (d dial) {
			if len(*from) == 0 {
				t.Skip("none")
			}
			i := rapid.IntRange(0, len(*from)-1).Draw(t, "which")
			d = (*from)[i]
			*from = append((*from)[:i:i], (*from)[i+1:]...)
			return d
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				s := look()
				if s == HalfOpen && len(live) > max(cfg.Trials, 1) {
					t.Fatalf("%d trials are under way, %d are allowed", len(live), cfg.Trials)
				}
				if s == Open && now >= b.Until() {
					t.Fatal("the reset timeout has passed, and the circuit is still open")
				}
				if (s == Open) != (b.Until() != tick.Never) {
					t.Fatalf("%v until %d", s, b.Until())
				}
				if s == Closed && cfg.FailureThreshold > 0 && b.Failures() >= cfg.FailureThreshold {
					t.Fatalf("closed after %d failures", b.Failures())
				}
				good, bad := seen.count(cfg, now)
				if got := b.Summary(cfg, now); got.Good != good || got.Bad != bad {
					t.Fatalf("%d successes and %d failures in the window; it counts %d and %d", good, bad, got.Good, got.Bad)
				}
				if free := b.Admits(cfg, now); free != (s == Closed || s == HalfOpen && len(live) < max(cfg.Trials, 1)) {
					t.Fatalf("%v, %d under way: admits %v", s, len(live), free)
				}
			},
			"time": func(t *rapid.T) {
				now = now.Add(tick.Duration(rapid.IntRange(1, 12).Draw(t, "s")) * sec)
			},
			"dial": func(t *rapid.T) {
				s := look()
				p, ok := b.Permit(cfg, now)
				if s == Open && ok || s == Closed && !ok || s == HalfOpen && ok != (len(live) < max(cfg.Trials, 1)) {
					t.Fatalf("%v, %d under way: permit %v", s, len(live), ok)
				}
				if ok {
					live = append(live, dial{p, s})
				}
			},
			"succeed": func(t *rapid.T) {
				look()
				d := take(&live)
				b.Success(cfg, d.p, now)
				seen = append(seen, outcome{now, true})
				if b.Failures() != 0 || b.State(now) != Closed {
					t.Fatalf("after a success: %v, %d failures", b.State(now), b.Failures())
				}
			},
			"fail": func(t *rapid.T) {
				look()
				d, before := take(&live), b.Failures()
				b.Failure(cfg, d.p, now)
				seen = append(seen, outcome{now, false})
				good, bad := seen.count(cfg, now)
				tooMany := cfg.ErrorRate > 0 && good+bad >= cfg.VolumeThreshold && float64(bad) >= cfg.ErrorRate*float64(good+bad) ||
					cfg.FailureThreshold > 0 && before+1 >= cfg.FailureThreshold
				if cfg.ResetTimeout > 0 && d.in == Closed && tooMany != (b.State(now) == Open) {
					t.Fatalf("%d of %d failed, %d in a row: %v", bad, good+bad, before+1, b.State(now))
				}
				if b.Failures() != before+1 {
					t.Fatalf("%d failures, %d before", b.Failures(), before)
				}
				if cfg.ResetTimeout > 0 && d.in == HalfOpen && b.State(now) != Open {
					t.Fatalf("a trial failed and the circuit is %v", b.State(now))
				}
				if d.in == HalfOpen || tooMany { // open again, perhaps for no time at all
					last = Open
					change()
				}
			},
			"release": func(t *rapid.T) {
				look()
				b.Release(take(&live).p)
			},
			"stale": func(t *rapid.T) {
				look()
				d, was, failures, until := take(&old), b.State(now), b.Failures(), b.Until()
				switch rapid.IntRange(0, 2).Draw(t, "outcome") {
				case 0:
					b.Success(cfg, d.p, now)
				case 1:
					b.Failure(cfg, d.p, now)
				case 2:
					b.Release(d.p)
				}
				if b.State(now) != was || b.Failures() != failures || b.Until() != until {
					t.Fatalf("a stale outcome moved the circuit from %v to %v", was, b.State(now))
				}
			},
			"trip":   func(*rapid.T) { look(); b.Trip(cfg, now); last = Open; change() },
			"reset":  func(*rapid.T) { look(); b.Reset(); last = Closed; change() },
			"retest": func(*rapid.T) { look(); b.Retest() },
		})
	})
}

// An outcome counts as long as fewer than ten tenths of the window have begun
// since.
type outcome struct {
	at tick.Time
	ok bool
}

type outcomes []outcome

func (all outcomes) count(cfg Config, now tick.Time) (good, bad int) {
	tenth := tick.Time(cfg.Window / 10)
	for _, o := range all {
		switch {
		case now/tenth-o.at/tenth >= 10:
		case o.ok:
			good++
		default:
			bad++
		}
	}
	return good, bad
}

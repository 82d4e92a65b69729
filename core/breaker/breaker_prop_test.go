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
		}
		b, now := New(), tick.Time(0)
		type dial struct {
			p  Permit
			in State // the circuit's state when it began
		}
		var live, old []dial // of this generation, and of earlier ones
		last := b.State(now)
		change := func() {
			old, live = append(old, live...), nil
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
				b.Success(d.p, now)
				if b.Failures() != 0 || b.State(now) != Closed {
					t.Fatalf("after a success: %v, %d failures", b.State(now), b.Failures())
				}
			},
			"fail": func(t *rapid.T) {
				look()
				d, before := take(&live), b.Failures()
				b.Failure(cfg, d.p, now)
				if b.Failures() != before+1 {
					t.Fatalf("%d failures, %d before", b.Failures(), before)
				}
				if cfg.ResetTimeout > 0 && d.in == HalfOpen && b.State(now) != Open {
					t.Fatalf("a trial failed and the circuit is %v", b.State(now))
				}
				if d.in == HalfOpen { // open again, perhaps for no time at all
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
					b.Success(d.p, now)
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

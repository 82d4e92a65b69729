package fleet

import (
	"math/rand/v2"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// "In any span d it admits at most burst + rate × d", and, while somebody
// always waits, no less than rate × d.
func TestGateNeverAboveItsRate(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		server := Server{Admit: float64(1+r.IntN(5000)) / 4, Burst: float64(1 + r.IntN(20)), Backlog: r.IntN(50), Toll: float64(r.IntN(3)) / 10}
		g := newGate(server)
		g.openAt(0)
		now := tick.Time(0)
		var admitted []tick.Time
		for n := range 3000 {
			now = now.Add(tick.Duration(r.Int64N(int64(5 * tick.Millisecond))))
			for next := g.next(); next <= now; next = g.next() {
				if _, ok := g.serve(next); !ok {
					t.Fatalf("seed %d: nobody served at %d, when the gate said so", seed, next)
				}
				admitted = append(admitted, next)
			}
			in, queued := g.arrive(now, waiting{int32(n), 1})
			if in {
				admitted = append(admitted, now)
			}
			if queued && g.waiting() > server.Backlog {
				t.Fatalf("seed %d: %d wait, backlog %d", seed, g.waiting(), server.Backlog)
			}
			if !in && !queued && g.waiting() < server.Backlog {
				t.Fatalf("seed %d: turned away at %d with %d of %d places taken", seed, now, g.waiting(), server.Backlog)
			}
		}
		for i := range admitted {
			for _, j := range []int{i + 1, i + 10, i + 100, len(admitted) - 1} {
				if j <= i || j >= len(admitted) {
					continue
				}
				span := admitted[j].Sub(admitted[i]).Millis() / 1000
				if most := server.Burst + server.Admit*span + 1e-3; float64(j-i+1) > most {
					t.Fatalf("seed %d: %d admissions in %v s; at most %v at %v a second", seed, j-i+1, span, most, server.Admit)
				}
			}
		}
	}
}

func TestGateServesInOrderAtItsPace(t *testing.T) {
	g := newGate(Server{Admit: 100, Burst: 1, Backlog: 5000})
	g.openAt(0)
	for i := range int32(3001) {
		g.arrive(0, waiting{i, 1})
	}
	for want := int32(1); want <= 3000; want++ { // 0 came in at once
		at := g.next()
		if due := tick.Time(tick.Duration(want) * 10 * tick.Millisecond); at != due {
			t.Fatalf("dial %d is due at %d µs, want %d", want, at, due)
		}
		if w, ok := g.serve(at); !ok || w.client != want {
			t.Fatalf("served %v, %v; want dial %d", w, ok, want)
		}
	}
	if g.next() != tick.Never {
		t.Errorf("an empty gate wants to serve at %d", g.next())
	}
}

// With a toll, dials that are turned away keep others from being admitted:
// nobody comes in while toll × dials is more than the rate.
func TestGateToll(t *testing.T) {
	for _, toll := range []float64{0, 0.02, 0.05, 0.2} {
		g := newGate(Server{Admit: 100, Burst: 1, Toll: toll})
		g.openAt(0)
		admitted := 0
		for ms := range 10_000 { // a dial a millisecond, for ten seconds
			if in, _ := g.arrive(tick.Time(tick.Duration(ms)*tick.Millisecond), waiting{}); in {
				admitted++
			}
		}
		// Of 1000 dials a second, a are let in and the rest pay: a + toll × (1000−a) = 100,
		// less what is lost because a dial comes only every millisecond.
		want := max(0, (100-toll*1000)/(1-toll))
		if got := float64(admitted) / 10; got < 0.94*want || got > want+3 {
			t.Errorf("toll %v: %v admitted a second, want %.1f", toll, got, want)
		}
	}
}

package fleet

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// TestAgendaKeepsOrder compares the agenda with a sorted list: entries come by
// time, those of one instant in the order of adding, whatever is added between.
func TestAgendaKeepsOrder(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		now := tick.Time(r.Int64N(int64(tick.Hour)))
		a := newAgenda(now)
		var want []entry
		for n := range 6_000 {
			if len(want) == 0 || len(want) < 200 && r.IntN(5) < 3 {
				span := []tick.Duration{0, 1, tick.Millisecond, 5 * tick.Millisecond, tick.Second, tick.Minute, 3 * tick.Minute, tick.Hour}[r.IntN(8)]
				at := now.Add(tick.Duration(r.Int64N(int64(span) + 1)))
				want = append(want, entry{at, a.add(at, uint32(n)), uint32(n)})
				continue
			}
			least := slices.MinFunc(want, func(x, y entry) int { return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.seq, y.seq)) })
			i := slices.Index(want, least)
			e, ok := a.next()
			if !ok || e != least {
				t.Fatalf("seed %d, step %d: next is %v, %v; want %v", seed, n, e, ok, least)
			}
			now = e.at
			want = slices.Delete(want, i, i+1)
		}
		if a.size != len(want) {
			t.Fatalf("seed %d: %d entries left, want %d", seed, a.size, len(want))
		}
	}
}

func TestAgendaEmpty(t *testing.T) {
	a := newAgenda(0)
	if e, ok := a.next(); ok {
		t.Errorf("an empty agenda gave %v", e)
	}
	a.add(tick.Time(10*tick.Hour), 7)
	if e, ok := a.next(); !ok || e.what != 7 {
		t.Errorf("next is %v, %v; want the only entry", e, ok)
	}
}

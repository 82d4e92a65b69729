package port

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// defaults are the arguments of Create for a client with most of the default options, and all that
// can be shared.
func defaults(seed float64) []float64 {
	inf := tick.Forever.Millis()
	return []float64{seed, 0, 10, 1000, 30000, 2, 0.1, 10000, 2000, 5000, 30000, 5000, inf, 0, 5, 0.5, 60000, 4, 60000, 3, 0, 1, 3, 0.1, 100, 1 << 20, inf, 0}
}

func msg(op core.EventKind, id, age float64, args ...float64) []float64 {
	return append([]float64{float64(3 + len(args)), float64(op), id, age}, args...)
}

// randomMessage is something that a page might say of client 1.
func randomMessage(r *rand.Rand, id int) []float64 {
	gen := float64(1 + r.IntN(6))
	switch kind := core.EventKind(r.IntN(int(core.Wake) + 1)); kind {
	case core.Timer:
		return msg(kind, 0, 0, float64(r.IntN(2)*5000))
	case core.Dispose:
		return msg(core.Connect, 1, 0)
	case core.Close:
		return msg(kind, 1, 0, 1000)
	case core.Opened:
		return msg(kind, 1, 0, gen)
	case core.Closed:
		return msg(kind, 1, 0, gen, 1006, 0, float64(r.IntN(4)), float64(r.IntN(5)), r.Float64()*9000*float64(r.IntN(2)), r.Float64()*9000*float64(r.IntN(2)))
	case core.Phase:
		return msg(kind, 1, 0, gen, r.Float64()*9000, float64(core.ProviderFailed)+float64(r.IntN(2)))
	case core.Replied, core.Heard, core.PutOff:
		return msg(kind, 1, 0, gen, r.Float64()*100)
	case core.Delayed:
		return msg(kind, 1, 0, gen, []float64{r.Float64() * 9000, -1}[r.IntN(2)])
	case core.Hint:
		return msg(kind, 1, 0, gen, r.Float64()*9000, r.Float64()*9000)
	case core.Drain:
		return msg(kind, 1, 0, r.Float64()*30_000, r.Float64()*5000)
	case core.Enqueue:
		return msg(kind, 1, 0, float64(id), float64(r.IntN(1000)), 0, float64(r.IntN(3)*4000), float64(r.IntN(3)-1), float64(r.IntN(id+1)))
	default:
		return msg(kind, 1, 0)
	}
}

// "A client's dump, right after Create: to go on exactly where it was."
func TestLoadedHubGoesOnAsTheDumpedOne(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		var a Hub
		now := 0.0
		a.Step(append([]float64{now}, msg(opCreate, 1, 0, defaults(float64(seed))...)...))
		steps := r.IntN(120)
		for i := range steps {
			now += r.Float64() * 4000
			a.Step(append([]float64{now}, randomMessage(r, i)...))
		}
		answer := slices.Clone(a.Step([]float64{now, 4, opDump, 0, 0, 1 << 20}))
		// acknowledged, delay, length, op, client, then Create's arguments and the state.
		create, state := answer[5:5+2+ConfigLen], answer[5+2+ConfigLen:]
		var b Hub
		b.Step(slices.Concat([]float64{now}, msg(opCreate, 1, 0, create...), msg(opLoad, 1, 0, state...)))
		for i := range 60 {
			now += r.Float64() * 4000
			batch := append([]float64{now}, randomMessage(r, steps+i)...)
			got, want := b.Step(batch), a.Step(batch)
			if !slices.Equal(got[1:], want[1:]) {
				t.Fatalf("seed %d, step %d after the dump, %v:\ngot  %v\nwant %v", seed, i, batch, got[1:], want[1:])
			}
		}
	}
}

// "An answer that is longer than so many numbers ends there": the module's memory
// never shrinks, and is not to hold the dump of a crowd that nobody keeps.
func TestDumpOfACrowdEnds(t *testing.T) {
	var h Hub
	length := func(most float64) int { return len(h.Step([]float64{0, 4, opDump, 0, 0, most})) }
	for id := range 100 {
		h.Step(append([]float64{0}, msg(opCreate, float64(id+1), 0, defaults(1)...)...))
	}
	whole := length(1 << 20)
	each := (whole - 2) / 100
	for _, most := range []int{0, each, whole / 2, whole} {
		if got := length(float64(most)); got != whole && (got <= most || got > most+each) {
			t.Errorf("a dump of at most %d numbers has %d; the whole has %d, each client %d", most, got, whole, each)
		}
	}
}

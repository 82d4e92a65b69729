package dump_test

import (
	"testing"

	"pgregory.net/rapid"

	. "github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

type state struct {
	at    tick.Time
	span  tick.Duration
	small uint8
	gen   uint32
	n     int
	yes   bool
	f     float64
}

func (s *state) visit(c *Codec) {
	Int(c, &s.at)
	Int(c, &s.span)
	Int(c, &s.small)
	Int(c, &s.gen)
	Int(c, &s.n)
	c.Bool(&s.yes)
	c.Float(&s.f)
}

// "What Codec wrote from one value it reads into another, and the two are
// equal."
func TestThereAndBack(t *testing.T) {
	const exact = 1 << 53
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.SampledFrom([]int64{0, -1, 1, exact - 1, 1<<63 - 1}), rapid.Int64Range(-exact, exact))
		s := state{
			at:    tick.Time(number.Draw(t, "at")),
			span:  tick.Duration(number.Draw(t, "span")),
			small: rapid.Uint8().Draw(t, "small"),
			gen:   rapid.Uint32().Draw(t, "gen"),
			n:     int(number.Draw(t, "n")),
			yes:   rapid.Bool().Draw(t, "yes"),
			f:     rapid.Float64().Draw(t, "f"),
		}
		w := Writer([]float64{7}) // "appends to numbers"
		s.visit(w)
		r := Reader(w.Numbers[1:])
		var again state
		again.visit(r)
		if again != s || len(r.Numbers) != 0 || w.Reading() || !r.Reading() {
			t.Fatalf("%+v became %+v, %d numbers are left", s, again, len(r.Numbers))
		}
	})
}

// "Reading more than there are is a panic"
func TestTooFew(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	new(state).visit(Reader([]float64{1, 2}))
}

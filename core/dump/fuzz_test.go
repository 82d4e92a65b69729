package dump_test

import (
	"math"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// FuzzCodec: "what Codec wrote from one value it reads into another, and the two
// are equal", for all numbers that a dump may hold.
func FuzzCodec(f *testing.F) {
	f.Add(int64(0), uint32(0), 0.5, false)
	f.Add(int64(1)<<53, uint32(math.MaxUint32), math.Inf(1), true)
	f.Add(int64(tick.Never), uint32(1), math.Copysign(0, -1), true)
	f.Add(int64(-1), uint32(7), math.SmallestNonzeroFloat64, false)
	f.Fuzz(func(t *testing.T, n int64, gen uint32, x float64, b bool) {
		at := tick.Time(n)
		if at != tick.Never && (n > 1<<53 || n < -1<<53) {
			at %= 1 << 53
		}
		w := Writer(nil)
		visit := func(c *Codec, at *tick.Time, gen *uint32, x *float64, b *bool) {
			Int(c, at)
			Int(c, gen)
			c.Float(x)
			c.Bool(b)
		}
		visit(w, &at, &gen, &x, &b)
		if len(w.Numbers) != 4 || w.Reading() {
			t.Fatalf("a writer wrote %v", w.Numbers)
		}
		r := Reader(w.Numbers)
		var at2 tick.Time
		var gen2 uint32
		var x2 float64
		var b2 bool
		visit(r, &at2, &gen2, &x2, &b2)
		if at2 != at || gen2 != gen || math.Float64bits(x2) != math.Float64bits(x) || b2 != b || len(r.Numbers) != 0 {
			t.Fatalf("%v, %v, %v, %v became %v, %v, %v, %v", at, gen, x, b, at2, gen2, x2, b2)
		}
	})
}

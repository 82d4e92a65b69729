package tick_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	. "github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

func TestAdd(t *testing.T) {
	for _, c := range []struct {
		t    Time
		d    Duration
		want Time
	}{
		{0, Second, 1_000_000},
		{5, -5, 0},
		{5, 0, 5},
		// "Never where … either side is unlimited."
		{Never, Second, Never},
		{Never, -Second, Never},
		{5, Forever, Never},
		{-5, Forever, Never},
		// "Never where that would overflow"
		{Never - 1, Second, Never},
		{Never - 1, 1, Never},
	} {
		if got := c.t.Add(c.d); got != c.want {
			t.Errorf("%d.Add(%d) = %d, want %d", c.t, c.d, got, c.want)
		}
	}
}

func TestSub(t *testing.T) {
	if got := Time(7).Sub(9); got != -2 {
		t.Errorf("7.Sub(9) = %d, want -2", got)
	}
}

func TestEarliest(t *testing.T) {
	// "Later than every instant", "longer than every span": dumps know them by it.
	if int64(Never) != math.MaxInt64 || int64(Forever) != math.MaxInt64 {
		t.Errorf("Never is %d, Forever %d", int64(Never), int64(Forever))
	}
	// "Never is later than every instant."
	if got := Earliest(Never, 3); got != 3 {
		t.Errorf("Earliest(Never, 3) = %d, want 3", got)
	}
	if got := Earliest(2, 3); got != 2 {
		t.Errorf("Earliest(2, 3) = %d, want 2", got)
	}
}

func TestFromMillis(t *testing.T) {
	for _, c := range []struct {
		ms   float64
		want Duration
	}{
		{1, Millisecond},
		{0.001, Microsecond},
		{9e12, 9_000_000_000_000_000}, // "beyond 285 years become Forever", and this is just below
		{1.0004, 1000},
		{1.0006, 1001},
		{60_000, Minute},
		{3_600_000, Hour},
		// "Infinity and everything beyond 285 years become Forever"
		{math.Inf(1), Forever},
		{math.MaxFloat64, Forever},
		{286 * 365.25 * 24 * 3_600_000, Forever},
		{284 * 365.25 * 24 * 3_600_000, 284 * 8766 * Hour},
		// "NaN and what is below zero become 0."
		{math.NaN(), 0},
		{math.Inf(-1), 0},
		{-1, 0},
		{0, 0},
	} {
		if got := FromMillis(c.ms); got != c.want {
			t.Errorf("FromMillis(%v) = %d, want %d", c.ms, got, c.want)
		}
	}
}

func TestMillis(t *testing.T) {
	if got := (1500 * Microsecond).Millis(); got != 1.5 {
		t.Errorf("1500 µs = %v ms, want 1.5", got)
	}
	// "Forever becomes +Inf."
	if got := Forever.Millis(); !math.IsInf(got, 1) {
		t.Errorf("Forever.Millis() = %v, want +Inf", got)
	}
}

// What the page says in milliseconds comes back as it was, to the microsecond.
func TestMillisThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Duration(rapid.Int64Range(0, int64(100*8766*Hour)).Draw(t, "µs"))
		if got := FromMillis(d.Millis()); got != d {
			t.Fatalf("%d µs became %d", d, got)
		}
	})
}

// Adding a span never goes back in time.
func TestAddNeverFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := Time(rapid.Int64Min(0).Draw(t, "t"))
		d := Duration(rapid.Int64Min(0).Draw(t, "d"))
		got := at.Add(d)
		if got < at {
			t.Fatalf("%d.Add(%d) = %d, which is earlier", at, d, got)
		}
		if got != Never && got.Sub(at) != d {
			t.Fatalf("%d.Add(%d) = %d, which is %d later", at, d, got, got.Sub(at))
		}
	})
}

func TestFromMillisIsMonotonic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64().Draw(t, "a"), rapid.Float64().Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		if x, y := FromMillis(a), FromMillis(b); x > y || x < 0 {
			t.Fatalf("FromMillis(%v) = %d, FromMillis(%v) = %d", a, x, b, y)
		}
	})
}

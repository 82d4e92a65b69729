package budget_test

import (
	"testing"

	"pgregory.net/rapid"

	. "github.com/websocket-reconnect/websocket-reconnect/core/budget"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

func TestBurstThenRate(t *testing.T) {
	var b Budget
	cfg := Config{Tokens: 3, PerSecond: 2}
	now := tick.Time(tick.Hour)
	for i, want := range []tick.Duration{0, 0, 0, 500, 1000, 1500} {
		if got := b.Take(cfg, now).Sub(now); got != want*tick.Millisecond {
			t.Errorf("token %d may be spent after %v ms, want %d", i+1, got.Millis(), want)
		}
	}
	now = now.Add(10 * tick.Second) // long enough to be full, and no fuller
	for i, want := range []tick.Duration{0, 0, 0, 500} {
		if got := b.Take(cfg, now).Sub(now); got != want*tick.Millisecond {
			t.Errorf("full again, token %d may be spent after %v ms, want %d", i+1, got.Millis(), want)
		}
	}
}

func TestEndlessIsNoBudget(t *testing.T) {
	var b Budget
	for range 1000 {
		if b.Take(Config{Tokens: Endless, PerSecond: 1}, 5) != 5 {
			t.Fatal("it made a retry wait")
		}
	}
	if b != (Budget{}) {
		t.Fatal("it counted what is free")
	}
}

// In no stretch of time are more tokens spent than the bucket holds and those
// that grow in it; and nobody waits for a token that is there.
func TestNeverMoreThanTheBucketHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := Config{Tokens: rapid.IntRange(1, 6).Draw(t, "tokens"), PerSecond: rapid.SampledFrom([]float64{0.1, 1, 4}).Draw(t, "per second")}
		var b Budget
		now := tick.Time(0)
		var spent []tick.Time
		for range rapid.IntRange(1, 60).Draw(t, "takes") {
			now = now.Add(tick.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * tick.Millisecond)
			at := b.Take(cfg, now)
			spent = append(spent, at)
			if len(spent) > 1 && at < spent[len(spent)-2] {
				t.Fatal("a later one is served first")
			}
			if w := dump.Writer(nil); true {
				b.Visit(w)
				var again Budget
				again.Visit(dump.Reader(w.Numbers))
				if again != b {
					t.Fatalf("%v was dumped, %v loaded", b, again)
				}
			}
		}
		token := float64(tick.Second) / cfg.PerSecond
		for i := range spent {
			for j := i; j < len(spent); j++ {
				if n, most := j-i+1, float64(cfg.Tokens)+float64(spent[j]-spent[i])/token+0.001; float64(n) > most {
					t.Fatalf("%d tokens within %v ms; the budget allows %.3f", n, spent[j].Sub(spent[i]).Millis(), most)
				}
			}
		}
	})
}

// A bucket so large that it would take for ever to fill has a token for everybody.
func TestHugeBucket(t *testing.T) {
	for _, cfg := range []Config{{Tokens: 1e13, PerSecond: 1}, {Tokens: 1e10, PerSecond: 0.001}, {Tokens: Endless - 1, PerSecond: 1e6}} {
		var b Budget
		for range 3 {
			if at := b.Take(cfg, 5); at != 5 {
				t.Errorf("%+v: a token may be spent at %d, want at once", cfg, at)
			}
		}
	}
}

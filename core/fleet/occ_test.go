package fleet

import (
	"math"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// An occ is the contention that the AWS article "Exponential Backoff And
// Jitter" simulates (github.com/aws-samples/aws-arch-backoff-simulator):
// clients that all want to change one record, each by reading its version and
// writing if it is still the same; who comes too late backs off and tries
// again. Each message takes 10 ± 2 ms. It shares the agenda, the dice and the
// delays with the fleet, so that the article's numbers check these.
func occ(clients int, policy backoff.Policy, seed uint64) (calls int, took tick.Duration) {
	const read, write, answer = 0, 1, 2
	type contender struct {
		dice    dice
		version int
		won     bool
		failed  int
		prev    tick.Duration
	}
	all := make([]contender, clients)
	a := newAgenda(0)
	hop := func(now tick.Time, i, kind int) {
		ms := math.Abs(10 + 2*math.Log(all[i].dice.factor(1)))
		a.add(now.Add(tick.FromMillis(ms)), what(i, uint32(kind)))
	}
	for i := range all {
		all[i].dice = newDice(seed, i)
		hop(0, i, read)
	}
	version, now := 0, tick.Time(0)
	for e, ok := a.next(); ok; e, ok = a.next() {
		now = e.at
		i := int(e.what >> kindBits)
		switch c := &all[i]; e.what & kindMask {
		case read:
			c.version = version
			hop(now.Add(tick.FromMillis(math.Abs(10+2*math.Log(c.dice.factor(1))))), i, write)
		case write:
			calls++
			if c.won = c.version == version; c.won {
				version++
			}
			hop(now, i, answer)
		case answer:
			if c.won {
				continue
			}
			c.failed++
			c.prev = policy.Delay(c.failed+1, c.prev, c.dice.roll())
			hop(now.Add(c.prev), i, read)
		}
	}
	return calls, now.Sub(0)
}

// The published simulator, run with base 5 ms and cap 2 s, gave these. Its
// first wait is drawn from twice the base, one step on in our count.
func TestPublishedNumbers(t *testing.T) {
	const base, most = 5 * tick.Millisecond, 2 * tick.Second
	for _, c := range []struct {
		name           string
		clients        int
		policy         backoff.Policy
		calls, seconds float64
	}{
		{"none", 100, backoff.Policy{}, 2416, 2.0},
		{"exponential", 100, backoff.Policy{Base: base, Max: most, Multiplier: 2}, 1855, 63.2},
		{"±10 %", 100, backoff.Policy{Base: base, Max: most, Multiplier: 2, Jitter: 0.1}, 927, 12.5},
		{"±50 %", 100, backoff.Policy{Base: base, Max: most, Multiplier: 2, Jitter: 0.5}, 736, 6.7},
		{"equal", 100, backoff.Policy{Base: base, Max: most, Multiplier: 2, Mode: backoff.Equal}, 812, 6.6},
		{"full", 100, backoff.Policy{Base: base, Max: most, Multiplier: 2, Mode: backoff.Full}, 797, 4.9},
		{"decorrelated", 100, backoff.Policy{Base: base, Max: most, Multiplier: 2, Mode: backoff.Decorrelated}, 1004, 4.6},
		{"full", 190, backoff.Policy{Base: base, Max: most, Multiplier: 2, Mode: backoff.Full}, 1771, 7.4},
		{"decorrelated", 190, backoff.Policy{Base: base, Max: most, Multiplier: 2, Mode: backoff.Decorrelated}, 2440, 7.9},
	} {
		const runs = 30
		var calls, seconds float64
		for seed := range uint64(runs) {
			n, took := occ(c.clients, c.policy, seed)
			calls += float64(n) / runs
			seconds += took.Millis() / 1000 / runs
		}
		t.Logf("%3d clients, %-12s %4.0f calls (published %4.0f), %4.1f s (%4.1f s)", c.clients, c.name, calls, c.calls, seconds, c.seconds)
		if math.Abs(calls/c.calls-1) > 0.03 || math.Abs(seconds/c.seconds-1) > 0.25 {
			t.Errorf("%d clients, %s: %.0f calls in %.1f s; published %v in %v s", c.clients, c.name, calls, seconds, c.calls, c.seconds)
		}
	}
}

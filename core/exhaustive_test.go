package core_test

import (
	"flag"
	"math"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

var depth = flag.Int("depth", 5, "how many events TestExhaustive takes in a row (make prove takes more)")

// A world is a configuration, and what the dice show there.
type world struct {
	name string
	roll float64
	set  func(*core.Config)
}

// worlds are small, so that limits are near; together they have every feature
// of the machine.
var worlds = []world{
	{name: "defaults", roll: 0.5, set: func(*core.Config) {}},
	{name: "drop-in", roll: 0.5, set: func(c *core.Config) {
		c.DropIn, c.HeartbeatInterval, c.MaxRetries = true, tick.Forever, core.Unlimited
	}},
	{name: "no retries", roll: 0, set: func(c *core.Config) { c.MaxRetries = 0 }},
	{name: "one retry, prompt circuit", roll: 0.99, set: func(c *core.Config) {
		c.MaxRetries, c.FailureThreshold, c.ResetTimeout, c.HalfOpenMaxRequests = 1, 1, 3*tick.Second, 1
	}},
	{name: "no probation", roll: 0.5, set: func(c *core.Config) { c.MinUptime, c.FailureThreshold, c.BaseDelay = 0, 1, 0 }},
	{name: "park", roll: 0.25, set: func(c *core.Config) { c.HiddenPolicy = core.HiddenPark }},
	{name: "park, prompt circuit", roll: 0.25, set: func(c *core.Config) { c.HiddenPolicy, c.FailureThreshold = core.HiddenPark, 1 }},
	{name: "lazy, full jitter", roll: 0.75, set: func(c *core.Config) {
		c.HiddenPolicy, c.FailureThreshold, c.JitterMode = core.HiddenLazy, 0, backoff.Full
	}},
	{name: "a jitter of one's own", roll: 0.5, set: func(c *core.Config) {
		c.JitterMode, c.BaseDelay, c.MaxDelay = backoff.Custom, 5*tick.Second, 8*tick.Second
	}},
	{name: "a jitter of one's own, no delay, lazy, retry budget", roll: 0.5, set: func(c *core.Config) {
		c.JitterMode, c.BaseDelay, c.HiddenPolicy, c.FailureThreshold = backoff.Custom, 0, core.HiddenLazy, 0
		c.MaxRetries, c.RetryTokens, c.RetriesPerSecond = core.Unlimited, 1, 0.1
	}},
	{name: "no timeouts", roll: 0.5, set: func(c *core.Config) {
		c.ConnectionTimeout, c.CloseTimeout, c.HeartbeatTimeout = tick.Forever, tick.Forever, tick.Forever
		c.HeartbeatInterval, c.JitterMode = tick.Second, backoff.Decorrelated
	}},
	{name: "shared circuit", roll: 0.5, set: func(c *core.Config) {
		c.CircuitName, c.HalfOpenMaxRequests, c.ResetTimeout = 1, 1, 3*tick.Second
	}},
	{name: "shared circuit, park, no probation", roll: 0.25, set: func(c *core.Config) {
		c.CircuitName, c.HalfOpenMaxRequests, c.HiddenPolicy, c.MinUptime = 1, 2, core.HiddenPark, 0
	}},
	{name: "error rate, exclusions", roll: 0.5, set: func(c *core.Config) {
		c.FailureThreshold, c.ErrorRate, c.ErrorWindow, c.VolumeThreshold = 0, 0.5, 10*tick.Second, 2
		c.CircuitExclude = core.ClassesOf(core.HandshakeRefused)
	}},
	{name: "retry budget", roll: 0.5, set: func(c *core.Config) {
		c.MaxRetries, c.RetryTokens, c.RetriesPerSecond, c.HiddenPolicy = core.Unlimited, 1, 0.1, core.HiddenLazy
	}},
	{name: "quick heartbeat that adapts", roll: 0, set: func(c *core.Config) {
		c.HeartbeatInterval, c.HeartbeatTimeout, c.HeartbeatMinTimeout = tick.Second, 2*tick.Second, 500*tick.Millisecond
	}},
}

// handovers are where each world is explored once more, two events less deep: in the middle
// of a handover, which is many steps away from the beginning of all things.
var handovers = []struct {
	name string
	past []string
}{
	{"", nil},
	{", handing over", []string{"Connect", "Opened", "Handover"}},
	{", parting", []string{"Connect", "Opened", "Handover", "Opened, of the spare", "Enqueue"}},
}

func (w *world) config() core.Config {
	cfg := core.DefaultConfig()
	cfg.MaxRetries, cfg.FailureThreshold, cfg.QueueMessages, cfg.QueueBytes = 2, 2, 2, 100
	w.set(&cfg)
	return cfg
}

// TestExhaustive checks every invariant after every step of every sequence of
// -depth events, in every world.
func TestExhaustive(t *testing.T) {
	began := time.Now()
	states, steps, sequences := 0, 0, 0.0
	for _, w := range worlds {
		for i, at := range handovers {
			depth := max(*depth-2*min(i, 1), 1)
			t.Run(w.name+at.name, func(t *testing.T) {
				x := &explorer{t: t, cfg: w.config(), roll: w.roll, past: at.past}
				complete := x.explore(depth)
				states, steps = states+len(x.trail), steps+x.steps
				for d := 1; d <= depth; d++ {
					sequences += math.Pow(float64(len(alphabet)), float64(d))
				}
				t.Logf("%d states, %d steps, %d compared with their twins", len(x.trail), x.steps, x.compared)
				if complete > 0 {
					t.Logf("nothing new from depth %d on: this world is explored", complete)
				}
			})
		}
	}
	t.Logf("%d letters, depth %d, %d worlds: %d states, %d steps stand for %.3g sequences, in %.1f s",
		len(alphabet), *depth, len(worlds)*len(handovers), states, steps, sequences, time.Since(began).Seconds())
}

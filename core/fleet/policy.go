package fleet

import (
	"fmt"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Policy is what the clients of a fleet do: the machine with some options,
// or the formula of another client.
type Policy struct {
	Name    string
	Doc     string       // what it is; of a formula: where it was read
	Machine *core.Config // the shipped machine
	Formula *Formula     // if Machine is nil
}

// Default is the machine with its documented defaults.
func Default() Policy {
	cfg := core.DefaultConfig()
	return Policy{Name: "default", Doc: "the documented defaults", Machine: &cfg}
}

func machine(name, doc string, change func(*core.Config)) Policy {
	cfg := core.DefaultConfig()
	change(&cfg)
	return Policy{Name: name, Doc: doc, Machine: &cfg}
}

// recommended is what docs/fleet.md advises: the first delay is drawn from a
// window as wide as users bear, the circuit stays open no longer than the
// longest delay, and nobody gives up.
func recommended(name string, base, most tick.Duration, multiplier float64) Policy {
	doc := fmt.Sprintf("jitter: 'full', baseDelay: %v, maxDelay: %v, multiplier: %v, maxRetries: Infinity, circuitBreaker: {resetTimeout: %v}",
		base.Millis(), most.Millis(), multiplier, most.Millis())
	return machine(name, doc, func(c *core.Config) {
		c.JitterMode, c.BaseDelay, c.MaxDelay, c.Multiplier = backoff.Full, base, most, multiplier
		c.MaxRetries, c.ResetTimeout = core.Unlimited, most
	})
}

// Policies returns all that are known by name: the default, each jitter mode,
// the recommended ones, and the formulas of other clients.
func Policies() []Policy {
	ours := []Policy{
		Default(),
		machine("no jitter", "jitter: 0", func(c *core.Config) { c.Jitter = 0 }),
		machine("jitter 0.5", "jitter: 0.5", func(c *core.Config) { c.Jitter = 0.5 }),
		machine("full", "jitter: 'full'", func(c *core.Config) { c.JitterMode = backoff.Full }),
		machine("equal", "jitter: 'equal'", func(c *core.Config) { c.JitterMode = backoff.Equal }),
		machine("decorrelated", "jitter: 'decorrelated'", func(c *core.Config) { c.JitterMode = backoff.Decorrelated }),
		recommended("recommended 5 s", 5*tick.Second, 10*tick.Second, 2),
		recommended("recommended 10 s", 10*tick.Second, 30*tick.Second, 3),
		recommended("recommended 30 s", 30*tick.Second, 60*tick.Second, 2),
	}
	return append(ours, rivals...)
}

// Find returns the policy of that name.
func Find(name string) (Policy, bool) {
	for _, p := range Policies() {
		if p.Name == name {
			return p, true
		}
	}
	return Policy{}, false
}

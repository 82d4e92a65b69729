package client

import (
	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Trace is told everything that enters the machine, so that a run can be
// replayed: a core.Machine made of the same config and dice, given the same
// events at the same times, answers with the same actions. Payloads are not
// part of it. Functions that are nil are not called. They are called one at a
// time, must return soon, and must not call a client.
type Trace struct {
	// Start comes first. The dice are rand.New(rand.NewPCG(seed, 0)).Float64.
	Start func(cfg core.Config, seed uint64)
	// Step comes with each event; at counts from the client's making, or from
	// when its CircuitName was first used.
	Step func(at tick.Time, e core.Event)
}

func (t *Trace) start(cfg core.Config, seed uint64) {
	if t != nil && t.Start != nil {
		t.Start(cfg, seed)
	}
}

func (t *Trace) step(at tick.Time, e core.Event) {
	if t != nil && t.Step != nil {
		t.Step(at, e)
	}
}

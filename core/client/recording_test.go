//go:build !js

package client

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A recording is what a client's trace tells, and what the client did.
type recording struct {
	cfg    core.Config
	seed   uint64
	events []recorded[core.Event]
	did    []recorded[core.Action]
}

type recorded[T any] struct {
	at   tick.Time
	what T
}

// trace is for the client's options.
func (r *recording) trace() *Trace {
	return &Trace{
		Start: func(cfg core.Config, seed uint64) { r.cfg, r.seed = cfg, seed },
		Step: func(at tick.Time, e core.Event) {
			r.events = append(r.events, recorded[core.Event]{at, e})
		},
	}
}

// acted is for the client's field of that name.
func (r *recording) acted(at tick.Time, a core.Action) {
	r.did = append(r.did, recorded[core.Action]{at, a})
}

// replays checks that the machine, given what the trace tells and the same dice,
// does the same, and that it does enough to prove anything.
func (r *recording) replays(t *testing.T, who string, enough int) {
	t.Helper()
	m := core.New(&r.cfg, rand.New(rand.NewPCG(r.seed, 0)).Float64)
	var again []recorded[core.Action]
	for _, in := range r.events {
		for _, a := range m.Step(in.at, in.what) {
			again = append(again, recorded[core.Action]{in.at, a})
		}
	}
	if !slices.Equal(again, r.did) {
		t.Errorf("%s: %d events (its dice's seed %d) replay to other actions", who, len(r.events), r.seed)
	}
	if len(r.events) < enough || len(r.did) < enough {
		t.Errorf("%s: %d events, %d actions (its dice's seed %d): too few to prove anything", who, len(r.events), len(r.did), r.seed)
	}
}

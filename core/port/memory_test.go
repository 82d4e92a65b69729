package port_test

import (
	"runtime"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// What clients of the same options have in common is there once: each costs the
// core's heap little more than its machine's state.
func TestBytesPerClient(t *testing.T) {
	const clients, limit = 4000, 700
	heap := func() float64 {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return float64(s.HeapAlloc)
	}
	h := new(Hub)
	seeded := func(id int) message {
		m := create(id)
		m.args[0] = float64(id) // the page draws one for each
		return m
	}
	step(t, h, 0, seeded(1)) // what the first one needs, the others have
	before := heap()
	for id := 2; id <= 1+clients; id++ {
		step(t, h, 0, seeded(id))
	}
	each := (heap() - before) / clients
	t.Logf("%.0f bytes per client", each)
	if each > limit {
		t.Errorf("%.0f bytes per client, want at most %d", each, limit)
	}
	runtime.KeepAlive(h)
}

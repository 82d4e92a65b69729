package fleet_test

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// FuzzOptions: options that are taken make a machine that connects, fails and
// comes back, or gives up, whatever they are.
func FuzzOptions(f *testing.F) {
	for _, text := range []string{
		`{"baseDelay":5000,"jitter":"full","circuitBreaker":false}`, `{"maxRetries":"Infinity","maxDelay":1e18,"multiplier":1e9}`,
		`{"circuitBreaker":{"failureThreshold":1,"errorRate":0.5,"exclude":["HANDSHAKE_REFUSED"]},"retryBudget":{"tokens":1,"perSecond":1e-9}}`,
		`{"jitter":0.5,"heartbeatInterval":false,"queue":{"maxMessages":0}}`, `{"baseDelay":0,"maxDelay":0}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := fleet.ParseOptions([]byte(text))
		if err != nil {
			return
		}
		m := core.New(&cfg, func() float64 { return 0.999 })
		now, gen := tick.Time(0), uint32(0)
		step := func(e core.Event) {
			for _, a := range m.Step(now, e) {
				if a.Kind == core.OpenSocket {
					gen = a.Gen
				}
				if a.Kind == core.EmitRetry && a.Delay < 0 {
					t.Fatalf("%s: a retry in %d", text, a.Delay)
				}
			}
		}
		step(core.Event{Kind: core.Connect})
		for range 20 {
			step(core.Event{Kind: core.Closed, Gen: gen, Code: 1006})
			at := m.Deadline()
			if at == tick.Never {
				return
			}
			if at < now {
				t.Fatalf("%s: a deadline at %d, now is %d", text, at, now)
			}
			now = at
			step(core.Event{Kind: core.Timer})
		}
	})
}

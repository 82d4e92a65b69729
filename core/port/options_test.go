package port_test

import (
	"fmt"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// The config travels as numbers without names, so each option is shown to
// arrive where it belongs: by what it does.
func TestEveryOptionArrives(t *testing.T) {
	cases := map[string]func(t *testing.T) (got, want string){
		"maxRetries": func(t *testing.T) (string, string) {
			h := connecting(t, "maxRetries=0")
			return step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0)).last(), "EmitFailed 1 1 1"
		},
		"baseDelay": func(t *testing.T) (string, string) {
			h := connecting(t, "baseDelay=123")
			return step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0)).last(), "EmitRetry 1 1 123 0"
		},
		"maxDelay": func(t *testing.T) (string, string) {
			h := connecting(t, "maxDelay=700")
			return step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0)).last(), "EmitRetry 1 1 700 0"
		},
		"multiplier": func(t *testing.T) (string, string) {
			h := connecting(t, "baseDelay=10", "multiplier=7")
			step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0))
			step(t, h, 11, timer())
			return step(t, h, 12, msg("Closed", 1, 2, 1006, 0, 0)).last(), "EmitRetry 1 2 70 0"
		},
		"jitter": func(t *testing.T) (string, string) {
			// Each setting has a window of its own for the first delay: with these, from
			// 500 to 1500, 0 to 1000, 500 to 1000, and 1000 to 3000 ms.
			windows := map[string][2]float64{"0.5": {500, 1500}, "full": {0, 1000}, "equal": {500, 1000}, "decorrelated": {1000, 3000}}
			got := ""
			for _, jitter := range []string{"0.5", "full", "equal", "decorrelated"} {
				low, high := inf, 0.0
				for seed := range 200 {
					c := create(1, "jitter="+jitter)
					c.args[0] = float64(seed)
					h := new(Hub)
					a := step(t, h, 0, c, msg("Connect", 1), msg("Closed", 1, 1, 1006, 0, 0))
					d := a.messages[len(a.messages)-2].args[1]
					low, high = min(low, d), max(high, d)
				}
				w := windows[jitter]
				span := w[1] - w[0]
				if low < w[0] || low > w[0]+span/10 || high > w[1] || high < w[1]-span/10 {
					got += fmt.Sprintf("%s draws from %g to %g, want %v; ", jitter, low, high, w)
				}
			}
			return got + step(t, connecting(t, "jitter=own"), 0, msg("Closed", 1, 1, 1006, 0, 0)).last(), "AskDelay 1 1 1 1000 0"
		},
		"connectionTimeout": func(t *testing.T) (string, string) {
			return delay(step(t, fresh(t, "connectionTimeout=77"), 0, msg("Connect", 1))), "77"
		},
		"closeTimeout": func(t *testing.T) (string, string) {
			return delay(step(t, opened(t, "closeTimeout=78"), 20, msg("Close", 1, 0))), "78"
		},
		"minUptime": func(t *testing.T) (string, string) {
			return delay(step(t, opened(t, "minUptime=79"), 10, msg("Connect", 1))), "79"
		},
		"heartbeatMinTimeout": func(t *testing.T) (string, string) {
			h := opened(t, "heartbeatInterval=100", "heartbeatTimeout=50", "heartbeatMinTimeout=7")
			step(t, h, 110, timer())
			step(t, h, 111, msg("Replied", 1, 1, 1))
			return delay(step(t, h, 210, timer())), "7"
		},
		"hiddenPolicy": func(t *testing.T) (string, string) {
			h := connecting(t, "hiddenPolicy=lazy", "maxDelay=9000")
			return step(t, h, 1, msg("Hidden", broadcast), msg("Closed", 1, 1, 1006, 0, 0)).last(), "EmitRetry 1 1 9000 4"
		},
		"heartbeatInterval": func(t *testing.T) (string, string) {
			return delay(step(t, opened(t, "heartbeatInterval=80"), 10, msg("Connect", 1))), "80"
		},
		"heartbeatTimeout": func(t *testing.T) (string, string) {
			h := opened(t, "heartbeatInterval=80", "heartbeatTimeout=9")
			return delay(step(t, h, 90, timer())), "9"
		},
		"circuitBreaker.failureThreshold": func(t *testing.T) (string, string) {
			h := connecting(t, "failureThreshold=1")
			return step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0)).acts(),
				"EmitError 1 1 1\nEmitClose 1 1 0 0\nEmitCircuitChange 1 1\nEmitStateChange 1 4\nEmitRetry 1 1 60000 1"
		},
		"circuitBreaker.errorRate": func(t *testing.T) (string, string) {
			h := connecting(t, "failureThreshold=Inf", "errorRate=0.5", "volumeThreshold=1")
			return step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0)).last(), "EmitRetry 1 1 60000 1"
		},
		"circuitBreaker.window": func(t *testing.T) (string, string) {
			h := connecting(t, "failureThreshold=Inf", "errorRate=0.5", "volumeThreshold=2", "window=100", "baseDelay=1000", "multiplier=1")
			step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0))
			step(t, h, 1001, timer())
			return step(t, h, 1002, msg("Closed", 1, 2, 1006, 0, 0)).last(), "EmitRetry 1 2 1000 0"
		},
		"circuitBreaker.volumeThreshold": func(t *testing.T) (string, string) {
			h := connecting(t, "failureThreshold=Inf", "errorRate=0.5", "volumeThreshold=2", "baseDelay=1000")
			first := step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0)).last()
			step(t, h, 1001, timer())
			return first + step(t, h, 1002, msg("Closed", 1, 2, 1006, 0, 0)).last(), "EmitRetry 1 1 1000 0EmitRetry 1 2 60000 1"
		},
		"circuitBreaker.exclude": func(t *testing.T) (string, string) {
			h := connecting(t, "failureThreshold=1", fmt.Sprintf("exclude=%d", core.ClassesOf(core.HandshakeRefused)))
			return step(t, h, 1, msg("Closed", 1, 1, 1006, 0, float64(core.SomebodyThere))).last(), "EmitRetry 1 1 1000 0"
		},
		"circuitBreaker.name": func(t *testing.T) (string, string) {
			h := fresh(t, "name=7")
			step(t, h, 1, create(2, "name=7"), msg("TripCircuit", 2))
			refusing := circuitNumbers(breaker.New())
			refusing[0], refusing[1], refusing[4], refusing[5], refusing[6], refusing[7] = 1, 2, 31536060001000000/1000, 1, 1, 1
			return step(t, h, 2, msg("Connect", 1)).acts(), "EmitStateChange 1 4\nEmitRetry 1 0 59999 1\n" + told(2, "CircuitIs") + numbers(refusing)
		},
		"retryBudget.tokens": func(t *testing.T) (string, string) {
			h := connecting(t, "tokens=1", "perSecond=0.5", "baseDelay=10", "multiplier=1")
			step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0))
			step(t, h, 11, timer())
			step(t, h, 12, msg("Closed", 1, 2, 1006, 0, 0))
			return step(t, h, 22, timer()).last(), "EmitRetry 1 2 1989 7"
		},
		"retryBudget.perSecond": func(t *testing.T) (string, string) {
			h := connecting(t, "tokens=1", "perSecond=2", "baseDelay=10", "multiplier=1")
			step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 0))
			step(t, h, 11, timer())
			step(t, h, 12, msg("Closed", 1, 2, 1006, 0, 0))
			return step(t, h, 22, timer()).last(), "EmitRetry 1 2 489 7"
		},
		"circuitBreaker.resetTimeout": func(t *testing.T) (string, string) {
			return delay(step(t, fresh(t, "resetTimeout=81"), 0, msg("TripCircuit", 1))), "81"
		},
		"circuitBreaker.halfOpenMaxRequests": func(t *testing.T) (string, string) {
			// One client makes one dial at a time, so a limit of 1 is never reached by it: the trial goes through.
			h := fresh(t, "halfOpenMaxRequests=1", "resetTimeout=5")
			step(t, h, 0, msg("TripCircuit", 1))
			return step(t, h, 5, timer(), msg("Connect", 1)).last(), "OpenSocket 1 1"
		},
		"queue.maxMessages": func(t *testing.T) (string, string) {
			return step(t, fresh(t, "maxMessages=0"), 0, enqueue(1, 1, 1)).last(), "Drop 1 1 1 0"
		},
		"queue.maxBytes": func(t *testing.T) (string, string) {
			return step(t, fresh(t, "maxBytes=5"), 0, enqueue(1, 1, 6)).last(), "Drop 1 1 1 0"
		},
		"queue.maxAge": func(t *testing.T) (string, string) {
			h := fresh(t, "maxAge=700")
			step(t, h, 0, enqueue(1, 1, 1))
			return step(t, h, 700, timer()).last(), "Drop 1 1 1 2"
		},
		"queue.overflow": func(t *testing.T) (string, string) {
			h := fresh(t, "overflow=drop-newest", "maxMessages=1")
			rejecting := fresh(t, "overflow=reject", "maxMessages=1")
			a, b := step(t, h, 0, enqueue(1, 1, 1), enqueue(1, 2, 1)), step(t, rejecting, 0, enqueue(1, 1, 1), enqueue(1, 2, 1))
			return a.last() + ", " + b.last(), "Drop 1 2 1 0, Drop 1 2 1 0"
		},
	}
	for _, o := range coreOptions() {
		t.Run(o.Name, func(t *testing.T) {
			c, ok := cases[o.Name]
			if !ok {
				t.Fatalf("the contract has option %s, this test has not", o.Name)
			}
			if got, want := c(t); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

package core_test

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// create makes the machine of a script from options, as users write them.
func (s *script) create(args map[string]string, dropIn bool) {
	cfg := core.DefaultConfig()
	cfg.Jitter, cfg.DropIn = 0, dropIn
	if dropIn {
		cfg.MaxRetries, cfg.HeartbeatInterval = core.Unlimited, tick.Forever
	}
	s.roll = 0.5
	for key, text := range args {
		delete(args, key)
		switch key {
		case "roll":
			s.roll = s.float(text)
		case "jitter":
			cfg.JitterMode = map[string]backoff.Mode{"full": backoff.Full, "equal": backoff.Equal, "decorrelated": backoff.Decorrelated, "own": backoff.Custom}[text]
			if cfg.JitterMode == backoff.Proportional {
				cfg.Jitter = s.float(text)
			}
		case "multiplier":
			cfg.Multiplier = s.float(text)
		case "errorRate":
			cfg.ErrorRate = s.float(text)
		case "perSecond":
			cfg.RetriesPerSecond = s.float(text)
		case "exclude":
			for c := core.Unreachable; c <= core.ClosedByUser; c++ {
				if slices.Contains(strings.Split(text, ","), c.String()) {
					cfg.CircuitExclude |= core.ClassesOf(c)
				}
			}
		case "hiddenPolicy":
			cfg.HiddenPolicy = map[string]core.HiddenPolicy{"normal": core.HiddenNormal, "lazy": core.HiddenLazy, "park": core.HiddenPark}[text]
		case "overflow":
			cfg.Overflow = map[string]queue.Overflow{"drop-oldest": queue.DropOldest, "drop-newest": queue.DropNewest, "reject": queue.Reject}[text]
		default:
			if p, ok := counts(&cfg)[key]; ok {
				*p = s.number(map[string]string{key: text}, key, 0)
			} else if p, ok := spans(&cfg)[key]; ok {
				*p = s.span(text)
			} else {
				s.fatalf("no such option: %s", key)
			}
		}
	}
	s.cfg, s.now, s.gen = cfg, 0, 0
	s.pen = pen{maxRetries: cfg.MaxRetries}
	s.m = core.New(&cfg, func() float64 { return s.roll })
}

func (s *script) float(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) {
		s.fatalf("%q is no number", text)
	}
	return f
}

func counts(cfg *core.Config) map[string]*int {
	return map[string]*int{
		"maxRetries": &cfg.MaxRetries, "failureThreshold": &cfg.FailureThreshold,
		"halfOpenMaxRequests": &cfg.HalfOpenMaxRequests, "volumeThreshold": &cfg.VolumeThreshold, "circuitName": &cfg.CircuitName, "tokens": &cfg.RetryTokens, "maxMessages": &cfg.QueueMessages, "maxBytes": &cfg.QueueBytes,
	}
}

func spans(cfg *core.Config) map[string]*tick.Duration {
	return map[string]*tick.Duration{
		"baseDelay": &cfg.BaseDelay, "maxDelay": &cfg.MaxDelay, "connectionTimeout": &cfg.ConnectionTimeout,
		"closeTimeout": &cfg.CloseTimeout, "minUptime": &cfg.MinUptime, "heartbeatInterval": &cfg.HeartbeatInterval,
		"heartbeatTimeout": &cfg.HeartbeatTimeout, "heartbeatMinTimeout": &cfg.HeartbeatMinTimeout, "resetTimeout": &cfg.ResetTimeout, "window": &cfg.ErrorWindow, "maxAge": &cfg.QueueAge,
	}
}

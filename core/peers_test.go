package core_test

import (
	"fmt"
	"slices"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/budget"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A deed is what another machine does to what it shares with ours.
type deed struct {
	name string
	do   func(core.Config, *breaker.Breaker, *budget.Budget, tick.Time)
}

func breaks(cfg core.Config) breaker.Config {
	return breaker.Config{FailureThreshold: cfg.FailureThreshold, ErrorRate: cfg.ErrorRate, Window: cfg.ErrorWindow,
		VolumeThreshold: cfg.VolumeThreshold, ResetTimeout: cfg.ResetTimeout, Trials: cfg.HalfOpenMaxRequests}
}

var deeds = []deed{
	{"opens", func(cfg core.Config, c *breaker.Breaker, _ *budget.Budget, now tick.Time) { c.Trip(breaks(cfg), now) }},
	{"holds", func(cfg core.Config, c *breaker.Breaker, _ *budget.Budget, now tick.Time) { c.Hold(breaks(cfg), now) }},
	{"retests", func(_ core.Config, c *breaker.Breaker, _ *budget.Budget, _ tick.Time) { c.Retest() }},
	{"closes", func(_ core.Config, c *breaker.Breaker, _ *budget.Budget, _ tick.Time) { c.Reset() }},
	{"fails", func(cfg core.Config, c *breaker.Breaker, _ *budget.Budget, now tick.Time) {
		if p, ok := c.Permit(breaks(cfg), now); ok {
			c.Failure(breaks(cfg), p, now)
		}
	}},
	{"dials", func(cfg core.Config, c *breaker.Breaker, _ *budget.Budget, now tick.Time) { // as many as may
		for n := 0; n < 4 && c.Admits(breaks(cfg), now); n++ {
			c.Permit(breaks(cfg), now)
		}
	}},
	{"spends", func(cfg core.Config, _ *breaker.Breaker, b *budget.Budget, now tick.Time) {
		b.Take(budget.Config{Tokens: cfg.RetryTokens, PerSecond: cfg.RetriesPerSecond}, now)
	}},
}

// news are the events that tell a machine of a deed.
func (d deed) news(cfg core.Config, m *core.Machine, now tick.Time) (events []core.Event) {
	var c breaker.Breaker
	var b budget.Budget
	was := map[core.EventKind][]float64{core.CircuitIs: nil, core.BudgetIs: nil}
	for kind, visit := range map[core.EventKind]func(*dump.Codec){core.CircuitIs: c.Visit, core.BudgetIs: b.Visit} {
		w := dump.Writer(nil)
		m.VisitShared(kind, w)
		visit(dump.Reader(w.Numbers))
		was[kind] = w.Numbers
	}
	d.do(cfg, &c, &b, now)
	for _, kind := range []core.EventKind{core.CircuitIs, core.BudgetIs} {
		w := dump.Writer(nil)
		if kind == core.CircuitIs {
			c.Visit(w)
		} else {
			b.Visit(w)
		}
		if !slices.Equal(w.Numbers, was[kind]) {
			events = append(events, core.Event{Kind: kind, Shared: w.Numbers})
		}
	}
	return events
}

// peer lets another machine do something. Only what is shared can be touched.
func (h *host) peer(t failer, d deed) {
	if h.cfg.CircuitName == 0 && d.name != "spends" {
		return
	}
	for _, e := range d.news(h.cfg, h.m, max(h.now, h.clock)) {
		h.step(t, e)
	}
}

// "BudgetHolds: in no stretch of time are there more retries than the retry
// budget allows"; one more may come of a token that was given out before. A dial
// that Connect has asked for while closing is no retry, and one that was put off
// is made once.
func budgetHolds(h *host, s stride) string {
	tokens, again := h.cfg.RetryTokens, h.delayed
	if s.after.Attempts > s.before.Attempts {
		h.delayed = false
	}
	if again || s.event.Kind != core.Timer || s.before.State == core.StateClosing || tokens == core.Unlimited {
		return ""
	}
	for _, a := range s.acts {
		if a.Kind != core.OpenSocket {
			continue
		}
		copy(h.retries[1:], h.retries[:])
		h.retries[0] = h.now
		if h.retried++; h.retried < tokens+2 {
			continue
		}
		token := tick.Duration(float64(tick.Second) / h.cfg.RetriesPerSecond)
		if took := h.now.Sub(h.retries[tokens+1]); took < token {
			return fmt.Sprintf("%d retries within %s, of %d tokens and another each %s", tokens+2, drawSpan(took), tokens, drawSpan(token))
		}
	}
	return ""
}

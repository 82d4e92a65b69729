package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/fleet/page"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A candidate is a delay schedule and how it did.
type candidate struct {
	policy   backoff.Policy
	overload [3]float64 // peak dials ÷ what the server can admit, by outage; at least 1
	slowness [3]float64 // time until 99 % are back ÷ the least possible; at least 1
	dials    float64    // per client, mean
}

// outages are those that a schedule has to serve alike: a restart, a crash, a
// bad day.
var outages = [3]tick.Duration{2 * tick.Second, 30 * tick.Second, 5 * tick.Minute}

// cost is the geometric mean of overload × slowness: what halves the one and
// doubles the other is no better and no worse.
func (c *candidate) cost() float64 {
	log := 0.0
	for i := range outages {
		log += math.Log(c.overload[i] * c.slowness[i])
	}
	return math.Exp(log / float64(len(outages)))
}

// blip is the median of the first delay: how long one client is away that lost
// its connection alone. That happens every day; an outage does not.
func (c *candidate) blip() tick.Duration {
	lo, hi := c.policy.Window(1, 0)
	return (lo + hi) / 2
}

// patiences are the blips among which a user may choose.
var patiences = []tick.Duration{tick.Second, 2500 * tick.Millisecond, 5 * tick.Second, 10 * tick.Second, 15 * tick.Second, tick.Minute}

// sample is the size of the fleets that are searched with: what matters is how
// many clients there are to an admission, so a small fleet before a small
// server does as the large one before the large.
const sample = 10_000

// search simulates the grid of schedules through each of the outages and prints
// the best for each patience. The circuit breaker is off and nobody gives up:
// the schedule alone is judged.
func search(o options, grid []candidate, out, progress io.Writer) error {
	cfg := shrunk(o.cfg)
	var done counter
	each(len(grid), o.parallel, func(i int) {
		grid[i].judge(cfg)
		done.add(progress, len(grid))
	})
	fmt.Fprintln(progress)
	slices.SortStableFunc(grid, func(a, b candidate) int {
		switch {
		case a.cost() < b.cost():
			return -1
		case a.cost() > b.cost():
			return 1
		}
		return 0
	})
	ideal := float64(o.cfg.Clients) / o.cfg.Server.Admit
	fmt.Fprintf(out, "%s clients, %s admissions a second: %.0f s at best. Overload is the worst 100 ms ÷ what the server admits in it,\n"+
		"slowness the time to 99 %% ÷ the best possible; each after outages of 2 s, 30 s and 300 s.\n\n", page.Thousands(o.cfg.Clients), page.Rate(o.cfg.Server.Admit), ideal)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "alone, back in\toptions\toverload\tslowness\tdials/client\tcost")
	for _, p := range patiences {
		shown := 0
		for i := range grid {
			if c := &grid[i]; c.blip() <= p && shown < 3 {
				fmt.Fprintf(t, "≤ %v\t%s\t%s\t%s\t%.1f\t%.1f\n", page.Words(p), describe(c.policy), ratios(c.overload), ratios(c.slowness), c.dials, c.cost())
				shown++
			}
		}
	}
	return t.Flush()
}

func shrunk(cfg fleet.Config) fleet.Config {
	k := min(sample/float64(cfg.Clients), 1)
	cfg.Clients = int(float64(cfg.Clients) * k)
	cfg.Server.Admit *= k
	cfg.Server.Burst *= k
	cfg.Server.Backlog = int(float64(cfg.Server.Backlog) * k)
	return cfg
}

func candidates() (grid []candidate) {
	modes := []backoff.Policy{
		{Jitter: 0.1}, {Jitter: 0.5}, {Jitter: 1}, {Mode: backoff.Full}, {Mode: backoff.Equal}, {Mode: backoff.Decorrelated},
	}
	for _, p := range modes {
		for _, base := range []float64{0.5, 1, 2, 3, 5, 10, 20, 30} {
			for _, most := range []float64{10, 30, 60, 120, 300} {
				for _, multiplier := range []float64{1.5, 2, 3} {
					p.Base, p.Max, p.Multiplier = tick.FromMillis(base*1000), tick.FromMillis(most*1000), multiplier
					if p.Base <= p.Max && !(p.Mode == backoff.Decorrelated && multiplier != 2) { // which does not multiply
						grid = append(grid, candidate{policy: p})
					}
				}
			}
		}
	}
	return grid
}

func (c *candidate) judge(cfg fleet.Config) {
	ideal := 0.99 * float64(cfg.Clients) / cfg.Server.Admit
	cfg.Horizon = tick.FromMillis(1000 * max(600, 5*ideal))
	m := core.DefaultConfig()
	m.BaseDelay, m.MaxDelay, m.Multiplier = c.policy.Base, c.policy.Max, c.policy.Multiplier
	m.JitterMode, m.Jitter = c.policy.Mode, c.policy.Jitter
	m.MaxRetries, m.FailureThreshold = core.Unlimited, core.Unlimited
	cfg.Policy = fleet.Policy{Name: "candidate", Machine: &m}
	for i, length := range outages {
		cfg.Outage.Length = length
		r := fleet.Run(cfg, nil)
		p99 := r.P99 / 1000
		if r.P99 < 0 {
			p99 = 2 * cfg.Horizon.Millis() / 1000
		}
		c.overload[i] = max(1, float64(r.Peak)/(cfg.Server.Admit/10))
		c.slowness[i] = max(1, p99/ideal)
		c.dials += r.DialsPerClient / float64(len(outages))
	}
}

func describe(p backoff.Policy) string {
	jitter := fmt.Sprint(p.Jitter)
	if p.Mode != backoff.Proportional {
		jitter = []string{"", "'full'", "'equal'", "'decorrelated'"}[p.Mode]
	}
	s := fmt.Sprintf("jitter: %s, baseDelay: %v, maxDelay: %v", jitter, p.Base.Millis(), p.Max.Millis())
	if p.Mode != backoff.Decorrelated {
		s += fmt.Sprintf(", multiplier: %v", p.Multiplier)
	}
	return s
}

func ratios(x [3]float64) string { return fmt.Sprintf("%.1f %.1f %.1f", x[0], x[1], x[2]) }

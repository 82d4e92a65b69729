package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// scenario says in a sentence what is simulated.
func scenario(cfg fleet.Config) string {
	drop := map[fleet.Drop]string{fleet.Reset: "lose their connections at once", fleet.Restart: "are sent away with code 1012 at once",
		fleet.Silent: "lose their connections without a sign"}[cfg.Outage.Drop]
	ends := map[fleet.Dials]string{fleet.Refuse: "refused", fleet.Lose: "lost on the way", fleet.Hang: "never answered"}
	text := fmt.Sprintf("%s clients %s. The server is away for %s (dials are %s), then admits %s a second",
		thousands(cfg.Clients), drop, words(cfg.Outage.Length), ends[cfg.Outage.Dials], thousands(int(cfg.Server.Admit)))
	if cfg.Server.Backlog > 0 {
		text += fmt.Sprintf(" from a queue of %s; dials beyond it are %s", thousands(cfg.Server.Backlog), ends[cfg.Server.Overflow])
	} else {
		text += fmt.Sprintf(" without a queue; dials beyond that are %s", ends[cfg.Server.Overflow])
	}
	if cfg.Server.Toll > 0 {
		text += fmt.Sprintf(", and each of those costs %g of an admission", cfg.Server.Toll)
	}
	text += fmt.Sprintf(". One-way latency %s, %d round trips to open. Seed %d.", words(cfg.Network.Latency), cfg.Network.RoundTrips, cfg.Seed)
	if cfg.Offline.Share > 0 {
		text += fmt.Sprintf(" %.0f %% of the clients are offline themselves for %s.", 100*cfg.Offline.Share, words(cfg.Offline.Length))
	}
	return text + fmt.Sprintf(" Nobody can be done before %s after the server’s return.",
		words(tick.Duration(float64(cfg.Clients)/cfg.Server.Admit*float64(tick.Second))))
}

// words writes a span as people do: 40 ms, 2.5 s, 1 min 40 s.
func words(d tick.Duration) string {
	switch {
	case d < tick.Second:
		return fmt.Sprintf("%g ms", d.Millis())
	case d < tick.Minute:
		return fmt.Sprintf("%g s", d.Millis()/1000)
	case d%tick.Minute == 0:
		return fmt.Sprintf("%d min", d/tick.Minute)
	}
	return fmt.Sprintf("%d min %.3g s", d/tick.Minute, (d%tick.Minute).Millis()/1000)
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

var columns = []string{"policy", "peak/100 ms", "after return", "dials/client", "50 % (s)", "99 % (s)", "in 300 s", "gave up"}

func row(r fleet.Report) []string {
	return []string{r.Policy, thousands(r.Peak), thousands(r.PeakAfter), fmt.Sprintf("%.1f", r.DialsPerClient),
		seconds(r.P50), seconds(r.P99), percent(r.Connected300), percent(r.GaveUp)}
}

func seconds(ms float64) string {
	if ms < 0 {
		return "never"
	}
	return fmt.Sprintf("%.1f", ms/1000)
}

func percent(share float64) string {
	if share > 0 && share < 0.001 {
		return "<0.1 %"
	}
	if share < 1 && share > 0.999 {
		return ">99.9 %"
	}
	return fmt.Sprintf("%.3g %%", 100*share)
}

func writeTable(w io.Writer, reports []fleet.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(cells []string) {
		fmt.Fprintf(t, "%-24s\t", cells[0])
		for _, c := range cells[1:] {
			fmt.Fprintf(t, "%s\t", c)
		}
		fmt.Fprintln(t)
	}
	line(columns)
	for _, r := range reports {
		line(row(r))
	}
	return t.Flush()
}

func writeCSV(w io.Writer, reports []fleet.Report) error {
	c := csv.NewWriter(w)
	c.Write([]string{"policy", "clients", "seed", "outage_ms", "peak_per_100ms", "peak_after_per_100ms", "dials_per_client", "refused", "wasted",
		"queue_peak", "p50_ms", "p99_ms", "connected_300s", "connected", "gave_up", "end_ms"})
	n := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	for _, r := range reports {
		c.Write([]string{r.Policy, strconv.Itoa(r.Clients), strconv.FormatUint(r.Seed, 10), n(r.OutageMs), strconv.Itoa(r.Peak), strconv.Itoa(r.PeakAfter),
			n(r.DialsPerClient), strconv.Itoa(r.Refused), strconv.Itoa(r.Wasted), strconv.Itoa(r.QueuePeak), n(r.P50), n(r.P99),
			n(r.Connected300), n(r.Connected), n(r.GaveUp), n(r.EndMs)})
	}
	c.Flush()
	return c.Error()
}

func writeJSON(w io.Writer, cfg fleet.Config, reports []fleet.Report) error {
	e := json.NewEncoder(w)
	return e.Encode(map[string]any{"scenario": scenario(cfg), "reports": reports})
}

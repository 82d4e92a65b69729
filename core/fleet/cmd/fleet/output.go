package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/fleet/page"
)

var columns = []string{"policy", "peak/100 ms", "after return", "dials/client", "50 % (s)", "99 % (s)", "in 300 s", "gave up"}

func row(r fleet.Report) []string {
	return []string{r.Policy, page.Thousands(r.Peak), page.Thousands(r.PeakAfter), fmt.Sprintf("%.1f", r.DialsPerClient),
		seconds(r.P50), seconds(r.P99), percent(r.Connected300), percent(r.GaveUp)}
}

func seconds(ms float64) string {
	if ms < 0 {
		return "never"
	}
	return fmt.Sprintf("%.1f", ms/1000)
}

func percent(share float64) string {
	if share < 0 {
		return "unknown"
	}
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
	return e.Encode(map[string]any{"scenario": page.Scenario(cfg), "reports": reports})
}

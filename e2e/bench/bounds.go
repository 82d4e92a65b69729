package main

import (
	"fmt"
	"slices"
	"strings"
)

// A verdict says whether a bound is met.
type verdict struct {
	what, bound, found string
	met                bool
}

// mine are the placements that bounds hold for.
var mine = []string{"ours-worker", "ours-page"}

// verdicts compares what was measured with what was promised. Rows that were
// not measured are left out.
func (r *Results) verdicts() []verdict {
	var all []verdict
	ratio := func(row *Row, impl string) float64 { return spread(row.ratios(impl)).Median }
	value := func(row *Row, impl string) float64 { return spread(row.Values[impl]).Median }
	judge := func(row *Row, bound string, show func(impl string) string, met func(impl string) bool) {
		var found []string
		ok := true
		for _, impl := range mine {
			if len(row.Values[impl]) > 0 {
				found = append(found, strings.TrimPrefix(impl, "ours-")+" "+show(impl))
				ok = ok && met(impl)
			}
		}
		all = append(all, verdict{row.Name, bound, strings.Join(found, ", "), ok})
	}
	for _, row := range r.Native {
		all = append(all, verdict{"machine step, native: " + row.Name, "≤ 200 ns, no allocation", fmt.Sprintf("%.0f ns, %.0f", row.Nanoseconds, row.Allocations), row.Nanoseconds <= 200 && row.Allocations == 0})
	}
	for _, row := range r.Rows {
		shown := func(impl string) string { return fmt.Sprintf("%.3f", ratio(row, impl)) }
		ms := func(impl string) string { return fmt.Sprintf("%.0f ms", value(row, impl)) }
		switch {
		case row.Group == "messages" && row.Absolute:
		case row.Group == "messages" && strings.HasPrefix(row.Name, "echo"):
			judge(row, "≤ 1.03", shown, func(impl string) bool { return ratio(row, impl) <= 1.03 })
		case row.Group == "messages":
			judge(row, "≥ 0.97", shown, func(impl string) bool { return ratio(row, impl) >= 0.97 })
		case row.Group == "start" && !row.Absolute:
			rival := value(row, "partysocket")
			judge(row, fmt.Sprintf("≤ partysocket's, %.0f ms", rival), ms, func(impl string) bool { return value(row, impl) <= rival })
		case strings.HasPrefix(row.Name, "script bytes") || strings.HasSuffix(row.Name, "before open"):
			judge(row, "≤ 6000 B", func(impl string) string { return fmt.Sprintf("%.0f B", value(row, impl)) }, func(impl string) bool { return value(row, impl) <= 6000 })
		case strings.HasPrefix(row.Name, "long tasks until"):
			count := func(impl string) string { return fmt.Sprintf("%.0f", value(row, impl)) }
			all = append(all, verdict{row.Name + ", Worker placement", "0", count("ours-worker"), slices.Max(row.Values["ours-worker"]) == 0})
		case strings.HasPrefix(row.Name, "each further client") && strings.HasSuffix(row.Name, "whole process"):
			own := func(impl string) float64 { return value(row, impl) - value(row, "native") } // what the socket itself takes is the browser's
			judge(row, "≤ 8 kB beyond native", func(impl string) string { return fmt.Sprintf("%.1f kB", own(impl)) }, func(impl string) bool { return own(impl) <= 8 })
		case row.Group == "idle":
			judge(row, "< 1 % of a core", func(impl string) string { return fmt.Sprintf("%.2f %%", value(row, impl)) }, func(impl string) bool { return value(row, impl) < 1 })
		}
	}
	return all
}

// verdictTable writes the verdicts as Markdown, and the control's ratios, which
// say how far such numbers can be trusted.
func (r *Results) verdictTable() string {
	var b strings.Builder
	b.WriteString("\n| what | bound | measured | met |\n|---|---|---|---|\n")
	for _, v := range r.verdicts() {
		met := "yes"
		if !v.met {
			met = "**no**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", v.what, v.bound, v.found, met)
	}
	low, high := 0.0, 0.0
	for _, row := range r.Rows {
		if row.Group != "messages" || row.Absolute {
			continue
		}
		m := spread(row.ratios("control")).Median
		if low == 0 || m < low {
			low = m
		}
		high = max(high, m)
	}
	if high > 0 {
		fmt.Fprintf(&b, "\nThe control, native against native in the same rounds, came to ratios from %.3f to %.3f.\n", low, high)
	}
	return b.String()
}

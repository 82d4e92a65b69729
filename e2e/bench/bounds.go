package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// A verdict says whether a bound is met.
type verdict struct {
	what, bound, found, met string
}

// yes is met for a bound that is.
func yes(is bool) string {
	if is {
		return "yes"
	}
	return "**no**"
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
		all = append(all, verdict{row.Name, bound, strings.Join(found, ", "), yes(ok)})
	}
	for _, row := range r.Native {
		all = append(all, verdict{"machine step, native: " + row.Name, "≤ 200 ns, no allocation", fmt.Sprintf("%.0f ns, %.0f", row.Nanoseconds, row.Allocations), yes(row.Nanoseconds <= 200 && row.Allocations == 0)})
	}
	for _, row := range r.Rows {
		shown := func(impl string) string { return fmt.Sprintf("%.3f", ratio(row, impl)) }
		ms := func(impl string) string { return fmt.Sprintf("%.0f ms", value(row, impl)) }
		switch {
		case row.Group == "messages" && row.Absolute:
			whole := r.row(Row{Group: "messages", Name: strings.TrimSuffix(row.Name, ", by hand"), Unit: "µs"})
			added := func(impl string) float64 { return (value(row, impl) - value(row, "native")) / value(whole, "native") }
			if len(whole.Values["native"]) > 0 {
				judge(row, "≤ 3 % of a message", func(impl string) string { return fmt.Sprintf("%.1f %%", 100*added(impl)) }, func(impl string) bool { return added(impl) <= 0.03 })
			}
		case row.Group == "messages" && strings.HasPrefix(row.Name, "echo"):
			judge(row, "≤ 1.03", shown, func(impl string) bool { return ratio(row, impl) <= 1.03 })
			all[len(all)-1].doubt(row, bothNative, func(low, _ float64) bool { return low <= 1.03 })
		case row.Group == "messages":
			judge(row, "≥ 0.97", shown, func(impl string) bool { return ratio(row, impl) >= 0.97 })
			last := &all[len(all)-1]
			last.doubt(row, bothNative, func(_, high float64) bool { return high >= 0.97 })
			if strings.HasPrefix(row.Name, "receive") {
				last.beside(row)
			}
		case row.Group == "start" && !row.Absolute:
			beside := func(impl string) float64 { return spread(row.ratiosTo("partysocket", impl)).Median }
			judge(row, fmt.Sprintf("≤ partysocket's, %.0f ms", value(row, "partysocket")),
				func(impl string) string { return fmt.Sprintf("%s (%.3f of it)", ms(impl), beside(impl)) },
				func(impl string) bool { return beside(impl) <= 1 })
			last := &all[len(all)-1]
			last.doubt(row, "partysocket", func(low, _ float64) bool { return low <= 1 })
			last.elsewhere(row)
		case strings.HasSuffix(row.Name, bytesBeforeOpen):
			judge(row, "≤ 6000 B", func(impl string) string { return fmt.Sprintf("%.0f B", value(row, impl)) }, func(impl string) bool { return value(row, impl) <= 6000 })
		case strings.HasPrefix(row.Name, "long tasks until"):
			count := func(impl string) string { return fmt.Sprintf("%.0f", value(row, impl)) }
			all = append(all, verdict{row.Name + ", Worker placement", "0", count("ours-worker"), yes(slices.Max(row.Values["ours-worker"]) == 0)})
		case strings.HasPrefix(row.Name, "each further client") && strings.HasSuffix(row.Name, "whole process"):
			judge(row, "≤ 8 kB", func(impl string) string { return fmt.Sprintf("%.1f kB", value(row, impl)) }, func(impl string) bool { return value(row, impl) <= 8 })
			all[len(all)-1].found += fmt.Sprintf(", of which the stand-in for a socket is %.1f kB", value(row, "native"))
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
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", v.what, v.bound, v.found, v.met)
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

// doubt takes back a no that the rounds do not bear out: where the median's
// confidence interval reaches the bound, in each placement that missed it.
func (v *verdict) doubt(row *Row, base string, reaches func(low, high float64) bool) {
	if v.met == "yes" {
		return
	}
	for _, impl := range mine {
		if low, high := confidence(row.ratiosTo(base, impl)); !reaches(low, high) {
			return
		}
	}
	v.met = "cannot be told"
}

// elsewhere adds to a start's verdict what a page that dials early comes to, and
// how partysocket would fare with as many bytes of script: of what is left then,
// nothing is the wire's.
func (v *verdict) elsewhere(row *Row) {
	ms := func(impl string) float64 { return spread(row.Values[impl]).Median }
	if len(row.Values[padded]) > 0 {
		v.found += fmt.Sprintf("; partysocket's with as many bytes of script %.0f ms", ms(padded))
	}
	if len(row.Values[early]) == 0 {
		return
	}
	ratio := spread(row.ratiosTo("partysocket", early)).Median
	v.found += fmt.Sprintf("; dialled early %.0f ms (%.3f)", ms(early), ratio)
	if ratio > 1 || v.met == yes(true) {
		return
	}
	if v.met == yes(false) {
		v.met = "otherwise not"
		later := func(impl string) bool { low, _ := confidence(row.ratiosTo(padded, impl)); return low > 1 }
		if len(row.Values[padded]) > 0 && !slices.ContainsFunc(mine, later) {
			v.met += ", as partysocket with as many bytes"
		}
	}
	v.met = "dialled early yes, " + v.met
}

// beside adds the other half of the bound on receiving: no rival is to be faster.
func (v *verdict) beside(row *Row) {
	v.bound += ", not below a rival"
	best := ""
	for _, rival := range rivals {
		if len(row.Values[rival]) > 0 && (best == "" || spread(row.ratios(rival)).Median > spread(row.ratios(best)).Median) {
			best = rival
		}
	}
	if best == "" {
		return
	}
	v.found += fmt.Sprintf("; %s %.3f", best, spread(row.ratios(best)).Median)
	for _, impl := range mine {
		for _, rival := range rivals {
			// Below, if that shows: the whole interval of the ratio lies beneath 1.
			if _, high := confidence(row.ratiosTo(rival, impl)); high < 1 {
				v.met = yes(false)
				v.found += fmt.Sprintf("; %s below %s", strings.TrimPrefix(impl, "ours-"), rival)
			}
		}
	}
}

// confidence is the interval in which the median lies with a probability of 95 %,
// by resampling.
func confidence(values []float64) (low, high float64) {
	if len(values) == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	dice := rand.New(rand.NewPCG(1, 1))
	medians := make([]float64, 2000)
	sample := make([]float64, len(values))
	for i := range medians {
		for j := range sample {
			sample[j] = values[dice.IntN(len(values))]
		}
		medians[i] = spread(sample).Median
	}
	slices.Sort(medians)
	return quantile(medians, 0.025), quantile(medians, 0.975)
}

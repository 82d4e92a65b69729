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
	value := func(row *Row, impl string) float64 { return spread(row.valuesOf(impl)).Median }
	judge := func(row *Row, bound string, show func(impl string) string, met func(impl string) bool) {
		var found []string
		ok := true
		for _, impl := range mine {
			if len(row.Values[impl]) > 0 {
				found = append(found, placement(impl)+" "+show(impl))
				ok = ok && met(impl)
			}
		}
		all = append(all, verdict{row.Name, bound, strings.Join(found, ", "), yes(ok)})
	}
	for _, row := range r.Native {
		all = append(all, verdict{"machine step, native: " + row.Name, "≤ 200 ns, no allocation", fmt.Sprintf("%.0f ns, %.0f", row.Nanoseconds, row.Allocations), yes(row.Nanoseconds <= 200 && row.Allocations == 0)})
	}
	rows := append(r.together(), r.Rows...)
	comparisons := 0
	for _, row := range rows {
		comparisons += len(row.againstRivals())
	}
	for _, row := range rows {
		shown := func(impl string) string { return shownTo(bothNative, row, impl) }
		ms := func(impl string) string { return fmt.Sprintf("%.0f ms", value(row, impl)) }
		switch {
		case row.Group == "messages" && row.Absolute:
			whole := r.row(Row{Group: "messages", Name: strings.TrimSuffix(row.Name, ", by hand"), Unit: "µs"})
			added := func(impl string) float64 { return (value(row, impl) - value(row, "native")) / value(whole, "native") }
			if len(whole.Values["native"]) > 0 {
				judge(row, "≤ 3 % of a message", func(impl string) string { return fmt.Sprintf("%.1f %%", 100*added(impl)) }, func(impl string) bool { return added(impl) <= 0.03 })
			}
		case row.Group == "messages" && strings.HasPrefix(row.Name, "echo"):
			all = append(all, row.verdict(bothNative, "≤ 1.03", shown, func(ratio float64) bool { return ratio <= 1.03 }))
		case row.Group == "messages":
			v := row.verdict(bothNative, "≥ 0.97", shown, func(ratio float64) bool { return ratio >= 0.97 })
			if row.received() {
				v.beside(row, comparisons)
			}
			all = append(all, v)
		case row.Group == "start" && !row.Absolute:
			v := row.verdict("partysocket", fmt.Sprintf("≤ partysocket's, %.0f ms", value(row, "partysocket")),
				func(impl string) string { return ms(impl) + ", of it " + shownTo("partysocket", row, impl) },
				func(ratio float64) bool { return ratio <= 1 })
			v.elsewhere(row)
			all = append(all, v)
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

// verdict judges the ratios to base by the interval that holds their median: a
// bound within it can be told neither met nor missed. The bound is missed where a
// placement's whole interval does; it is met where that of all our columns does.
func (r *Row) verdict(base, bound string, show func(impl string) string, meets func(ratio float64) bool) verdict {
	var found []string
	missed, met := false, true
	for _, impl := range judged {
		ratios := r.ratiosTo(base, impl)
		if len(ratios) == 0 {
			continue
		}
		found = append(found, placement(impl)+" "+show(impl))
		low, high := confidence(ratios)
		missed = missed || !meets(low) && !meets(high)
		if impl == allOurs {
			met = met && meets(low) && meets(high)
		}
	}
	v := verdict{r.Name, bound, strings.Join(found, "; "), "cannot be told"}
	switch {
	case missed:
		v.met = yes(false)
	case met:
		v.met = yes(true)
	}
	return v
}

// judged are the columns that bounds on messages and starts hold for.
var judged = slices.Concat([]string{allOurs}, mine)

func placement(impl string) string { return strings.TrimPrefix(impl, "ours-") }

// shownTo writes a ratio to base, and the interval that holds it.
func shownTo(base string, row *Row, impl string) string {
	ratios := row.ratiosTo(base, impl)
	low, high := confidence(ratios)
	return fmt.Sprintf("%.3f (%.3f–%.3f)", spread(ratios).Median, low, high)
}

// elsewhere adds to a start's verdict how we stand beside partysocket with as many
// bytes of script (what that leaves of a distance is ours, the rest is the wire's),
// what a page that dials early comes to, and what the bytes of our members and
// checks cost by themselves, as they are written today.
func (v *verdict) elsewhere(row *Row) {
	ms := func(impl string) float64 { return spread(row.Values[impl]).Median }
	if len(row.Values[padded]) > 0 {
		v.found += fmt.Sprintf("; partysocket with as many bytes of script %.0f ms", ms(padded))
		v.found += fmt.Sprintf(", ours %s of that", shownTo(padded, row, allOurs))
		low, high := confidence(row.ratiosTo(padded, allOurs))
		if later, _ := confidence(row.ratiosTo("partysocket", padded)); later > 1 && low <= 1 && high >= 1 && v.met == yes(false) {
			v.met += ", by the bytes alone"
		}
	}
	if len(row.Values[early]) > 0 {
		v.found += fmt.Sprintf("; dialled early %.0f ms, of it %s", ms(early), shownTo("partysocket", row, early))
		if _, high := confidence(row.ratiosTo("partysocket", early)); high <= 1 && v.met != yes(true) {
			v.met += "; dialled early yes"
		}
	}
	if len(row.Values[floor]) > 0 {
		v.found += fmt.Sprintf("; a script of the bytes of our members and checks alone, and a native WebSocket, %.0f ms, of it %s", ms(floor), shownTo("partysocket", row, floor))
		if low, _ := confidence(row.ratiosTo("partysocket", floor)); low > 1 && strings.HasPrefix(v.met, yes(false)) {
			v.met += "; our members and checks alone **no**"
		}
	}
}

// received reports whether no rival is to be faster in the row.
func (r *Row) received() bool {
	return r.Group == "messages" && !r.Absolute && strings.HasPrefix(r.Name, "receive")
}

// A comparison is one of our columns beside a rival's.
type comparison struct {
	impl, rival string
	ratios      []float64
}

// againstRivals are the comparisons of a row of what is received.
func (r *Row) againstRivals() (all []comparison) {
	if !r.received() {
		return nil
	}
	for _, impl := range judged {
		for _, rival := range rivals {
			if ratios := r.ratiosTo(rival, impl); len(ratios) > 0 {
				all = append(all, comparison{impl, rival, ratios})
			}
		}
	}
	return all
}

// beside adds the other half of the bound on receiving: no rival is to be
// faster. Where one looks faster, as one of so many comparisons may by chance, it
// cannot be told; it is where chance would hardly do that once in twenty tables.
func (v *verdict) beside(row *Row, comparisons int) {
	v.bound += ", and no rival seen to be faster"
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
	for _, c := range row.againstRivals() {
		if _, high := confidence(c.ratios); high >= 1 {
			continue
		}
		v.found += fmt.Sprintf("; %s below %s, %s of it", placement(c.impl), c.rival, shownTo(c.rival, row, c.impl))
		switch {
		case chanceBelow1(c.ratios)*float64(comparisons) < 0.05:
			v.met = yes(false)
		case v.met == yes(true):
			v.met = "cannot be told"
		}
	}
}

// chanceBelow1 is the probability that so many ratios or more lie below 1 where
// either side is as likely: the sign test.
func chanceBelow1(ratios []float64) float64 {
	n, below := len(ratios), 0
	for _, ratio := range ratios {
		if ratio < 1 {
			below++
		}
	}
	chance, ways := 0.0, 1.0 // ways to have k of n above
	for k := 0; k <= n-below; k++ {
		chance += ways
		ways *= float64(n-k) / float64(k+1)
	}
	return chance / math.Pow(2, float64(n))
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

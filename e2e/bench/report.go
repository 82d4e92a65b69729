package main

import (
	"fmt"
	"strings"
)

// tables writes the rows as Markdown, a table for each group.
func (r *Results) tables() string {
	var b strings.Builder
	var groups []string
	for _, row := range r.Rows {
		if len(groups) == 0 || groups[len(groups)-1] != row.Group {
			groups = append(groups, row.Group)
		}
	}
	for _, group := range groups {
		fmt.Fprintf(&b, "\n### %s\n\n| | rounds | native |", strings.ToUpper(group[:1])+group[1:])
		for _, impl := range implementations[1:] {
			fmt.Fprintf(&b, " %s |", impl)
		}
		b.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(implementations)-1) + "\n")
		for _, row := range r.Rows {
			if row.Group == group {
				row.write(&b)
			}
		}
	}
	return b.String()
}

func (r *Row) write(b *strings.Builder) {
	rounds := 0
	for _, values := range r.Values {
		rounds = max(rounds, len(values))
	}
	fmt.Fprintf(b, "| %s | %d |", r.Name, rounds)
	for _, impl := range implementations {
		values := r.Values[impl]
		switch {
		case len(values) == 0:
			b.WriteString(" |")
		case impl == "native" || r.Absolute:
			fmt.Fprintf(b, " %s %s |", short(spread(values).Median), r.Unit)
		default:
			s := spread(r.ratios(impl))
			fmt.Fprintf(b, " **%.2f** (%.2f–%.2f) |", s.Median, s.Low, s.High)
		}
	}
	b.WriteString("\n")
}

// short writes a number with three digits that matter.
func short(v float64) string {
	switch {
	case v >= 100 || v == 0:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func (b *bench) document(path string) error { return nil }

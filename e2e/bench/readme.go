package main

import (
	"fmt"
	"os"
	"strings"
)

// inReadme are the lines of README's table: what a page's author asks first.
var inReadme = []struct{ line, row, ours string }{
	{"receive 100 B of text (more is better)", "receive text, 100 B", allOurs},
	{"receive 4 KiB of text (more is better)", "receive text, 4 KiB", allOurs},
	{"send 100 B of text (more is better)", "send text, 100 B", allOurs},
	{"echo of 100 B (less is better)", "echo round trip, 100 B", allOurs},
	{"from navigation to the first echo, local (less is better)", "local, to the first echo", allOurs},
	{"the same, 4G", "4G, to the first echo", allOurs},
	{"the same, 4G, [dialled early](#open-sooner)", "4G, to the first echo", early},
	{"the same, slow 3G", "slow 3G, to the first echo", allOurs},
	{"the same, slow 3G, [dialled early](#open-sooner)", "slow 3G, to the first echo", early},
	{"from a message's arrival to its listener, without the network", "receive text, 100 B, by hand", allOurs},
	{"script loaded before the first open (brotli)", "4G" + bytesBeforeOpen, "ours-worker"},
	{"each further client, in the whole process", "each further client, on stand-in sockets: whole process", "ours-worker"},
	{"1,000 heartbeats in 30 s, of a core", "a core's time for 1,000 heartbeats in 30 s, on 200 sockets", "ours-worker"},
}

// readmeTable writes README's table.
func (r *Results) readmeTable() string {
	var b strings.Builder
	b.WriteString("| | native again | ours | reconnecting-websocket | partysocket |\n|---|---|---|---|---|\n")
	for _, l := range inReadme {
		impls := []string{"control", l.ours, "reconnecting-websocket", "partysocket"}
		if l.ours == early { // the others have nothing like it
			impls = []string{"", early, "", ""}
		}
		for _, row := range r.Rows {
			if row.Name != l.row {
				continue
			}
			fmt.Fprintf(&b, "| %s |", l.line)
			for _, impl := range impls {
				fmt.Fprintf(&b, " %s |", row.cell(impl))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// cell is what one implementation has come to: a ratio, where there is one.
func (r *Row) cell(impl string) string {
	values := r.valuesOf(impl)
	switch {
	case len(values) == 0:
		return ""
	case !r.Absolute:
		return fmt.Sprintf("%.2f", spread(r.ratios(impl)).Median)
	case r.Unit == "B":
		return short(spread(values).Median/1000) + " kB"
	}
	return short(spread(values).Median) + " " + r.Unit
}

// fillReadme puts the table between its marks.
func (r *Results) fillReadme(name string) error {
	const from, to = "<!-- benchmark -->\n", "<!-- /benchmark -->"
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), from)
	_, after, ends := strings.Cut(rest, to)
	if !begins || !ends {
		return fmt.Errorf("%s has no place for the table: %s… %s", name, from, to)
	}
	return os.WriteFile(name, []byte(before+from+r.readmeTable()+to+after), 0o644)
}

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
		rows := slices.DeleteFunc(slices.Clone(r.Rows), func(row *Row) bool { return row.Group != group })
		used := slices.DeleteFunc(slices.Clone(columns), func(impl string) bool {
			return !slices.ContainsFunc(rows, func(row *Row) bool { return len(row.Values[impl]) > 0 })
		})
		fmt.Fprintf(&b, "\n### %s\n\n| | rounds | %s |\n|---|---|%s\n", strings.ToUpper(group[:1])+group[1:], strings.Join(used, " | "), strings.Repeat("---|", len(used)))
		for _, row := range rows {
			row.write(&b, used)
		}
	}
	return b.String()
}

func (r *Row) write(b *strings.Builder, columns []string) {
	fmt.Fprintf(b, "| %s | %s |", r.Name, r.rounds())
	for _, impl := range columns {
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

// document writes the whole report into a Markdown file, and its plots beside it.
func (b *bench) document(path string) error {
	plots, err := b.plots()
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := writeFiles(dir, plots); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(b.report(slices.Sorted(maps.Keys(plots)))), 0o644)
}

// report is the text of docs/benchmark.md.
func (b *bench) report(plots []string) string {
	var s strings.Builder
	m := b.Machine
	s.WriteString("<!-- Written by `make bench`; do not edit. -->\n\n# Benchmark\n\n")
	fmt.Fprintf(&s, "Measured by `make bench` on %s, %d cores, %s, %s, %s, headless.\n", m.CPU, m.Cores, m.System, m.Go, m.Chromium)
	if len(b.Kept) > 0 {
		fmt.Fprintf(&s, "Of an earlier run on the same machine are rows of: %s.\n", strings.Join(b.Kept, ", "))
	}
	s.WriteString(method)
	s.WriteString("\n## The bounds\n" + b.verdictTable() + b.waits())
	for _, name := range plots {
		fmt.Fprintf(&s, "\n![%s](%s)\n", strings.TrimSuffix(name, ".svg"), name)
	}
	s.WriteString("\n## All rows\n" + b.tables())
	s.WriteString("\n### The machine, native\n\n| step | ns | allocations |\n|---|---|---|\n")
	for _, row := range b.Native {
		fmt.Fprintf(&s, "| %s | %s | %.0f |\n", row.Name, short(row.Nanoseconds), row.Allocations)
	}
	s.WriteString("\n### What a page loads (brotli)\n\n| file | bytes |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(b.Bytes)) {
		fmt.Fprintf(&s, "| %s | %d |\n", strings.TrimPrefix(strings.TrimPrefix(name, "/dist/"), "/rival/"), b.Bytes[name])
	}
	return s.String()
}

// method says how to read the tables.
const method = `
All implementations run in the same Chromium. For the message rows each has a frame of
its own in one page (one process, one thread), and does its work in short bursts between
those of the others, in a new random order each time; a round is 64 bursts (16 by hand), of
which the mean of the middle half counts. Each round has a page of its own, with the frames
in another order: a frame's place makes a difference too. What is received has more rounds
than the rest: rivals are a hundredth apart there. Bold is the median over the rounds of the
ratio to native in the same round, in brackets are its quartiles. Ratios are of speed for
receive and send (more is better), of time for all others (less is better). “control” is
native a second time; the others are compared with the mean of the two.
Meanwhile the page's main thread has a core of its own (on Linux, given two); the rest of
the browser, Workers included, and the server have the others. So a message takes at least
what they need for it, however little the page does: the rows
“main thread” count processor time of that thread alone, by the cheapest quarter of 24
bursts: with small messages they are of two kinds, and one costs half as much again, whoever's
it is. “By hand” rows leave the network out: what it takes
from an event at the native socket, its making included, to the listener, and from the
call of send to the native one. What
is added there, as a share of what a message takes natively, is the surest figure of all:
it does not drown in the noise of the rest. “The call” is the call of send alone.

In brackets behind a ratio among the bounds is the interval that holds the median with a
probability of 95 %, by resampling the rounds. “ours” stands for our columns, by
their geometric mean in each round: until the socket opens, and with a message, all do the
same, and none enters Go. A bound on messages or starts is met where the whole interval of “ours” meets it, and missed
where that, or a placement's, misses it wholly; otherwise it “cannot be told”. A rival is
faster where it leads in so many rounds that chance would do as much, in any of the table's
comparisons, in hardly one table of twenty (the sign test, corrected by Bonferroni). Where it
only looks so, the whole interval of one ratio to it lying below 1, it “cannot be told”: of
some 90 comparisons two look like that by chance. “All together” rows are the
geometric mean of the others of their kind, round by round, and stand for all of them.

Start rows load a fresh page in a fresh browser context, its scripts compressed by brotli,
over links that delay and slow all connections of the page together: 4G has a round trip
of 85 ms and 9 Mbit/s, slow 3G 400 ms and 500 kbit/s, and a new connection costs one
round trip more. Ours goes on to load its core beside the open connection. Each has
a new tab, and begins when the browser has come to rest after making it. Until a page asks
for its script nothing differs, yet that takes some 10 ms more or less each time, which is
more than the rest of a start varies by: to each start that waits for a script the median of
all is given for it. What the page's main thread has worked until the first echo is a row
of its own, on a link that is near: there a script's own work counts, not its bytes.

Heartbeats are those of pages that have been open for 25 intervals, so that a crowd's
probes leave together.

ours-worker and ours-page are the options form with its default heartbeat, the core in
a Worker or on the page; ours-dropin is the form that takes a WebSocket's arguments;
ours-early is ours-worker in a page that dials in a line of its own, before any script
is loaded, and gives us the socket (README, “Open sooner”); native-floor is the native
WebSocket in a page that first loads a script which does nothing, of as many bytes as our
class with its members and its checks alone ([size.md](size.md)): if the rest of our
script cost nothing, we would be no sooner. partysocket-padded is
partysocket with a comment that makes its script as long as ours: what of the distance
between the two is the bytes on the wire alone. On 4G and slow 3G native-floor,
partysocket-padded, partysocket, ours-worker and ours-page have more rounds than the others,
after theirs: too little divides them to be told in so few.
Chromium opens WebSockets to one address one after another and at most 255 of them.
A crowd's echoes are the median of nine times, after a first that is not counted.
`

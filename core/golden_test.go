package core_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/*.txt with what the machine does now. "+
	"Only commit the changes if you understand what caused them.")

// TestGolden runs the scripts of testdata. A script is a story: paragraphs of
// commands (see script_test.go), each followed by a line "----" and what the
// machine did, up to an empty line.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	seen, ran := map[move]bool{}, 0
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			ran++
			was, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			is := runScript(t, name, string(was), seen)
			if is == string(was) {
				return
			}
			if !*rewrite {
				t.Fatal(difference(name, string(was), is))
			}
			if err := os.WriteFile(name, []byte(is), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
	if ran == len(names) {
		allMovesSeen(t, seen)
	}
}

// A move is a change of the connection's state.
type move struct{ from, to core.State }

func (m move) String() string { return m.from.String() + " -> " + m.to.String() }

// "Every legal transition is reached by some script."
func allMovesSeen(t *testing.T, seen map[move]bool) {
	for _, m := range moves() {
		if core.Legal(m.from, m.to) && !seen[m] {
			t.Errorf("%v is legal, but no script shows it", m)
		}
	}
}

// runScript returns the script with the output that the machine gives now.
func runScript(t *testing.T, name, text string, seen map[move]bool) string {
	t.Helper()
	s := &script{t: t, seen: seen}
	var out strings.Builder
	var skipping, pending bool
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		s.at = position(name, i+1)
		switch {
		case skipping && line != "":
			continue // the output of an earlier run
		case line == "----":
			if !pending {
				t.Fatalf("%s: output of no command", s.at)
			}
			out.WriteString("----\n" + s.take())
			skipping, pending = true, false
			continue
		case line != "" && !strings.HasPrefix(line, "#"):
			s.run(line)
			pending = true
		}
		skipping = false
		out.WriteString(line + "\n")
	}
	if pending {
		t.Fatalf("%s: a ---- is missing at the end", s.at)
	}
	return out.String()
}

// difference shows the first line that differs, with its neighbours.
func difference(name, was, is string) string {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	around := func(lines []string) string {
		from, to := min(max(0, i-4), len(lines)), min(i+8, len(lines))
		return "\t" + strings.Join(lines[from:to], "\n\t")
	}
	return position(name, i+1) + ": the machine differs from the script\nscript:\n" + around(a) +
		"\nmachine:\n" + around(b) + "\n(go test ./core -run TestGolden -rewrite; " +
		"only commit the changes if you understand what caused them)"
}

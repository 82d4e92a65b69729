package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
)

// A document's tables are made with the flags above them; the rest stays.
func TestDocument(t *testing.T) {
	name := filepath.Join(t.TempDir(), "doc.md")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("before\n<!-- fleet -clients 20 -admit 10 -outage 1s -policy signalr -->\nold\n<!-- /fleet -->\nbetween\n" +
		"<!-- fleet -clients 30 -admit 10 -outage 1s -policy 'default,recommended 5 s' -->\n<!-- /fleet -->\nafter\n")
	for range 2 { // what is filled can be filled again
		if err := run([]string{"-doc", name}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	text, _ := os.ReadFile(name)
	lines := strings.Split(string(text), "\n")
	var starts []string
	for _, line := range lines {
		start, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		starts = append(starts, start)
	}
	if got := strings.Join(starts, ";"); !strings.HasPrefix(got, "before;<!-- fleet") || !strings.Contains(got, ";signalr;<!-- /fleet -->;between;") || !strings.HasSuffix(got, ";default;recommended 5 s;<!-- /fleet -->;after;") {
		t.Errorf("the document is now\n%s", text)
	}
	write("<!-- fleet -clients none -->\n<!-- /fleet -->\n")
	if err := run([]string{"-doc", name}, io.Discard, io.Discard); err == nil {
		t.Error("no error for flags that make no sense")
	}
	write("no tables\n")
	if err := run([]string{"-doc", name}, io.Discard, io.Discard); err == nil {
		t.Error("no error for a document without tables")
	}
}

// The command, as `make fleet` runs it, with a small fleet.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	name := func(ext string) string { return filepath.Join(dir, "storm."+ext) }
	var out strings.Builder
	args := []string{"-clients", "300", "-admit", "30", "-outage", "10s", "-options", `{"jitter":"full","baseDelay":5000}`, "-policy", "all",
		"-csv", name("csv"), "-json", name("json"), "-html", name("html")}
	if err := run(args, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	policies := len(fleet.Policies()) + 1
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != policies+3 || !strings.Contains(lines[3], "yours") {
		t.Errorf("the table has %d lines, want %d:\n%s", len(lines), policies+3, out.String())
	}
	f, err := os.Open(name("csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err := csv.NewReader(f).ReadAll(); err != nil || len(rows) != policies+1 {
		t.Errorf("%d rows, %v; want %d", len(rows), err, policies+1)
	}
	text, err := os.ReadFile(name("json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Reports []fleet.Report }
	if err := json.Unmarshal(text, &all); err != nil || len(all.Reports) != policies || len(all.Reports[0].Series.Dials) == 0 {
		t.Errorf("%d reports, %v", len(all.Reports), err)
	}
	if html, err := os.ReadFile(name("html")); err != nil || !strings.Contains(string(html), "300 clients lose their connections") {
		t.Errorf("the page does not tell the scenario: %v", err)
	}

	// Two fleets at a time change nothing.
	var again strings.Builder
	if err := run(append(args[:len(args):len(args)], "-parallel", "1"), &again, io.Discard); err != nil {
		t.Fatal(err)
	}
	if once, _ := os.ReadFile(name("json")); string(once) != string(text) || again.String() != out.String() {
		t.Error("the same flags gave other bytes")
	}
}

func TestCommandSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-policy nobody", `no policy "nobody"`},
		{"-clients 0", "0 clients"},
		{"-admit -1", "admission of -1"},
		{"-drop gently", "must be one of"},
		{"-outage 3", "missing unit"},
		{`-options {"jitter":7}`, "option jitter is 7"},
		{"extra", `"extra" is not a flag`},
	} {
		if err := run(strings.Fields(c.args), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("fleet %s: %v; want it to say %q", c.args, err, c.want)
		}
	}
}

// More patience never finds worse options: what suits the less patient is
// among what they may choose.
func TestSearch(t *testing.T) {
	o, err := readFlags(strings.Fields("-search -clients 50 -admit 5 -backlog 5"), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var grid []candidate
	for i, c := range candidates() {
		if i%12 == 0 {
			grid = append(grid, c)
		}
	}
	var out strings.Builder
	if err := search(o, grid, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "50 clients, 5 admissions a second: 10 s at best") {
		t.Errorf("the search does not say of what:\n%s", out.String())
	}
	n, last := 0, math.Inf(1)
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "≤") {
			continue
		}
		fields := strings.Fields(line)
		cost, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil {
			t.Fatal(err)
		}
		if n%3 == 0 { // the best of a patience
			if cost > last {
				t.Errorf("more patience costs %v, less %v:\n%s", cost, last, out.String())
			}
			last = cost
		}
		n++
	}
	if n != 3*len(patiences) {
		t.Errorf("%d schedules, want %d:\n%s", n, 3*len(patiences), out.String())
	}
}

func TestSearchWritesNoFiles(t *testing.T) {
	if err := run([]string{"-search", "-csv", "x"}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "-csv") {
		t.Errorf("%v", err)
	}
}

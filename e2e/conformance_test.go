package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var rewriteConformance = flag.Bool("rewrite-conformance", false, "write the deviations that were found into docs/conformance.md, with the reasons that are there")

// An answer is what a check gives, as JSON, asked of the native WebSocket, of
// ours that never reconnects, and of ours that does.
type answer struct{ Native, Single, Reconnecting string }

func (a answer) deviates() bool { return a.Single != a.Native || a.Reconnecting != a.Native }

// A conformanceRow is a deviation as the document lists it.
type conformanceRow struct {
	sentence string
	answer
	reason string
}

var conformanceDoc = filepath.Join("..", "docs", "conformance.md")

// The class is asked what the standard says, beside the native one, in the same
// page. Where it differs, docs/conformance.md says so and why; there is no
// other difference, and each that is listed is one.
func TestConformance(t *testing.T) {
	p := openPage(t, "worker", file("conformance.html"))
	p.manySockets = true // several checks make several
	found, asked := p.conformance()
	if asked < 200 {
		t.Errorf("%d checks were asked", asked)
	}
	text, err := os.ReadFile(conformanceDoc)
	p.must(err)
	listed := conformanceTable(string(text))
	if *rewriteConformance {
		for i, row := range found {
			if at := slices.IndexFunc(listed, func(r conformanceRow) bool { return r.sentence == row.sentence }); at >= 0 {
				found[i].reason = listed[at].reason
			}
		}
		p.must(os.WriteFile(conformanceDoc, []byte(withConformanceTable(string(text), found)), 0o644))
		return
	}
	for _, row := range found {
		at := slices.IndexFunc(listed, func(r conformanceRow) bool { return r.sentence == row.sentence })
		if at < 0 {
			t.Errorf("a deviation that is not listed: %s\n%s", row.sentence, row.answer)
			continue
		}
		if listed[at].answer != row.answer {
			t.Errorf("%s: listed is\n%s\nfound was\n%s", row.sentence, listed[at].answer, row.answer)
		}
		if listed[at].reason == "" {
			t.Errorf("%s: no reason is given", row.sentence)
		}
	}
	for _, row := range listed {
		if !slices.ContainsFunc(found, func(r conformanceRow) bool { return r.sentence == row.sentence }) {
			t.Errorf("listed, but no deviation: %s", row.sentence)
		}
	}
}

func (a answer) String() string {
	return fmt.Sprintf("  native        %s\n  maxRetries: 0 %s\n  reconnecting  %s", a.Native, a.Single, a.Reconnecting)
}

// conformance returns the deviations that are found, and how many checks there are.
func (p *page) conformance() (found []conformanceRow, asked int) {
	p.t.Helper()
	asked = get[int](p, `checks.size`)
	var rows [][2]json.RawMessage
	for from := 0; from < asked; from += 25 { // no call is to take longer than patience
		var some [][2]json.RawMessage
		p.must(json.Unmarshal([]byte(get[string](p, fmt.Sprintf(`(async () => JSON.stringify(await conform(%d, %d)))()`, from, from+25))), &some))
		rows = append(rows, some...)
	}
	for _, row := range rows {
		var r conformanceRow
		p.must(json.Unmarshal(row[0], &r.sentence))
		p.must(json.Unmarshal(row[1], &r.answer))
		if strings.Contains(r.Native, "no answer") {
			p.t.Errorf("%s: the native class does not answer", r.sentence)
		}
		if r.deviates() {
			found = append(found, r)
		}
	}
	return found, asked
}

var (
	conformanceMarks = [2]string{"<!-- deviations: written by e2e, but for the reasons -->", "<!-- /deviations -->"}
	cellSplit        = regexp.MustCompile(` \| `)
)

// conformanceTable reads the document's rows.
func conformanceTable(text string) (rows []conformanceRow) {
	_, text, _ = strings.Cut(text, conformanceMarks[0])
	text, _, _ = strings.Cut(text, conformanceMarks[1])
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		cells := cellSplit.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), -1)
		if len(cells) != 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(cell, `\|`, "|")
		}
		code := func(i int) string { return strings.Trim(cells[i], "`") }
		rows = append(rows, conformanceRow{cells[0], answer{code(1), code(2), code(3)}, strings.TrimSpace(cells[4])})
	}
	return rows
}

// withConformanceTable returns the document with these rows.
func withConformanceTable(text string, rows []conformanceRow) string {
	before, rest, _ := strings.Cut(text, conformanceMarks[0])
	_, after, _ := strings.Cut(rest, conformanceMarks[1])
	var b strings.Builder
	b.WriteString(before + conformanceMarks[0] + "\n\n| what is asked | WebSocket | `maxRetries: 0` | reconnecting | why |\n|---|---|---|---|---|\n")
	for _, r := range rows {
		cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
		fmt.Fprintf(&b, "| %s | `%s` | `%s` | `%s` | %s |\n", cell(r.sentence), cell(r.Native), cell(r.Single), cell(r.Reconnecting), cell(r.reason))
	}
	return b.String() + "\n" + conformanceMarks[1] + after
}

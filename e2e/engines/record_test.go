package engines

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const doc = "../../docs/engines.md"

// product is what an agent calls itself, by engine.
var product = map[string]*regexp.Regexp{
	"chromium": regexp.MustCompile(`(?:Headless)?(Chrome/\d+)`),
	"firefox":  regexp.MustCompile(`(Firefox/\d+)`),
	"webkit":   regexp.MustCompile(`(AppleWebKit/[\d.]+)`),
}

// compare holds a tally against docs/engines.md, or writes it there. The version
// is not compared.
func compare(t *testing.T, name string, came tally) {
	t.Helper()
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), "<!-- engine:"+name+" -->\n")
	was, after, closed := strings.Cut(rest, "<!-- end -->\n")
	if !found || !closed {
		t.Fatalf("%s has no place for %s", doc, name)
	}
	is := came.text(name)
	if *write {
		if err := os.WriteFile(doc, []byte(before+"<!-- engine:"+name+" -->\n"+is+"<!-- end -->\n"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if withoutVersion(was) != withoutVersion(is) {
		t.Errorf("%s says of %s\n%s\nit came to\n%s\n(E2E=1 ENGINES=%s go test ./e2e/engines -args -write)", doc, name, was, is, name)
	}
}

func withoutVersion(text string) string {
	_, rest, _ := strings.Cut(text, ": ")
	return rest
}

// text is the entry of docs/engines.md.
func (c tally) text(name string) string {
	agent := c.agent
	if p := product[name]; p != nil && p.MatchString(agent) {
		m := p.FindStringSubmatch(agent)
		agent = strings.Replace(m[1], "/", " ", 1)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**: %d passed, %d cannot be done.\n", agent, c.passed, c.skipped)
	for _, why := range slices.Sorted(maps.Keys(c.reasons)) {
		names := slices.Clone(c.reasons[why])
		slices.Sort(names)
		fmt.Fprintf(&b, "- %s (*%s*)\n", why, strings.Join(slices.Compact(names), "*, *"))
	}
	return b.String()
}

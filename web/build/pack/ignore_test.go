package pack

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// What is written once stays where the source map says, on any line and however
// often the comment comes before it.
func TestImportsAtRunTime(t *testing.T) {
	for name, tc := range map[string]struct {
		script, want string
		mappings     string
		columns      [][]int // of each line
	}{
		"one":             {"a;import(b);c", "a;import(" + ignore + "b);c", "AAAA,SAAA,GAAA", [][]int{{0, 9 + len(ignore), 12 + len(ignore)}}},
		"two on a line":   {"import(a)+import(b)", "import(" + ignore + "a)+import(" + ignore + "b)", "AAAA,OAAA,UAAA", [][]int{{0, 7 + len(ignore), 17 + 2*len(ignore)}}},
		"on a later line": {"a\nimport(b)", "a\nimport(" + ignore + "b)", "AAAA;AAAA,OAAA", [][]int{{0}, {0, 7 + len(ignore)}}},
		"none":            {"a()", "a()", "AAAA", [][]int{{0}}},
	} {
		script, sourceMap, err := importsAtRunTime([]byte(tc.script), []byte(`{"version":3,"mappings":"`+tc.mappings+`"}`))
		if err != nil || string(script) != tc.want {
			t.Errorf("%s: %s, %v", name, script, err)
		}
		var m struct{ Mappings string }
		if err := json.Unmarshal(sourceMap, &m); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(m.Mappings, ";") {
			var columns []int
			at := 0
			for segment := range strings.SplitSeq(line, ",") {
				distance, _ := vlq(segment)
				at += distance
				columns = append(columns, at)
			}
			if !slices.Equal(columns, tc.columns[i]) {
				t.Errorf("%s: line %d is mapped at %v, want %v", name, i, columns, tc.columns[i])
			}
		}
	}
	for _, n := range []int{0, 1, -1, 15, 16, -16, 31, 32, 1000, -123456} {
		if got, rest := vlq(toVLQ(n) + "C"); got != n || rest != "C" {
			t.Errorf("%d is written as %q, and read as %d and %q", n, toVLQ(n), got, rest)
		}
	}
}

package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	goTest   = regexp.MustCompile(`(?m)^func (Test\w+)\(t `)
	tsTest   = regexp.MustCompile("(?m)^ *test\\(['\"`]([^'\"`]+)['\"`]")
	numbered = regexp.MustCompile(`^(?:TestPain|pain )(\d+)(?:[A-Z]|: )`)
	row      = regexp.MustCompile(`(?m)^\| (\d+) \|.*\| ([^|]+) \|$`)
	quoted   = regexp.MustCompile("`([^`]+)`")
)

// "Each of the thirty pains has its test": docs/pains.md has a row for each,
// each row names a test that has its number, and all tests that are named there
// exist. No test of a pain, or of another client's bug, is left out.
func TestEachPainHasItsTest(t *testing.T) {
	text, err := os.ReadFile("../docs/pains.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testNames(t)
	named := map[string]string{} // by test, the number of its row
	for i, r := range row.FindAllStringSubmatch(string(text), -1) {
		number, own := r[1], false
		if number != fmt.Sprint(i+1) {
			t.Fatalf("row %d of the pains has the number %s", i+1, number)
		}
		for _, q := range quoted.FindAllStringSubmatch(r[2], -1) {
			named[q[1]] = number
			if !slices.Contains(tests, q[1]) {
				t.Errorf("pain %s: there is no test %q", number, q[1])
			}
			own = own || painOf(q[1]) == number
		}
		if !own {
			t.Errorf("pain %s has no test with its number", number)
		}
	}
	pains, bugs, found := strings.Cut(string(text), "\n## Bugs")
	if n := len(row.FindAllString(pains, -1)); n != 30 || !found {
		t.Errorf("the table has %d pains, want 30, and the bugs after them", n)
	}
	for _, line := range strings.Split(bugs, "\n") {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) < 3 || cells[0] == "| whose" {
			continue
		}
		names := quoted.FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(names) == 0 {
			t.Errorf("a bug has no test: %s", line)
		}
		for _, q := range names {
			named[q[1]] += "bug"
			if !slices.Contains(tests, q[1]) {
				t.Errorf("there is no test %q of a bug", q[1])
			}
		}
	}
	for _, name := range tests {
		number := painOf(name)
		switch {
		case number != "" && !strings.HasPrefix(named[name], number):
			t.Errorf("%q is not in row %s of docs/pains.md", name, number)
		case strings.HasPrefix(name, "TestBug") && named[name] == "":
			t.Errorf("%s is not in docs/pains.md", name)
		}
	}
}

// painOf is the number that a test's name carries, without a leading zero.
func painOf(name string) string {
	if m := numbered.FindStringSubmatch(name); m != nil {
		return strings.TrimPrefix(m[1], "0")
	}
	return ""
}

// testNames are the names of all tests of the tree.
func testNames(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		expr := goTest
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == ".cache"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".test.ts"):
			expr = tsTest
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range expr.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

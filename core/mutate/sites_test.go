package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

const sample = `package p

import "x"

func f(a, b int) (n int) {
	for a < b {
		a++
	}
	switch {
	case a == 3 && true:
		n = max(a, b)
	case b > 1:
		x.Do(a)
		return
	}
	return a - 0x10
}
`

// sitesOf takes all numbers for ints.
func sitesOf(t *testing.T, text string) []mutant {
	t.Helper()
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	return sites(set, syntax, []byte(text), func(ast.Expr) string { return "int" })
}

func TestSites(t *testing.T) {
	all := sitesOf(t, sample)
	var got []string
	for _, m := range all {
		got = append(got, strings.TrimPrefix(m.String(), "p.go:"))
	}
	slices.Sort(got)
	want := []string{
		`10: name: "true" becomes "false"`,
		`10: negate: "a == 3 && true" becomes "!(a == 3 && true)"`,
		`10: off by one: "3" becomes "4"`,
		`10: operator: "&&" becomes "||"`,
		`10: operator: "==" becomes "!="`,
		`11: delete: "n = max(a, b)" becomes "{}"`,
		`11: name: "max" becomes "min"`,
		`12: negate: "b > 1" becomes "!(b > 1)"`,
		`12: off by one: "1" becomes "2"`,
		`12: operator: ">" becomes ">="`,
		`13: delete: "x.Do(a)" becomes "{}"`,
		`14: delete: "return" becomes "{}"`,
		`16: off by one: "0x10" becomes "17"`,
		`16: operator: "-" becomes "+"`,
		`6: negate: "a < b" becomes "!(a < b)"`,
		`6: operator: "<" becomes "<="`,
		`7: delete: "a++" becomes "{}"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Each mutant differs from the file in its own place only, and is still Go.
func TestMutantsParse(t *testing.T) {
	for _, m := range sitesOf(t, sample) {
		changed := m.apply([]byte(sample))
		if _, err := parser.ParseFile(token.NewFileSet(), "p.go", changed, 0); err != nil {
			t.Errorf("%v: %v", m, err)
		}
		if want := sample[:m.from] + m.new + sample[m.to:]; string(changed) != want || want == sample {
			t.Errorf("%v gives\n%s", m, changed)
		}
	}
}

package core_test

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// alsoChecked are invariants that need more than one look at one step; the
// hosts check them by themselves.
var alsoChecked = []string{"TimerSettles", "DumpIsExact", "RestoreIsFaithful"}

// The package comment lists the invariants that are checked: all, and no other.
func TestInvariantsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile(`(?m)^//   - ([A-Za-z]+): `).FindAllSubmatch(text, -1) {
		documented = append(documented, string(m[1]))
	}
	checked := slices.Clone(alsoChecked)
	for _, inv := range invariants {
		checked = append(checked, inv.name)
	}
	slices.Sort(documented)
	slices.Sort(checked)
	if !slices.Equal(documented, checked) {
		t.Errorf("doc.go lists the invariants\n%q\nchecked are\n%q", documented, checked)
	}
	// What the hosts check by themselves is named where it fails.
	for _, name := range alsoChecked {
		found := false
		for _, file := range []string{"host_test.go", "life_test.go"} {
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found = found || regexp.MustCompile(`Fatalf\("`+name+`: `).Match(code)
		}
		if !found {
			t.Errorf("%s is documented, and nothing fails by that name", name)
		}
	}
}

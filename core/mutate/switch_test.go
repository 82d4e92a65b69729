package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const mainText = `package main

import ("os"; "strconv"; "slices")

var _ = slices.Repeat[[]int]

func main() {
	id, _ := strconv.Atoi(os.Getenv("` + variable + `"))
	for a := range 6 {
		for b := range 6 {
			for _, yes := range []bool{false, true} {
				os.Stdout.Write([]byte{byte(all[id](a, b, yes))})
			}
		}
	}
}
`

const text = `package p

func f(a, b int, yes bool) (n int) {
	if a < b && b != 2 || yes {
		n = a + b*3 - min(a, b, 3)
	}
	for range 3 {
		if n >= 4 {
			continue
		}
		n++
	}
	switch {
	case a == 1 && (b > 1 || !yes):
		return max(a, b) / 2
	case n <= 3 == true:
		n -= 0x10
	}
	return n
}
`

// A mutant that is switched on does what it does when it is built in; with none
// switched on the program is what it was.
func TestSwitches(t *testing.T) {
	all := map[int]mutant{}
	plain, names := mainText, "f0"
	for i, m := range sitesOf(t, text) {
		all[i+1] = m
		plain += renamed(string(m.apply([]byte(text))), i+1)
		names += fmt.Sprintf(", f%d", i+1)
	}
	plain += renamed(text, 0) + "\nvar all = []func(int, int, bool) int{" + names + "}\n"
	switched := mainText + renamed(string(withSwitches([]byte(text), all)), 0) +
		fmt.Sprintf("\nvar all = slices.Repeat([]func(int, int, bool) int{f0}, %d)\n", len(all)+1)
	want, got := output(t, len(all), plain), output(t, len(all), switched, "package main"+helperText)
	for id := range got {
		if got[id] != want[id] {
			t.Errorf("%v: switched on it gives\n%q, built in\n%q", all[id], got[id], want[id])
		}
		if id > 0 && got[id] == got[0] {
			t.Errorf("%v: makes no difference", all[id])
		}
	}
}

// renamed returns the function of a file under the name of a mutant.
func renamed(text string, id int) string {
	_, body, _ := strings.Cut(text, "func f(")
	return fmt.Sprintf("\nfunc f%d(%s", id, body)
}

// output builds a program and returns what it prints as each mutant.
func output(t *testing.T, mutants int, files ...string) (all []string) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	args := []string{"build", "-o", program}
	for i, text := range files {
		file := filepath.Join(dir, strconv.Itoa(i)+".go")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for id := range mutants + 1 {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), variable+"="+strconv.Itoa(id))
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("mutant %d: %v", id, err)
		}
		all = append(all, string(out))
	}
	return all
}

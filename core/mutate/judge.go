package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A verdict is what became of a mutant.
type verdict string

const (
	killed   verdict = "killed"
	survived verdict = "survived"
	timedOut verdict = "timed out" // as good as killed
	invalid  verdict = "does not compile"
)

// A judge runs the tests with one file replaced. The module itself is not
// touched: the go command reads the other file in its place (-overlay).
type judge struct {
	root    string
	scratch string
	limit   time.Duration // for the tests of one package
}

// memory is the most that a mutant may take, in kilobytes: some never stop to
// append.
const memory = "6000000"

// judge runs the packages' tests until one fails.
func (j judge) judge(ctx context.Context, m mutant, packages []string) (verdict, string, error) {
	dir, err := os.MkdirTemp(j.scratch, "mutant")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(dir)
	original := filepath.Join(j.root, m.file)
	source, err := os.ReadFile(original)
	if err != nil {
		return "", "", err
	}
	changed, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(changed, m.apply(source), 0o600); err != nil {
		return "", "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return "", "", err
	}
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return "", "", err
	}
	for _, p := range packages {
		v, by := j.test(ctx, p, "-overlay="+overlay)
		if v != survived || ctx.Err() != nil {
			return v, by, ctx.Err()
		}
	}
	return survived, "", nil
}

// test runs one package's tests and says which failed first.
func (j judge) test(ctx context.Context, pkg string, flags ...string) (verdict, string) {
	// Twice the limit for all, since building takes time too.
	ctx, stop := context.WithTimeout(ctx, 2*j.limit+time.Minute)
	defer stop()
	args := append([]string{"test", "-vet=off", "-failfast", "-count=1", "-timeout=" + j.limit.String(),
		`-exec=sh -c 'ulimit -v ` + memory + ` 2>/dev/null; exec "$0" "$@"'`}, flags...)
	args = append(args, "./"+pkg)
	if j.rapid(pkg) { // no shrinking: one failure is enough
		args = append(args, "-args", "-rapid.seed=1", "-rapid.shrinktime=0s", "-rapid.nofailfile")
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = j.root
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return survived, ""
	case bytes.Contains(out, []byte("[build failed]")), bytes.Contains(out, []byte("[setup failed]")):
		return invalid, ""
	case ctx.Err() != nil, bytes.Contains(out, []byte("panic: test timed out")):
		return timedOut, pkg
	}
	for line := range strings.Lines(string(out)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: "); ok {
			name, _, _ = strings.Cut(name, " ")
			return killed, pkg + "." + name
		}
	}
	return killed, pkg
}

// rapid reports whether a package's tests take rapid's flags.
func (j judge) rapid(pkg string) bool {
	files, _ := filepath.Glob(filepath.Join(j.root, pkg, "*_test.go"))
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte(`"pgregory.net/rapid"`)) {
			return true
		}
	}
	return false
}

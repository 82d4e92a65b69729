package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
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

// A suite is some tests of one package.
type suite struct {
	pkg string
	how string // which of them, as a flag of the go command; empty: all
}

func (s suite) String() string { return strings.TrimSpace(s.pkg + " " + s.how) }

// A judge runs the tests with one file replaced. The module itself is not
// touched: the go command reads the other file in its place (-overlay).
type judge struct {
	root    string
	scratch string
	limits  map[suite]time.Duration
}

// memory is the most that a mutant may take, in kilobytes: some never stop to
// append.
const memory = "6000000"

// measure runs the suites without a mutant, and gives each a limit: tests that
// take ten times as long, and ten seconds more, do not end.
func (j judge) measure(ctx context.Context, suites []suite) error {
	for _, s := range suites {
		j.limits[s] = 10 * time.Minute
		if v, by := j.test(ctx, s); v != survived { // and builds what a mutant need not
			return fmt.Errorf("%v fails without a mutant (%s): %s", s, v, by)
		}
		began := time.Now()
		j.test(ctx, s)
		j.limits[s] = 10*time.Since(began) + 10*time.Second
	}
	return ctx.Err()
}

// judge runs the suites until one fails.
func (j judge) judge(ctx context.Context, m mutant, suites []suite) (verdict, string, error) {
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
	for _, s := range suites {
		v, by := j.test(ctx, s, "-overlay="+overlay)
		if v != survived || ctx.Err() != nil {
			return v, by, ctx.Err()
		}
	}
	return survived, "", nil
}

// test runs one suite and says which test failed first.
func (j judge) test(ctx context.Context, s suite, flags ...string) (verdict, string) {
	// Some time more for all, since building takes time too.
	ctx, stop := context.WithTimeout(ctx, j.limits[s]+time.Minute)
	defer stop()
	args := append([]string{"test", "-vet=off", "-failfast", "-count=1", "-timeout=" + j.limits[s].String(),
		`-exec=sh -c 'ulimit -v ` + memory + ` 2>/dev/null; exec "$0" "$@"'`}, flags...)
	if s.how != "" {
		args = append(args, s.how)
	}
	args = append(args, "./"+s.pkg)
	if j.rapid(s.pkg) { // no shrinking: one failure is enough
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
		return timedOut, s.String()
	}
	for line := range strings.Lines(string(out)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: "); ok {
			name, _, _ = strings.Cut(name, " ")
			return killed, s.pkg + "." + name
		}
	}
	return killed, s.String()
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

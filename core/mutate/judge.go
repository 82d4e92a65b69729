package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
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
	how string // which of them: flags of the test's program
}

func (s suite) String() string { return strings.TrimSpace(s.pkg + " " + s.how) }

// A judge runs the tests of mutants. The module itself is not touched: the go
// command reads other files in the place of its own (-overlay).
type judge struct {
	root     string
	scratch  string
	programs map[string]string // with all mutants that can be switched on, by package
	limits   map[suite]time.Duration
}

// memory is the most that a mutant may take, in kilobytes: some never stop to
// append.
const memory = "6000000"

// prepare builds the suites' programs, and runs them without a mutant: one that
// takes ten times as long, and five seconds more, does not end.
func (j *judge) prepare(ctx context.Context, mutants []mutant, suites []suite) error {
	files, err := j.switches(ctx, mutants)
	if err != nil {
		return err
	}
	for _, s := range suites {
		if j.programs[s.pkg] == "" {
			if j.programs[s.pkg], err = j.build(ctx, j.scratch, s.pkg, files); err != nil {
				return err
			}
		}
		j.limits[s] = 10 * time.Minute
		began := time.Now()
		if v, by := j.run(ctx, s, j.programs[s.pkg], 0); v != survived {
			return fmt.Errorf("%v fails without a mutant (%s): %s", s, v, by)
		}
		j.limits[s] = 10*time.Since(began) + 5*time.Second
	}
	return ctx.Err()
}

// switches returns the broken files, by name. Mutants that do not compile so are
// left to be built alone.
func (j *judge) switches(ctx context.Context, mutants []mutant) (files map[string][]byte, err error) {
	for {
		files = map[string][]byte{}
		byFile := map[string]map[int]mutant{}
		for i, m := range mutants {
			if byFile[m.file] == nil {
				byFile[m.file] = map[int]mutant{}
			}
			byFile[m.file][i+1] = m
		}
		for name, inIt := range byFile {
			source, err := os.ReadFile(filepath.Join(j.root, name))
			if err != nil {
				return nil, err
			}
			files[name] = withSwitches(source, inIt)
		}
		for _, room := range rooms {
			files[room+"/mutants_.go"] = []byte("package " + filepath.Base(room) + helperText)
		}
		wrong := 0
		for _, room := range rooms { // a room is built before those who import it
			_, err := j.build(ctx, j.scratch, room, files)
			for _, at := range place.FindAllStringSubmatch(fmt.Sprint(err), -1) {
				file := strings.ReplaceAll(filepath.Base(at[1]), "!", "/") // see build
				line, _ := strconv.Atoi(at[2])
				for i, m := range mutants {
					if m.file == file && m.line <= line && line <= m.line+m.lines && m.switched != nil {
						mutants[i].switched = nil
						wrong++
					}
				}
			}
			if err != nil && wrong == 0 {
				return nil, err
			}
		}
		if wrong == 0 {
			return files, nil
		}
	}
}

// place is where the compiler finds something wrong.
var place = regexp.MustCompile(`(?m)^(?:\./)?(\S+\.go):(\d+):`)

// build makes the program of a package's tests, with other files in the place of
// the module's.
func (j *judge) build(ctx context.Context, dir, pkg string, files map[string][]byte) (program string, err error) {
	replace := map[string]string{}
	for name, text := range files {
		other := filepath.Join(dir, strings.ReplaceAll(name, "/", "!"))
		if err := os.WriteFile(other, text, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(j.root, filepath.FromSlash(name))] = other
	}
	overlay := filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return "", err
	}
	program = filepath.Join(dir, strings.ReplaceAll(pkg, "/", "!")+".test")
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-gcflags=-e", "-overlay="+overlay, "-o", program, "./"+pkg)
	cmd.Dir = j.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
}

// judge runs the suites until one fails.
func (j *judge) judge(ctx context.Context, id int, m mutant, suites []suite) (v verdict, by string, err error) {
	programs := j.programs
	if m.switched == nil {
		dir, err := os.MkdirTemp(j.scratch, "mutant")
		if err != nil {
			return "", "", err
		}
		defer os.RemoveAll(dir)
		source, err := os.ReadFile(filepath.Join(j.root, m.file))
		if err != nil {
			return "", "", err
		}
		programs = map[string]string{}
		for _, s := range suites {
			if programs[s.pkg] != "" {
				continue
			}
			programs[s.pkg], err = j.build(ctx, dir, s.pkg, map[string][]byte{m.file: m.apply(source)})
			if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && ctx.Err() == nil {
				return invalid, "", nil
			} else if err != nil {
				return "", "", err
			}
		}
		id = 0
	}
	for _, s := range suites {
		if v, by = j.run(ctx, s, programs[s.pkg], id); v != survived || ctx.Err() != nil {
			return v, by, ctx.Err()
		}
	}
	return survived, "", nil
}

// run runs one suite and says which test failed first.
func (j *judge) run(ctx context.Context, s suite, program string, id int) (verdict, string) {
	ctx, stop := context.WithTimeout(ctx, j.limits[s]+10*time.Second)
	defer stop()
	args := append([]string{"-c", "ulimit -v " + memory + ` 2>/dev/null; exec "$0" "$@"`,
		program, "-test.failfast", "-test.timeout=" + j.limits[s].String()}, strings.Fields(s.how)...)
	if j.rapid(s.pkg) { // no shrinking: one failure is enough
		args = append(args, "-rapid.seed=1", "-rapid.shrinktime=0s", "-rapid.nofailfile")
	}
	cmd := exec.CommandContext(ctx, "sh", args...)
	cmd.Dir = filepath.Join(j.root, filepath.FromSlash(s.pkg))
	cmd.Env = append(os.Environ(), variable+"="+strconv.Itoa(id))
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return survived, ""
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
func (j *judge) rapid(pkg string) bool {
	files, _ := filepath.Glob(filepath.Join(j.root, pkg, "*_test.go"))
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte(`"pgregory.net/rapid"`)) {
			return true
		}
	}
	return false
}

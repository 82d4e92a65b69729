package wasmbuild

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// linked are the packages of the published module outside this repository, and
// why each is there. A new line costs every user of every page: say what for.
var linked = map[string]string{
	"errors":                  "jsbridge and safejs make errors; syscall/js too",
	"internal/abi":            "the compiler's and the runtime's common layouts",
	"internal/asan":           "runtime; empty without the address sanitizer",
	"internal/bytealg":        "runtime: comparing and searching bytes",
	"internal/byteorder":      "runtime and math/rand/v2",
	"internal/chacha8rand":    "runtime: the seed of maps and select; math/rand/v2 wraps it",
	"internal/coverage/rtcov": "runtime; empty without coverage",
	"internal/cpu":            "runtime: what the processor can do",
	"internal/goarch":         "runtime: constants",
	"internal/godebugs":       "runtime: the table of GODEBUG settings",
	"internal/goexperiment":   "runtime: constants",
	"internal/goos":           "runtime: constants",
	"internal/msan":           "runtime; empty without the memory sanitizer",
	"internal/profilerecord":  "runtime: types",
	"internal/race":           "sync; empty without the race detector",
	"internal/reflectlite":    "errors.As compares types",
	"internal/runtime/atomic": "runtime", "internal/runtime/exithook": "runtime", "internal/runtime/gc": "runtime",
	"internal/runtime/gc/scan": "runtime", "internal/runtime/maps": "runtime", "internal/runtime/math": "runtime",
	"internal/runtime/pprof/label": "runtime", "internal/runtime/sys": "runtime",
	"internal/strconv":     "runtime prints numbers with it",
	"internal/stringslite": "runtime: strings without package strings",
	"internal/sync":        "sync", "internal/synctest": "sync",
	"internal/trace/tracev2": "runtime: constants",
	"internal/unsafeheader":  "reflectlite",
	"math":                   "the delays of core/backoff", "math/bits": "runtime",
	"math/rand/v2": "core/port: the dice, by their seed",
	"runtime":      "Go", "sync": "syscall/js guards its table of functions", "sync/atomic": "sync",
	"syscall/js": "the only way to JavaScript", "unsafe": "Go",
	safejs: "errors instead of panics at the edge to JavaScript", safejs + "/internal/catch": "our copy, without fmt",
	safejs + "/internal/stackerr": "our copy, without fmt",
}

func TestLinkedPackages(t *testing.T) {
	lean, err := Lean(context.Background(), root, "./wasm")
	if err != nil {
		t.Fatal(err)
	}
	packages, err := Packages(context.Background(), root, "./wasm", lean)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, pkg := range packages {
		if strings.HasPrefix(pkg, "github.com/websocket-reconnect/") {
			continue
		}
		found[pkg] = true
		if linked[pkg] == "" {
			t.Errorf("%s is linked into the module; keep it out, or write down here why it is needed", pkg)
		}
	}
	for pkg := range linked {
		if !found[pkg] {
			t.Errorf("%s is no longer linked into the module: take it off the list", pkg)
		}
	}
}

// TestSafejsCopyBehaves runs safejs's own tests on the copy, under Node.
func TestSafejsCopyBehaves(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("needs node")
	}
	m := safejsModule(t)
	files, err := safejsCopy(m)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range files {
		if err := keep(filepath.Join(dir, name), text); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		// not bytes_test.go, which expects the words of an older syscall/js
		"error_test.go", "func_test.go", "value_test.go",
		"internal/assert/assert.go", "internal/catch/catch_test.go",
	} {
		text, err := os.ReadFile(filepath.Join(m.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := keep(filepath.Join(dir, "safejs", name), text); err != nil {
			t.Fatal(err)
		}
	}
	_, goroot, err := Toolchain(context.Background(), root)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "test", "-exec", filepath.Join(goroot, "lib", "wasm", "go_js_wasm_exec"), "./...")
	cmd.Dir = filepath.Join(dir, "safejs")
	cmd.Env = append(os.Environ(), Env()...)
	if out, err := cmd.CombinedOutput(); err != nil || strings.Count(string(out), "ok  \t") != 2 {
		t.Errorf("safejs's tests on the copy: %v\n%s", err, out)
	}
}

func safejsModule(t *testing.T) Module {
	t.Helper()
	modules, err := Modules(context.Background(), root, "./wasm")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(modules, func(m Module) bool { return m.Path == safejs })
	if i < 0 {
		t.Fatal("the module does not link safejs")
	}
	return modules[i]
}

func TestAnotherSafejsIsRefused(t *testing.T) {
	known := safejsModule(t)
	for _, tc := range []struct{ name, version, file, want string }{
		{"another version", "v0.2.0", "", "v0.2.0: another version"},
		{"a changed file", known.Version, "value.go", "value.go is not the known file"},
		{"a new file", known.Version, "internal/more/more.go", "internal/more/more.go is new"},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(known.Dir)); err != nil {
			t.Fatal(err)
		}
		if tc.file != "" {
			path := filepath.Join(dir, tc.file)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			os.Remove(path) // the module cache's files are read-only, and so is the copy
			if err := os.WriteFile(path, []byte("package safejs\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := safejsCopy(Module{safejs, tc.version, dir})
		if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), "lean.go") {
			t.Errorf("%s: error %v, want one that says %q", tc.name, err, tc.want)
		}
	}
}

// TestNothingOfFmtIsLeft: every edit of value.go has found its place.
func TestNothingOfFmtIsLeft(t *testing.T) {
	files, err := safejsCopy(safejsModule(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.Contains(string(text), "fmt.Error") || strings.Contains(string(text), `"fmt"`) {
			t.Errorf("%s still uses fmt", name)
		}
	}
}

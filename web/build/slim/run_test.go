package slim

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/wasmbuild"
)

// torture compiles the test program with the flags of the published module.
func torture(t testing.TB) (wasm []byte, version, root string) {
	t.Helper()
	version, root, err := wasmbuild.Toolchain(context.Background(), ".")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "torture.wasm")
	if err := wasmbuild.Compile(context.Background(), ".", "./testdata/torture", out, wasmbuild.Args()); err != nil {
		t.Fatal(err)
	}
	if wasm, err = os.ReadFile(out); err != nil {
		t.Fatal(err)
	}
	return wasm, version, root
}

// run gives a module to Node with the toolchain's own runner.
func run(t *testing.T, root string, wasm []byte, args ...string) (string, error) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("needs node; the browser tests run the slimmed module too")
	}
	file := filepath.Join(t.TempDir(), "module.wasm")
	if err := os.WriteFile(file, wasm, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, append([]string{"--stack-size=4096", filepath.Join(root, "lib", "wasm", "wasm_exec_node.js"), file}, args...)...)
	cmd.Env = append(os.Environ(), "GOGC=20")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestSlimmedModuleDoesWhatTheWholeOneDoes(t *testing.T) {
	whole, version, root := torture(t)
	want, err := run(t, root, whole)
	if err != nil || !strings.Contains(want, "\ngoroutines left: ") {
		t.Fatalf("the whole module ends with %v:\n%s", err, want)
	}
	small, err := Module(whole, Options{Go: version})
	if err != nil {
		t.Fatal(err)
	}
	got, err := run(t, root, small)
	if err != nil || got != want {
		t.Errorf("error %v; the slimmed module prints\n%s\nthe whole one\n%s", err, got, want)
	}
	if again, err := Module(small, Options{Go: version}); err != nil || !bytes.Equal(again, small) {
		t.Errorf("slimmed twice: %d bytes after %d, error %v", len(again), len(small), err)
	}
	for _, name := range []string{"main.recovers", "memory.go", "runtime.mallocgc"} {
		if !bytes.Contains(whole, []byte(name)) || bytes.Contains(small, []byte(name)) {
			t.Errorf("%q: in the whole module %t, in the slimmed %t", name, bytes.Contains(whole, []byte(name)), bytes.Contains(small, []byte(name)))
		}
	}
}

// TestCrash: a panic that nobody recovers ends a slimmed program with the same
// text and status; only the list of calls below it is gone.
func TestCrash(t *testing.T) {
	whole, version, root := torture(t)
	want, wantErr := run(t, root, whole, "crash")
	small, err := Module(whole, Options{Go: version})
	if err != nil {
		t.Fatal(err)
	}
	got, gotErr := run(t, root, small, "crash")
	head := func(s string) string {
		s, _, _ = strings.Cut(s, "[running]")
		return s
	}
	if wantErr == nil || gotErr == nil || gotErr.Error() != wantErr.Error() {
		t.Errorf("the slimmed module ends with %v, the whole one with %v", gotErr, wantErr)
	}
	if !strings.Contains(want, "index out of range [2] with length 0") || head(got) != head(want) {
		t.Errorf("the slimmed module says\n%s\nthe whole one\n%s", got, want)
	}
}

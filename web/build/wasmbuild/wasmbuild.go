// Package wasmbuild is how this project compiles Go for the page: the flags,
// the environment and the loader script that belongs to the toolchain. The
// builder and the tests both take them from here, so that what is tested is
// what is published.
package wasmbuild

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Args returns the flags of `go build` for the published module. Everything
// that would tie the bytes to one machine is switched off: file paths, the
// build id and the state of the checkout. -s and -w leave out the symbol and
// debug tables, which only a debugger reads. Package runtime is compiled without
// inlining, which saves 12 kB to download and costs a step nothing that can be
// measured; in all other packages inlining is worth its bytes (docs/size.md).
func Args() []string {
	return []string{"-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", notInlined, oursNotInlined}
}

// notInlined is the compiler's pattern for what is built without inlining.
const notInlined = "-gcflags=runtime=-l"

// oursNotInlined does the same to our own code: a step takes microseconds, most
// of them on the way between JavaScript and Go.
const oursNotInlined = "-gcflags=github.com/websocket-reconnect/websocket-reconnect/...=-l"

// NamedArgs is [Args] with the names kept: the same code, for measuring.
func NamedArgs() []string {
	return append(DebugArgs(), notInlined, oursNotInlined)
}

// DebugArgs is [Args] with the names kept, for the browser's profiler and for
// wasm tools.
func DebugArgs() []string {
	return []string{"-trimpath", "-buildvcs=false", "-ldflags=-buildid="}
}

// Env returns what has to be set, as KEY=value, on top of the caller's
// environment. Whatever else could change the bytes is reset.
func Env() []string {
	return []string{"GOOS=js", "GOARCH=wasm", "GOWASM=", "GOEXPERIMENT=", "CGO_ENABLED=0", "GOWORK=off"}
}

// Compile builds the main package pkg (as seen from the folder dir, "./wasm"
// for instance) into the file out.
func Compile(ctx context.Context, dir, pkg, out string, args []string) error {
	argv := append([]string{"build", "-o", out}, args...)
	cmd := exec.CommandContext(ctx, "go", append(argv, pkg)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), Env()...)
	text, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("compile %s for js/wasm: %w\n%s", pkg, err, bytes.TrimSpace(text))
	}
	return nil
}

// Packages returns the import paths of all that pkg links for the page, with
// the flags args.
func Packages(ctx context.Context, dir, pkg string, args []string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", slices.Concat([]string{"list", "-deps"}, args, []string{pkg})...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), Env()...)
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the packages of %s: %w", pkg, err)
	}
	return strings.Fields(string(text)), nil
}

// A Module is one whose code is linked in.
type Module struct{ Path, Version, Dir string }

// Modules returns the modules that pkg links for the page, by path, without
// the main module and the standard library.
func Modules(ctx context.Context, dir, pkg string) ([]Module, error) {
	const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-f", format, pkg)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), Env()...)
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the modules of %s: %w", pkg, err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	slices.Sort(lines)
	var modules []Module
	for _, line := range slices.Compact(lines) {
		if f := strings.Split(line, "\t"); len(f) == 3 {
			modules = append(modules, Module{f[0], f[1], f[2]})
		}
	}
	return modules, nil
}

// Toolchain returns the version of the go command that [Compile] runs in dir,
// "go1.26.8" for instance, and its root folder.
func Toolchain(ctx context.Context, dir string) (version, root string, err error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOROOT")
	cmd.Dir = dir
	text, err := cmd.Output()
	if err != nil {
		return "", "", fmt.Errorf("ask go for its version: %w", err)
	}
	version, root, ok := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if !ok {
		return "", "", fmt.Errorf("ask go for its version: cannot read %q", text)
	}
	return version, root, nil
}

// ExecScript returns the path of wasm_exec.js below the toolchain's root. The
// script and the module have to come from the same release, which is why it is
// never committed.
func ExecScript(root string) string {
	return filepath.Join(root, "lib", "wasm", "wasm_exec.js")
}

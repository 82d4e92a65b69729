package pack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/wasmbuild"
)

// toolchain is the Go release that compiled the module.
type toolchain struct {
	version string
	root    string // GOROOT
}

// compile returns the module's bytes. It always asks the go command, which
// knows best what has changed and answers from its own cache.
func compile(ctx context.Context, in Inputs) ([]byte, toolchain, error) {
	version, root, err := wasmbuild.Toolchain(ctx, in.Root)
	if err != nil {
		return nil, toolchain{}, err
	}
	lean, err := wasmbuild.Lean(ctx, in.Root, in.WasmPackage)
	if err != nil {
		return nil, toolchain{}, err
	}
	args := wasmbuild.Args()
	if in.Debug {
		args = wasmbuild.DebugArgs()
	}
	wasm, err := compileWith(ctx, in, append(args, lean...))
	return wasm, toolchain{version, root}, err
}

// compileWith returns the module that `go build` makes with some flags.
func compileWith(ctx context.Context, in Inputs, args []string) ([]byte, error) {
	tmp, err := os.MkdirTemp("", "websocket-reconnect-build-")
	if err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	defer os.RemoveAll(tmp)
	out := filepath.Join(tmp, Wasm)
	if err := wasmbuild.Compile(ctx, in.Root, in.WasmPackage, out, args); err != nil {
		return nil, err
	}
	wasm, err := os.ReadFile(out)
	if err != nil {
		return nil, fmt.Errorf("read the compiled module: %w", err)
	}
	return wasm, nil
}

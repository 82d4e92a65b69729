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
	tmp, err := os.MkdirTemp("", "websocket-reconnect-build-")
	if err != nil {
		return nil, toolchain{}, fmt.Errorf("compile: %w", err)
	}
	defer os.RemoveAll(tmp)

	lean, err := wasmbuild.Lean(ctx, in.Root, in.WasmPackage)
	if err != nil {
		return nil, toolchain{}, err
	}
	args := wasmbuild.Args()
	if in.Debug {
		args = wasmbuild.DebugArgs()
	}
	args = append(args, lean...)
	out := filepath.Join(tmp, Wasm)
	if err := wasmbuild.Compile(ctx, in.Root, in.WasmPackage, out, args); err != nil {
		return nil, toolchain{}, err
	}
	wasm, err := os.ReadFile(out)
	if err != nil {
		return nil, toolchain{}, fmt.Errorf("read the compiled module: %w", err)
	}
	return wasm, toolchain{version, root}, nil
}

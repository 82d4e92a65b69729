// Package pack makes the files that are published: the core as WebAssembly,
// the scripts around it, their compressed forms, and a list of all with sizes
// and hashes. It needs the go command and nothing else; the bundler and both
// compressors are linked in.
//
// The same inputs give the same bytes, whatever the machine, the folder or the
// hour. Slow work (brotli at its best level takes seconds) is kept in a cache
// under the hash of what went in.
package pack

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/wasmbuild"
)

// Names of the files in the output folder.
const (
	Wasm       = "websocket-reconnect.wasm"
	WasmBrotli = Wasm + ".br"
	WasmGzip   = Wasm + ".gz"
	Script     = "websocket-reconnect.js"      // classic script, sets a global
	Module     = "websocket-reconnect.mjs"     // ECMAScript module
	CommonJS   = "websocket-reconnect.cjs"     // for require in Node
	Core       = "websocket-reconnect.core.js" // classic script of a Worker or of the page
	Types      = "websocket-reconnect.d.ts"
	TypesCJS   = "websocket-reconnect.d.cts" // the same, of the CommonJS module
	Licenses   = "LICENSES.txt"
	InfoFile   = "build-info.json"
)

// Inputs says what to build and where. The first three are required; a path
// that is not absolute is taken from Root.
type Inputs struct {
	Root  string // folder of the Go module
	Web   string // folder with package.json, src/ and types/
	Out   string // folder to write; made when missing
	Cache string // folder for slow results; "" keeps none

	// WasmPackage is the main package to compile; "" means "./wasm".
	WasmPackage string

	// Debug keeps names, whitespace and properties readable and compresses
	// less. Never publish such a build.
	Debug bool
}

// Result is what a build made.
type Result struct {
	Info     Info
	Warnings []string // one line each; the files are usable all the same
}

// Build makes everything in order and writes it only when all of it worked, so
// that a failed build leaves the last good one in place.
func Build(ctx context.Context, in Inputs) (Result, error) {
	in = in.absolute()
	version, err := readVersion(filepath.Join(in.Web, "package.json"))
	if err != nil {
		return Result{}, err
	}
	wasm, goInfo, err := compile(ctx, in)
	if err != nil {
		return Result{}, err
	}
	var warnings []string
	if !in.Debug {
		var warning string
		if wasm, warning = slimmed(wasm, goInfo.version); warning != "" {
			warnings = append(warnings, warning)
		}
	}
	entries, err := entryNames(in.Web)
	if err != nil {
		return Result{}, err
	}
	files, err := bundle(in, version, wasmbuild.ExecScript(goInfo.root), slices.Concat(scripts, entryScripts(entries)))
	if err != nil {
		return Result{}, err
	}
	entryDeclarations, err := entryTypes(in.Web, entries)
	if err != nil {
		return Result{}, err
	}
	maps.Copy(files, entryDeclarations)
	files[Wasm] = wasm
	if files[Licenses], err = licenses(ctx, in, goInfo.root); err != nil {
		return Result{}, err
	}

	types := filepath.Join(in.Web, "types", Types)
	switch text, err := os.ReadFile(types); {
	case os.IsNotExist(err):
		warnings = append(warnings, fmt.Sprintf("no %s: it is generated, run `make gen`; built without it", in.short(types)))
	case err != nil:
		return Result{}, fmt.Errorf("copy the types: %w", err)
	default:
		files[Types], files[TypesCJS] = text, text
	}

	squeeze := compressor{cache: in.Cache, quick: in.Debug}
	info, err := describe(files, squeeze)
	if err != nil {
		return Result{}, err
	}
	info.Version, info.Go, info.Debug = version, goInfo.version, in.Debug
	if files[InfoFile], err = info.encode(); err != nil {
		return Result{}, err
	}
	if err := writeAll(in.Out, files); err != nil {
		return Result{}, err
	}
	squeeze.prune()
	return Result{Info: info, Warnings: warnings}, nil
}

// absolute fills in the defaults and makes every path absolute.
func (in Inputs) absolute() Inputs {
	if root, err := filepath.Abs(in.Root); err == nil {
		in.Root = root
	}
	for _, p := range []*string{&in.Web, &in.Out, &in.Cache} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(in.Root, *p)
		}
	}
	if in.WasmPackage == "" {
		in.WasmPackage = "./wasm"
	}
	return in
}

// short is a path as the reader of a message knows it: from the root.
func (in Inputs) short(path string) string {
	if rel, err := filepath.Rel(in.Root, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}

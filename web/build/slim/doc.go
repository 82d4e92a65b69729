// Package slim makes a module that Go's linker wrote smaller without changing
// what the program does. It works on the finished file:
//
//   - data segments are joined: the linker cuts the data at every few zeros;
//   - custom sections go: names, producers, the build id;
//   - what only tracebacks read is blanked: the names of functions, files and
//     lines, the places of arguments, and cells of the function index that no
//     lookup reaches on WebAssembly.
//
// What the garbage collector, growing stacks, panic and recover read stays as it
// is: frame sizes, stack maps, which calls were inlined and into what. A panic
// keeps its text; a traceback, runtime.Caller and runtime.FuncForPC lose
// theirs. See names.go for the names that the runtime itself compares.
//
// The tables are internals of Go. The package knows those of the releases in
// [Known], checks every number it relies on against a second one, and otherwise
// answers with an error: the module works as well without.
package slim

import (
	"fmt"
	"regexp"
	"slices"
)

// Known are the Go releases whose tables this package was compared with.
// Before a new one is added, compare runtime/symtab.go, symtabinl.go,
// runtime2.go (_func), traceback.go (isSystemGoroutine), panic.go (gorecover),
// error.go (panicwrap) and stkframe.go with those of the last.
var Known = []string{"go1.26"}

var release = regexp.MustCompile(`^(go1\.\d+)(\.\d+)?$`)

// Options says what the module was made with.
type Options struct {
	// Go is the release that linked the module, "go1.26.8" for instance.
	Go string
}

// Module returns the module without what it does not need. Of anything that is
// not known for sure it makes an error.
func Module(wasm []byte, opts Options) ([]byte, error) {
	m := release.FindStringSubmatch(opts.Go)
	if m == nil || !slices.Contains(Known, m[1]) {
		return nil, fmt.Errorf("slim: the tables of Go release %q are not known (known: %q)", opts.Go, Known)
	}
	return rewrite(wasm, func(img *image) error {
		tables, err := findTables(img)
		if err != nil {
			return err
		}
		return tables.blank()
	})
}

// Join only joins the data segments and drops the custom sections, which is
// the same in any release of Go, and in other languages too.
func Join(wasm []byte) ([]byte, error) {
	return rewrite(wasm, func(*image) error { return nil })
}

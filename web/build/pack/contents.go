package pack

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/slim"
	"github.com/websocket-reconnect/websocket-reconnect/web/build/wasmbuild"
)

// shownPackages is how many packages the table of contents names.
const shownPackages = 25

// Contents returns a table of the bytes of code by package in the published
// module, the largest first. Names are read from the same module linked with
// its names.
func Contents(ctx context.Context, in Inputs) (string, error) {
	in = in.absolute()
	lean, err := wasmbuild.Lean(ctx, in.Root, in.WasmPackage)
	if err != nil {
		return "", err
	}
	packages, err := wasmbuild.Packages(ctx, in.Root, in.WasmPackage, lean)
	if err != nil {
		return "", err
	}
	wasm, err := compileWith(ctx, in, append(wasmbuild.NamedArgs(), lean...))
	if err != nil {
		return "", err
	}
	functions, err := slim.CodeSizes(wasm)
	if err != nil {
		return "", err
	}
	return contentsTable(byPackage(functions, packages)), nil
}

// content is the code of one package.
type content struct {
	pkg              string
	functions, bytes int
}

// notWord is what Go's linker makes "_" in the names of functions.
var notWord = regexp.MustCompile(`[^\w.]`)

// byPackage adds up functions by package, the largest first. What the compiler
// makes for types (comparing, hashing) belongs to none.
func byPackage(functions map[string]int, packages []string) []content {
	found := map[string]*content{}
	byName := slices.Clone(packages)
	slices.SortFunc(byName, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for name, size := range functions {
		pkg := "(made by the compiler)"
		for _, p := range byName {
			prefix := notWord.ReplaceAllString(p, "_") + "."
			if strings.HasPrefix(name, prefix) || p == "github.com/websocket-reconnect/websocket-reconnect/wasm" && strings.HasPrefix(name, "main.") {
				pkg = p
				break
			}
		}
		if found[pkg] == nil {
			found[pkg] = &content{pkg: pkg}
		}
		found[pkg].functions++
		found[pkg].bytes += size
	}
	var list []content
	for _, c := range found {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b content) int { return cmp.Or(cmp.Compare(b.bytes, a.bytes), cmp.Compare(a.pkg, b.pkg)) })
	return list
}

func contentsTable(list []content) string {
	var b strings.Builder
	total, functions := 0, 0
	for _, c := range list {
		total += c.bytes
		functions += c.functions
	}
	fmt.Fprintf(&b, "%-72s %10s %10s %7s\n", "package", "functions", "code bytes", "share")
	row := func(name string, n, size int) {
		fmt.Fprintf(&b, "%-72s %10d %10d %6.1f%%\n", name, n, size, 100*float64(size)/float64(max(total, 1)))
	}
	for i, c := range list {
		if i == shownPackages {
			rest := content{}
			for _, c := range list[i:] {
				rest.functions += c.functions
				rest.bytes += c.bytes
			}
			row(fmt.Sprintf("(%d more)", len(list)-i), rest.functions, rest.bytes)
			break
		}
		row(c.pkg, c.functions, c.bytes)
	}
	row("all", functions, total)
	return b.String()
}

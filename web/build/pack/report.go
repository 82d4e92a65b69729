package pack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/slim"
	"github.com/websocket-reconnect/websocket-reconnect/web/build/wasmbuild"
)

// SizeReport measures the module after each step that makes it smaller, and
// returns docs/size.md. It takes a brotli run for each.
func SizeReport(ctx context.Context, in Inputs, info Info) (string, error) {
	in = in.absolute()
	steps, err := measure(ctx, in, info.Go)
	if err != nil {
		return "", err
	}
	contents, err := Contents(ctx, in)
	if err != nil {
		return "", err
	}
	parts, err := partsTable(in, info.Version)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("<!-- Written by `go run ./web/build -size-report docs/size.md`. Do not edit. -->\n\n# Size\n\n")
	b.WriteString("## Published files\n\nWhat they may have is in `web/build/budget.json`, and is a test.\n\n```\n" + info.Table() + "```\n\n")
	b.WriteString("## What is in the first script\n\nAll that a page loads before its first connection. A file adds what the script is smaller by when only the file's names are left; two files may share what they add.\n\n" + parts + "\n")
	b.WriteString("## What each step saves\n\nEach line has all steps above it. Bytes.\n\n| the module | raw | brotli | saved |\n|---|---:|---:|---:|\n")
	before := 0
	for _, s := range steps {
		saved := ""
		if before > 0 && !s.aside {
			saved = fmt.Sprint(before - s.brotli)
		} else if s.aside {
			saved = fmt.Sprintf("(%d)", before-s.brotli)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", s.name, s.raw, s.brotli, saved)
		if !s.aside {
			before = s.brotli
		}
	}
	b.WriteString(decisions)
	b.WriteString("\n## What is in the module\n\nCode by package. The data (types, tables for the collector, texts) is not in this table.\n\n```\n" + contents + "```\n")
	return b.String(), nil
}

// step is the module after one of the steps; aside means that it was measured
// and not taken.
type step struct {
	name        string
	raw, brotli int
	aside       bool
}

func measure(ctx context.Context, in Inputs, goVersion string) ([]step, error) {
	lean, err := wasmbuild.Lean(ctx, in.Root, in.WasmPackage)
	if err != nil {
		return nil, err
	}
	inlined := slices.DeleteFunc(wasmbuild.Args(), func(a string) bool { return strings.HasPrefix(a, "-gcflags") })
	whole := func(b []byte) ([]byte, error) { return b, nil }
	all := func(b []byte) ([]byte, error) { return slim.Module(b, slim.Options{Go: goVersion}) }
	squeeze := compressor{cache: in.Cache}
	var steps []step
	for _, s := range []struct {
		name  string
		args  []string
		then  func([]byte) ([]byte, error)
		aside bool
	}{
		{"as Go links it", inlined, whole, false},
		{"without fmt, by our copy of three files of safejs", slices.Concat(inlined, lean), whole, false},
		{"data segments joined", slices.Concat(inlined, lean), slim.Join, false},
		{"blanked what only tracebacks read", slices.Concat(inlined, lean), all, false},
		{"package runtime not inlined", slices.Concat(wasmbuild.Args(), lean), all, false},
		{"nothing inlined (not taken)", slices.Concat(inlined, []string{"-gcflags=all=-l"}, lean), all, true},
	} {
		wasm, err := compileWith(ctx, in, s.args)
		if err != nil {
			return nil, err
		}
		if wasm, err = s.then(wasm); err != nil {
			return nil, err
		}
		small, err := squeeze.brotli(wasm)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{s.name, len(wasm), len(small), s.aside})
	}
	return steps, nil
}

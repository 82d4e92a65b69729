package pack

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// target keeps #private members native. Older targets turn each into a
// WeakMap, which costs more bytes and time than those browsers are worth: all
// that run Go's WebAssembly have had private members since 2021.
const target = api.ES2022

// goNotice stands above Go's own code in the core script, as its licence asks.
const goNotice = "/*! wasm_exec.js: Copyright The Go Authors, BSD-style licence, https://go.dev/LICENSE */\n"

// wasm_exec.js writes Go into globalThis, and gives globalThis to the module as
// js.Global(). On a page these would be everybody's. So it gets an object of its
// own by that name, with what the module looks up, and the core host is put in a
// function with it, where it finds Go and that object, goGlobal. The script also
// names fs without globalThis: for what a runtime that dies has to say, in lines.
const (
	goScope = `const goGlobal = { Object, Array, Uint8Array };
let said = "";
const fs = {
	writeSync(fd, bytes) {
		const lines = (said + new TextDecoder().decode(bytes)).split("\n");
		said = lines.pop();
		if (lines.length) console.log(lines.join("\n"));
	},
};
`
	goReturn = `
const { Go } = goGlobal;
`
	goEnd = "})();"
)

// goKnown is what wasm_exec.js need not look for, nor put in its place: browsers
// have some of it, and a module without package os asks for none of the rest.
var goKnown = []string{"fs", "process", "path", "crypto", "performance", "TextEncoder", "TextDecoder"}

// script is one bundle: an entry below web/src and the file it becomes.
type script struct {
	entry   string
	out     string
	format  api.Format
	withGo  bool     // wasm_exec.js in front
	imports []string // entries that it leaves to their own files, with the main module (see besides)
}

var scripts = []script{
	{entry: "index.ts", out: Module, format: api.FormatESModule},
	{entry: "global.ts", out: Script, format: api.FormatIIFE},
	{entry: "cjs.ts", out: CommonJS, format: api.FormatCommonJS},
	{entry: "corehost.ts", out: Core, format: api.FormatIIFE, withGo: true},
}

// bundle returns the scripts and their source maps by file name. Properties
// whose names end in "_" are ours alone and get short names. The bundles are
// made one after another with one table of those names, because on the page
// the facade and the core may hand each other objects.
func bundle(in Inputs, version, execScript string, scripts []script) (map[string][]byte, error) {
	goScript, err := minifyGo(execScript, in.Debug)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	names := map[string]any{}
	for _, s := range scripts {
		opts := options(in, s, version)
		if s.withGo {
			opts.Banner = map[string]string{"js": goNotice + goScript}
			opts.Footer = map[string]string{"js": goEnd}
		}
		if !in.Debug {
			opts.MangleProps, opts.MangleCache = "_$", names
		}
		result := api.Build(opts)
		if err := joined(result.Errors); err != nil {
			return nil, fmt.Errorf("bundle web/src/%s: %w", s.entry, err)
		}
		if result.MangleCache != nil {
			names = result.MangleCache
		}
		for _, f := range result.OutputFiles {
			files[filepath.Base(f.Path)] = f.Contents
		}
		if s.out == Module || s.out == CommonJS {
			if files[s.out], files[s.out+".map"], err = importsAtRunTime(files[s.out], files[s.out+".map"]); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

// options are those common to all bundles. The output path is made up: only
// its place relative to the sources matters, because source maps hold it.
func options(in Inputs, s script, version string) api.BuildOptions {
	quoted, _ := json.Marshal(version)
	link, _ := json.Marshal(linkName(in.Web))
	o := api.BuildOptions{
		AbsWorkingDir:     in.Web,
		EntryPoints:       []string{filepath.Join(in.Web, "src", s.entry)},
		Outfile:           filepath.Join(in.Web, "dist", s.out),
		Bundle:            true,
		Write:             false,
		Format:            s.format,
		Platform:          api.PlatformBrowser,
		Target:            target,
		Charset:           api.CharsetASCII,
		Sourcemap:         api.SourceMapLinked,
		LegalComments:     api.LegalCommentsInline,
		LogLevel:          api.LogLevelSilent,
		Define:            map[string]string{"__VERSION__": string(quoted), "__LINK__": string(link)},
		MinifyWhitespace:  !in.Debug,
		MinifyIdentifiers: !in.Debug,
		MinifySyntax:      !in.Debug,
	}
	if s.imports != nil {
		o.Packages = api.PackagesExternal
		o.Plugins = []api.Plugin{besides(in.Web, s.imports)}
	}
	return o
}

// linkName is the global by which the first script finds what the core's file
// has left for it. The files of another build, whose short names are others, go
// by another: a page may have two versions, or one of them in its cache.
func linkName(web string) string {
	sum := sha256.New()
	files, _ := filepath.Glob(filepath.Join(web, "src", "*.ts"))
	for _, file := range files { // sorted
		text, _ := os.ReadFile(file)
		sum.Write(text)
	}
	return fmt.Sprintf("_wsr%x", sum.Sum(nil)[:3])
}

// minifyGo returns the toolchain's wasm_exec.js, ready to stand in front of
// the core host. Its property names are known to the compiled module: only
// local names are shortened.
func minifyGo(path string, debug bool) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read Go's wasm_exec.js: %w", err)
	}
	define := map[string]string{"globalThis": "goGlobal"}
	for _, name := range goKnown {
		define["globalThis."+name] = "true"
	}
	result := api.Transform(goScope+string(text)+goReturn, api.TransformOptions{
		Target:            target,
		Charset:           api.CharsetASCII,
		LogLevel:          api.LogLevelSilent,
		LegalComments:     api.LegalCommentsNone,
		Define:            define,
		MinifyWhitespace:  !debug,
		MinifyIdentifiers: !debug,
		MinifySyntax:      !debug,
	})
	if err := joined(result.Errors); err != nil {
		return "", fmt.Errorf("minify Go's wasm_exec.js: %w", err)
	}
	// The minifier may not touch top-level names, and so leaves ours to the core host.
	return "(()=>{" + strings.TrimSpace(string(result.Code)), nil
}

// joined turns the bundler's messages into one error, a line each.
func joined(messages []api.Message) error {
	var errs []error
	for _, m := range messages {
		if at := m.Location; at != nil {
			errs = append(errs, fmt.Errorf("%s:%d:%d: %s", at.File, at.Line, at.Column+1, m.Text))
			continue
		}
		errs = append(errs, errors.New(m.Text))
	}
	return errors.Join(errs...)
}

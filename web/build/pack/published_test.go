package pack

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// buildPublished builds this repository, once for all tests of what is published.
// It uses the cache of `make build`, for brotli takes its time.
var buildPublished = sync.OnceValues(func() (Result, error) {
	out, err := os.MkdirTemp(sharedCache, "dist-")
	if err != nil {
		return Result{}, err
	}
	publishedDir = out
	return Build(context.Background(), Inputs{Root: "../../..", Web: "web", Out: out, Cache: ".cache/build"})
})

// publishedDir is where the files are, once built.
var publishedDir string

// toPublished finds the program that a test of what is published needs, and builds that.
func toPublished(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skip("needs " + program)
	}
	if _, err := buildPublished(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBudget: no published file is larger, compressed with brotli, than
// web/build/budget.json allows. Who needs more changes the number there, and
// says in the commit what the bytes are for.
func TestBudget(t *testing.T) {
	text, err := os.ReadFile("../budget.json")
	if err != nil {
		t.Fatal(err)
	}
	var budget map[string]int
	if err := json.Unmarshal(text, &budget); err != nil {
		t.Fatal(err)
	}
	result, err := buildPublished()
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Warnings) > 0 {
		t.Errorf("the build warns: %q", result.Warnings)
	}
	limited := []string{Wasm, Core, Script, Module}
	for name := range result.Info.Files {
		if strings.HasSuffix(name, ".mjs") && name != Module {
			limited = append(limited, name)
		}
	}
	for _, name := range limited {
		switch f, limit := result.Info.Files[name], budget[name]; {
		case limit == 0:
			t.Errorf("budget.json says nothing about %s", name)
		case f.Brotli > limit:
			t.Errorf("%s has %d bytes, %d more than its budget", name, f.Brotli, f.Brotli-limit)
		default:
			t.Logf("%s: %d of %d bytes", name, f.Brotli, limit)
		}
	}
}

// TestScriptsAreASCII: a browser keeps a script with any other letter in twice
// the memory, and reads one that says no encoding in the page's.
func TestScriptsAreASCII(t *testing.T) {
	result, err := buildPublished()
	if err != nil {
		t.Fatal(err)
	}
	for name := range result.Info.Files {
		if !strings.HasSuffix(name, "js") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(publishedDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if at := bytes.IndexFunc(content, func(r rune) bool { return r > unicode.MaxASCII }); at >= 0 {
			t.Errorf("%s has a letter that is not ASCII, after %q", name, content[max(at-30, 0):at])
		}
	}
}

// TestBundlersLeaveImports: webpack leaves the import of the core's file to the
// browser, and Vite's server has no reason to put an import into that file,
// which is a classic Worker's script.
func TestBundlersLeaveImports(t *testing.T) {
	if _, err := buildPublished(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{Module: 1, CommonJS: 1, Core: 0} {
		text, err := os.ReadFile(filepath.Join(publishedDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if all, left := bytes.Count(text, []byte("import(")), bytes.Count(text, []byte("import("+ignore)); all != want || left != want {
			t.Errorf("%s has %d imports, %d of them left to the browser; want %d", name, all, left, want)
		}
	}
}

// TestExports: a page can import every entry by its name, and gets its types.
func TestExports(t *testing.T) {
	text, err := os.ReadFile("../../package.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Exports map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	names, err := entryNames("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		var got bytes.Buffer
		if err := json.Compact(&got, manifest.Exports["./"+name]); err != nil {
			t.Errorf("package.json exports no ./%s: %v", name, err)
			continue
		}
		want := `{"types":"./dist/NAME.d.ts","default":"./dist/NAME.mjs"}`
		if want = strings.ReplaceAll(want, "NAME", name); got.String() != want {
			t.Errorf("package.json exports ./%s as %s, want %s", name, got.String(), want)
		}
	}
}

// TestDocumentedEntries: what the documents import is there.
func TestDocumentedEntries(t *testing.T) {
	names, err := entryNames("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../../docs/migrating.md")
	if err != nil {
		t.Fatal(err)
	}
	imports := regexp.MustCompile(`'websocket-reconnect/([\w-]+)'`).FindAllStringSubmatch(string(text), -1)
	if len(imports) < 7 {
		t.Errorf("the document imports %d entries", len(imports))
	}
	for _, m := range imports {
		if !slices.Contains(names, m[1]) {
			t.Errorf("the document imports %s, which is no entry", m[1])
		}
	}
}

// globals loads the core script under Node as a page does, then as a Worker
// does, runs the module, and tells which globals are new after each.
const globals = `
const { readFileSync } = require('fs'), { runInThisContext } = require('vm'), { pathToFileURL } = require('url');
const [, , core, wasm, hash] = process.argv;
const source = readFileSync(core, 'utf8');
fetch; WebAssembly; crypto; performance; Response; // those that Node makes when they are first asked for
const before = new Set(Reflect.ownKeys(globalThis));
const fresh = () => Reflect.ownKeys(globalThis).filter((k) => !before.has(k)).map(String).sort().join(' ');
const import_ = { importModuleDynamically: require('vm').constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER };
runInThisContext(source, import_);
runInThisContext(source, import_); // twice does no harm
console.log('page:', fresh());
class WorkerGlobalScope { static [Symbol.hasInstance]() { return true; } }
globalThis.WorkerGlobalScope = WorkerGlobalScope;
globalThis.name = 'mine';
runInThisContext(source, import_);
console.log("a user's worker:", typeof globalThis.onmessage);
globalThis.name = 'websocket-reconnect';
globalThis.fetch = async () => new Response(readFileSync(wasm), { headers: { 'content-type': 'application/wasm' } });
globalThis.postMessage = (message) => {
  if (message === 'ready') return globalThis.onmessage({ data: new Float64Array([3, 1, 1, 0]) });
  console.log('answer:', message instanceof Float64Array ? [...message].join(' ') : JSON.stringify(message));
  console.log('worker:', fresh());
  console.log('names:', ['Go', 'goGlobal'].filter((n) => runInThisContext('typeof ' + n) !== 'undefined').join(' '));
  process.exit(0);
};
runInThisContext(source, import_);
globalThis.onmessage({ data: 'https://example.test/core.wasm#' + hash });
`

func TestNoGlobalButOurs(t *testing.T) {
	node := toPublished(t, "node")
	script := filepath.Join(t.TempDir(), "globals.js")
	if err := os.WriteFile(script, []byte(globals), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, script, filepath.Join(publishedDir, Core), filepath.Join(publishedDir, Wasm), port.Hash).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out = regexp.MustCompile("_wsr[0-9a-f]{6}").ReplaceAll(out, []byte("_wsr")) // of this build
	want := []string{
		"page: _wsr",
		"a user's worker: undefined",
		"answer: 1 Infinity", // a message for a client that there is not
		"worker: WorkerGlobalScope _wsr name onmessage postMessage",
		"names: ",
	}
	if got := strings.Split(strings.TrimRight(string(out), "\n"), "\n"); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", out, strings.Join(want, "\n"))
	}
}

// broken sends the published core a batch that cannot be, as a Worker's page.
const broken = `
const { readFileSync } = require('fs'), { runInThisContext } = require('vm');
const [, , core, wasm, hash] = process.argv;
globalThis.WorkerGlobalScope = class { static [Symbol.hasInstance]() { return true; } };
globalThis.name = 'websocket-reconnect';
globalThis.fetch = async () => new Response(readFileSync(wasm), { headers: { 'content-type': 'application/wasm' } });
globalThis.postMessage = (message) => {
  if (message === 'ready') return globalThis.onmessage({ data: new Float64Array([1]) });
  console.log(JSON.stringify(message));
  process.exit(0);
};
runInThisContext(readFileSync(core, 'utf8'));
globalThis.onmessage({ data: 'https://example.test/core.wasm#' + hash });
`

// TestPanicsKeepTheirText: in the published core a runtime error is caught, and
// says what it says in any Go program.
func TestPanicsKeepTheirText(t *testing.T) {
	node := toPublished(t, "node")
	script := filepath.Join(t.TempDir(), "broken.js")
	if err := os.WriteFile(script, []byte(broken), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, script, filepath.Join(publishedDir, Core), filepath.Join(publishedDir, Wasm), port.Hash).CombinedOutput()
	const want = `{"dead":"core panicked: runtime error: slice bounds out of range [`
	if err != nil || !strings.HasPrefix(string(out), want) {
		t.Errorf("error %v, got %s, want %s…", err, out, want)
	}
}

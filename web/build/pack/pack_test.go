package pack

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// fixture is a project as small as one can be, that uses what the real one
// does: the version, private members, properties ending in "_", and a module
// shared by all bundles.
var fixture = map[string]string{
	"go.mod":       "module example.test/tiny\n\ngo 1.26\n",
	"LICENSE":      "Take it.\n",
	"wasm/main.go": "package main\n\nfunc main() { println(\"tiny\") }\n",

	"web/package.json":                   `{"name": "tiny", "version": "1.2.3"}`,
	"web/types/websocket-reconnect.d.ts": "export declare const version: string;\n",
	"web/src/shared.ts": `declare const __VERSION__: string;
export class Counter {
  #hidden = 0;
  readonly secretField_ = { innerSecret_: 1 };
  next(): number { return (this.#hidden += this.secretField_.innerSecret_); }
}
export const version: string = __VERSION__;
`,
	"web/src/index.ts":    "import { Counter, version } from './shared.ts';\nexport { Counter, version };\nexport default Counter;\n",
	"web/src/global.ts":   "import { Counter } from './shared.ts';\n(globalThis as any).WebSocketReconnect = Counter;\n",
	"web/src/cjs.ts":      "export { Counter } from './shared.ts';\n",
	"web/src/corehost.ts": "import { Counter, version } from './shared.ts';\ndeclare const Go: any;\nconst go = new Go();\n(globalThis as any).core = [go, version, new Counter().secretField_];\n",
}

// entryFixture adds two entries that share a part, one of which imports the
// other, the main module and a package.
var entryFixture = map[string]string{
	"web/entries/one.ts":        "import { Counter } from '../src/index';\nimport { part } from './parts/part';\nexport const made = [new Counter(), part];\n",
	"web/entries/two.ts":        "import { made } from './one';\nimport { part } from './parts/part';\nimport { useState } from 'react';\nexport const all = [made, part, useState];\n",
	"web/entries/parts/part.ts": "export const part = 'shared part';\n",
	"web/types/one.d.ts":        "export declare const made: unknown[];\n",
	"web/types/two.d.ts":        "export declare const all: unknown[];\n",
}

// published is every file of a build.
var published = []string{
	"LICENSES.txt",
	"build-info.json",
	"websocket-reconnect.cjs", "websocket-reconnect.cjs.map",
	"websocket-reconnect.core.js", "websocket-reconnect.core.js.map",
	"websocket-reconnect.d.cts", "websocket-reconnect.d.ts",
	"websocket-reconnect.js", "websocket-reconnect.js.map",
	"websocket-reconnect.mjs", "websocket-reconnect.mjs.map",
	"websocket-reconnect.wasm", "websocket-reconnect.wasm.br", "websocket-reconnect.wasm.gz",
}

// sharedCache keeps the tests short: all build the same module.
var sharedCache string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "pack-test-")
	if err != nil {
		panic(err)
	}
	sharedCache = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// project writes the fixture into a folder of its own.
func project(t *testing.T) Inputs {
	t.Helper()
	root := t.TempDir()
	write(t, root, fixture)
	return Inputs{Root: root, Web: "web", Out: "web/dist", Cache: sharedCache}
}

func write(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func build(t *testing.T, in Inputs) (Result, map[string][]byte) {
	t.Helper()
	result, err := Build(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return result, readAll(t, in.absolute().Out)
}

func readAll(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestBuildIsReproducible(t *testing.T) {
	first, second := project(t), project(t)
	first.Cache, second.Cache = t.TempDir(), "" // must change nothing: empty, filled or none
	_, want := build(t, first)
	_, cached := build(t, first)
	_, elsewhere := build(t, second)

	if got := slices.Sorted(maps.Keys(want)); !slices.Equal(got, published) {
		t.Errorf("files:\n got %q\nwant %q", got, published)
	}
	for name := range want {
		if !bytes.Equal(want[name], cached[name]) {
			t.Errorf("%s differs when brotli's output comes from the cache", name)
		}
		if !bytes.Equal(want[name], elsewhere[name]) {
			t.Errorf("%s differs when built in another folder", name)
		}
		if bytes.Contains(want[name], []byte(first.Root)) {
			t.Errorf("%s names the folder it was built in", name)
		}
	}
}

func TestBuildInfoDescribesEveryFile(t *testing.T) {
	in := project(t)
	result, files := build(t, in)
	info, err := ReadInfo(in.absolute().Out)
	if err != nil {
		t.Fatal(err)
	}
	if info.Version != "1.2.3" || !strings.HasPrefix(info.Go, "go1.") || info.Debug {
		t.Errorf("info says version %q, Go %q, debug %t", info.Version, info.Go, info.Debug)
	}
	if !maps.Equal(info.Files, result.Info.Files) {
		t.Error("the returned info and the written one differ")
	}
	if len(info.Files) != len(files)-1 {
		t.Errorf("info lists %d files, the folder has %d beside it", len(info.Files), len(files)-1)
	}
	for name, f := range info.Files {
		data := files[name]
		short, long := sha256.Sum256(data), sha512.Sum384(data)
		if f.Bytes != len(data) {
			t.Errorf("%s: info says %d bytes, file has %d", name, f.Bytes, len(data))
		}
		if f.SHA256 != hex.EncodeToString(short[:]) {
			t.Errorf("%s: sha256 %s is not the file's", name, f.SHA256)
		}
		if f.Integrity != "sha384-"+base64.StdEncoding.EncodeToString(long[:]) {
			t.Errorf("%s: integrity %s is not the file's", name, f.Integrity)
		}
	}
	wasm := info.Files[Wasm]
	if br, gz := info.Files[WasmBrotli].Bytes, info.Files[WasmGzip].Bytes; wasm.Brotli != br || wasm.Gzip != gz {
		t.Errorf("module: gzip %d, brotli %d; its compressed files have %d and %d", wasm.Gzip, wasm.Brotli, gz, br)
	}
}

func TestCompressedModuleUnpacksToTheModule(t *testing.T) {
	in := project(t)
	in.Debug = true // quick; the format is the same
	_, files := build(t, in)

	plain, err := io.ReadAll(brotli.NewReader(bytes.NewReader(files[WasmBrotli])))
	if err != nil || !bytes.Equal(plain, files[Wasm]) {
		t.Errorf("%s does not unpack to the module (error: %v)", WasmBrotli, err)
	}
	r, err := gzip.NewReader(bytes.NewReader(files[WasmGzip]))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err = io.ReadAll(r); err != nil || !bytes.Equal(plain, files[Wasm]) {
		t.Errorf("%s does not unpack to the module (error: %v)", WasmGzip, err)
	}
	if !bytes.Contains(files[Licenses], []byte("Take it.")) || !bytes.Contains(files[Licenses], []byte("The Go Authors")) {
		t.Errorf("%s lacks our terms or Go's:\n%s", Licenses, files[Licenses])
	}
	if !bytes.HasPrefix(files[Wasm], []byte("\x00asm")) {
		t.Error("the module does not start as WebAssembly does")
	}
}

func TestScripts(t *testing.T) {
	_, files := build(t, project(t))
	for _, tc := range []struct{ name, want string }{
		{Script, "WebSocketReconnect"},
		{Module, "export{"},
		{Module, "default"},
		{Module, `"1.2.3"`},
		{Module, "#"}, // private members stay native
		{Core, "Copyright The Go Authors"},
		{Core, "sourceMappingURL=" + Core + ".map"},
	} {
		if !strings.Contains(string(files[tc.name]), tc.want) {
			t.Errorf("%s does not contain %q", tc.name, tc.want)
		}
	}
	for _, name := range []string{Script, Module, Core} {
		for _, secret := range []string{"secretField_", "innerSecret_", "__VERSION__"} {
			if strings.Contains(string(files[name]), secret) {
				t.Errorf("%s still contains %q", name, secret)
			}
		}
	}
	core := string(files[Core])
	if before, after := strings.Index(core, ".Go=class"), strings.Index(core, "new Go"); before < 0 || after < before {
		t.Errorf("%s: Go's loader is at %d, its first use at %d; want it in front", Core, before, after)
	}
	if !strings.Contains(string(files[Script+".map"]), `"../src/global.ts"`) {
		t.Errorf("%s.map does not name its source relative to dist", Script)
	}
}

func TestDebugBuildKeepsNames(t *testing.T) {
	in := project(t)
	in.Debug = true
	result, files := build(t, in)
	if !result.Info.Debug {
		t.Error("info does not say that this is a debug build")
	}
	if !strings.Contains(string(files[Module]), "secretField_") {
		t.Errorf("%s has lost its names", Module)
	}
	if !bytes.Contains(files[Wasm], []byte("main.main")) {
		t.Errorf("%s has lost its names", Wasm)
	}
}

func TestMissingTypesAreAWarning(t *testing.T) {
	in := project(t)
	in.Debug = true
	build(t, in)
	if err := os.Remove(filepath.Join(in.Root, "web", "types", Types)); err != nil {
		t.Fatal(err)
	}
	result, files := build(t, in)
	if len(result.Warnings) != 1 || !strings.HasPrefix(result.Warnings[0], "no web/types/websocket-reconnect.d.ts") {
		t.Errorf("warnings: %q", result.Warnings)
	}
	if _, kept := files[Types]; kept {
		t.Error("the types of the build before are still there")
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	for _, tc := range []struct{ name, file, text, want string }{
		{"no version", "web/package.json", "{}", `package.json has no "version"`},
		{"Go does not compile", "wasm/main.go", "package main\n\nfunc main() { nope() }\n", "undefined: nope"},
		{"script does not parse", "web/src/global.ts", "let = ;", "src/global.ts:1:"},
		{"import of nothing", "web/src/index.ts", "import './gone.ts';", "gone.ts"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := project(t)
			if err := os.WriteFile(filepath.Join(in.Root, filepath.FromSlash(tc.file)), []byte(tc.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Build(context.Background(), in)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one that says %q", err, tc.want)
			}
			if _, err := os.Stat(in.absolute().Out); !os.IsNotExist(err) {
				t.Error("the failed build wrote something")
			}
		})
	}
}

func TestDamagedCacheIsNotPublished(t *testing.T) {
	c := compressor{cache: t.TempDir(), quick: true}
	data := bytes.Repeat([]byte("reconnect "), 1000)
	want, err := c.brotli(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.path(data, quickBrotli), want[:len(want)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := c.brotli(data); err != nil || !bytes.Equal(got, want) {
		t.Errorf("brotli took %d bytes out of a damaged cache, want %d (error: %v)", len(got), len(want), err)
	}
}

func TestEntries(t *testing.T) {
	in := project(t)
	write(t, in.Root, entryFixture)
	_, files := build(t, in)
	for name, want := range map[string][]string{
		"one.mjs":  {`from"./websocket-reconnect.mjs"`, "shared part"},
		"two.mjs":  {`from"./one.mjs"`, "shared part", `from"react"`},
		"one.d.ts": {"made"},
		"two.d.ts": {"all"},
	} {
		for _, part := range want {
			if !bytes.Contains(files[name], []byte(part)) {
				t.Errorf("%s has no %s:\n%s", name, part, files[name])
			}
		}
	}
	if bytes.Contains(files["one.mjs"], []byte("class")) {
		t.Errorf("one.mjs has a copy of the main module:\n%s", files["one.mjs"])
	}

	if err := os.Remove(filepath.Join(in.Root, "web", "types", "two.d.ts")); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(context.Background(), in); err == nil || !strings.Contains(err.Error(), "two") {
		t.Errorf("an entry without types: %v", err)
	}
}

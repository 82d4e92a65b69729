package pack

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// An entry is a module of its own beside the main one: web/entries/NAME.ts
// becomes NAME.mjs, which a page imports as "websocket-reconnect/NAME", with
// the types of web/types/NAME.d.ts. What several entries share lies in folders
// below web/entries and is bundled into each. An entry never holds a second
// copy of another or of the main module, since it would hold a second copy of
// what they know: it imports their files. Packages (react, vue) are the page's.

// entryNames lists the entries in order.
func entryNames(web string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(web, "entries", "*.ts"))
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(paths))
	for _, p := range paths {
		names = append(names, strings.TrimSuffix(filepath.Base(p), ".ts"))
	}
	slices.Sort(names)
	return names, nil
}

// entryScripts returns the bundles of the entries.
func entryScripts(names []string) []script {
	list := make([]script, 0, len(names))
	for _, name := range names {
		list = append(list, script{entry: "../entries/" + name + ".ts", out: name + ".mjs", format: api.FormatESModule, imports: names})
	}
	return list
}

// besides makes the bundler leave imports of the main module and of the given
// entries to the files that stand beside the bundle.
func besides(web string, entries []string) api.Plugin {
	files := map[string]string{filepath.Join(web, "src", "index"): "./" + Module}
	for _, name := range entries {
		files[filepath.Join(web, "entries", name)] = "./" + name + ".mjs"
	}
	return api.Plugin{Name: "besides", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^\.`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			path := strings.TrimSuffix(filepath.Join(args.ResolveDir, filepath.FromSlash(args.Path)), ".ts")
			if file := files[path]; file != "" && args.Kind != api.ResolveEntryPoint {
				return api.OnResolveResult{Path: file, External: true}, nil
			}
			return api.OnResolveResult{}, nil
		})
	}}
}

// entryTypes reads the types of the entries, each of which must have some.
func entryTypes(web string, names []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(web, "types", name+".d.ts"))
		if err != nil {
			return nil, fmt.Errorf("types of entry %s: %w", name, err)
		}
		files[name+".d.ts"] = text
	}
	return files, nil
}

package pack

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// dataPlane are the files of the first script that are not its class with its
// members, nor their checks.
var dataPlane = []string{"connection.ts", "line.ts", "listeners.ts", "outbox.ts", "shown.ts", "socket.ts"}

// checks are the files of the checks.
var checks = []string{"options.ts", "url.ts", "errors.ts", "types.ts"}

// exported finds what a file exports, but for types.
var exported = regexp.MustCompile(`(?m)^export (?:const|function|class) (\w+)`)

// without returns the size, by brotli, of the ES module that an entry makes when
// of some of its files nothing is left but the names that they export.
func without(in Inputs, version string, c compressor, entry string, hollow []string) (int, error) {
	in.Debug = false
	module := scripts[0]
	module.entry = entry
	opts := options(in, module, version)
	opts.MangleProps = "_$"
	opts.Plugins = []api.Plugin{{Name: "hollow", Setup: func(b api.PluginBuild) {
		b.OnLoad(api.OnLoadOptions{Filter: `\.ts$`}, func(file api.OnLoadArgs) (api.OnLoadResult, error) {
			if !slices.Contains(hollow, filepath.Base(file.Path)) {
				return api.OnLoadResult{}, nil // as ever
			}
			text, err := os.ReadFile(file.Path)
			var left strings.Builder
			for _, m := range exported.FindAllSubmatch(text, -1) {
				fmt.Fprintf(&left, "export const %s: any = undefined;\n", m[1])
			}
			contents := left.String()
			return api.OnLoadResult{Contents: &contents, Loader: api.LoaderTS}, err
		})
	}}}
	result := api.Build(opts)
	if err := joined(result.Errors); err != nil {
		return 0, fmt.Errorf("bundle without %s: %w", strings.Join(hollow, ", "), err)
	}
	for _, f := range result.OutputFiles {
		if filepath.Base(f.Path) == Module {
			packed, err := c.brotli(bytes.ReplaceAll(f.Contents, []byte("import("), []byte("import("+ignore)))
			return len(packed), err
		}
	}
	return 0, fmt.Errorf("bundle without %s: no %s", strings.Join(hollow, ", "), Module)
}

// InterfaceBytes is the size, by brotli, of the class with its members and its
// checks alone: what has to be there when the constructor returns, whatever else
// a script could do without.
func InterfaceBytes(in Inputs) (int, error) {
	in = in.absolute()
	version, err := readVersion(filepath.Join(in.Web, "package.json"))
	if err != nil {
		return 0, err
	}
	return without(in, version, compressor{cache: in.Cache}, scripts[0].entry, dataPlane)
}

// partsTable says what the first script is made of.
func partsTable(in Inputs, version string) (string, error) {
	c := compressor{cache: in.Cache}
	whole, err := without(in, version, c, scripts[0].entry, nil)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| the first script, as an ES module | brotli |\n|---|---:|\n")
	fmt.Fprintf(&b, "| whole | %d |\n", whole)
	alone, err := InterfaceBytes(in)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "| the class, its members and its checks of what it is given, alone | %d |\n", alone)
	plane, err := without(in, version, c, "connection.ts", checks)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "| all else, alone | %d |\n", plane)
	for _, name := range slices.Concat(checks, dataPlane) {
		rest, err := without(in, version, c, scripts[0].entry, []string{name})
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "| what %s adds | %d |\n", name, whole-rest)
	}
	return b.String(), nil
}

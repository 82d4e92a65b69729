package pack

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/wasmbuild"
)

// licenses returns one text with the terms of everything that is published:
// ours, Go's (its runtime and loader are in the files) and those of each
// module that is linked in. They all ask for this. A module without a licence
// is an error, since nobody may publish it.
func licenses(ctx context.Context, in Inputs, goRoot string) ([]byte, error) {
	modules, err := wasmbuild.Modules(ctx, in.Root, in.WasmPackage)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	add := func(name, dir string) error {
		text, err := license(dir)
		if err != nil {
			return fmt.Errorf("licence of %s: %w", name, err)
		}
		fmt.Fprintf(&b, "==== %s ====\n\n%s\n\n", name, bytes.TrimSpace(text))
		return nil
	}
	if err := add("websocket-reconnect", in.Root); err != nil {
		return nil, err
	}
	if err := add("Go", goRoot); err != nil {
		// Some systems package Go without its licence file.
		fmt.Fprint(&b, "==== Go ====\n\nCopyright The Go Authors. BSD-style licence: https://go.dev/LICENSE\n\n")
	}
	for _, m := range modules {
		if err := add(m.Path+" "+m.Version, m.Dir); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// license reads the licence of a folder, by any of the usual names.
func license(dir string) ([]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(entries, func(e os.DirEntry) bool {
		name := strings.ToUpper(e.Name())
		return !e.IsDir() && (strings.HasPrefix(name, "LICENSE") || strings.HasPrefix(name, "LICENCE") || strings.HasPrefix(name, "COPYING"))
	})
	if i < 0 {
		return nil, fmt.Errorf("no LICENSE in %s", dir)
	}
	return os.ReadFile(filepath.Join(dir, entries[i].Name()))
}

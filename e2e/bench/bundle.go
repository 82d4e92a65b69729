package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
)

// rivals are the npm packages of package.json that stand beside us, by the
// name of their entry in page/rivals.
var rivals = []string{"reconnecting-websocket", "partysocket", "websocket-ts"}

// bundleRivals returns each rival's minified bundle, as an application would
// ship it, by path.
func bundleRivals(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range rivals {
		code, err := bundle(dir, "rivals/"+name+".js", "Rival", name != "websocket-ts")
		if err != nil {
			return nil, err
		}
		files["/rival/"+name+".js"] = code
	}
	return files, nil
}

// bundle makes a script of an entry in page; global is the name of what it
// exports, or of its default export alone.
func bundle(dir, entry, global string, onlyDefault bool) ([]byte, error) {
	footer := ""
	if onlyDefault {
		footer = global + "=" + global + ".default;"
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: dir,
		EntryPoints:   []string{filepath.Join(dir, "page", filepath.FromSlash(entry))},
		Outdir:        dir,
		Bundle:        true,
		Format:        api.FormatIIFE,
		GlobalName:    global,
		Footer:        map[string]string{"js": footer},
		Platform:      api.PlatformBrowser,
		Target:        api.ES2022,
		LogLevel:      api.LogLevelSilent,
		LegalComments: api.LegalCommentsNone,

		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
	})
	var errs []error
	for _, m := range result.Errors {
		errs = append(errs, errors.New(m.Text))
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("bundle %s (run `npm ci` in e2e/bench?): %w", entry, errors.Join(errs...))
	}
	return result.OutputFiles[0].Contents, nil
}

// lengthened returns a script with a comment at its end that says nothing, so
// that compressed it has so many bytes, or a few more.
func lengthened(script []byte, size int) ([]byte, error) {
	letters := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	dice := rand.New(rand.NewPCG(1, 1))
	script = append(slices.Clone(script), "\n//"...)
	for {
		packed, err := compressed(script)
		if err != nil || len(packed) >= size {
			return script, err
		}
		for range size - len(packed) { // a letter takes less than a byte
			script = append(script, letters[dice.IntN(len(letters))])
		}
	}
}

// compressed returns data as the server sends it to a browser.
func compressed(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

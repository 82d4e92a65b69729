package e2e

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// In a Worker of the user's own a client comes back as on a page, and the
// Worker's messages stay the user's: the core knows that it is not its Worker.
func TestOwnWorker(t *testing.T) {
	t.Parallel()
	for name, worker := range map[string]string{
		"classic": `new Worker('ownworker.js')`,
		"module":  `new Worker('ownmodule.js', { type: 'module' })`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openPage(t, "worker")
			p.js(`window.guest = ` + worker + `; guest.onmessage = ({ data }) => record(...data); guest.postMessage(address)`)
			p.sees("open")
			p.js(`guest.postMessage('early')`)
			p.sees("answer early")
			for range 2 {
				p.must(dropAll(p))
				p.sees("error CONNECTION_LOST", "open")
			}
			p.js(`guest.postMessage('late')`)
			p.sees("answer late")
		})
	}
}

// Bundled into a classic script, where there is no import.meta.url, the module
// loads, and finds its files where configure says that they are.
func TestBundledAsAScript(t *testing.T) {
	t.Parallel()
	module, err := filepath.Abs(filepath.Join(dist, "websocket-reconnect.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	result := api.Build(api.BuildOptions{
		Stdin:    &api.StdinOptions{Contents: `import Bundled from "` + filepath.ToSlash(module) + `"; globalThis.WebSocketReconnect = Bundled;`, ResolveDir: "."},
		Bundle:   true,
		Format:   api.FormatIIFE,
		Target:   api.ES2022,
		LogLevel: api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors[0].Text)
	}
	p := openPage(t, "worker", before(func(p *page) {
		p.must(p.s.Handle("/app/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			_, _ = w.Write(result.OutputFiles[0].Contents)
		})))
	}))
	p.js(`new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement('script'), { src: '/app/bundle.js', onload, onerror })))
		.then(() => WebSocketReconnect.configure({ baseUrl: '/dist/' }))`)
	p.connect(`{}`)
	p.must(dropAll(p))
	p.until("open")
}

package e2e

import (
	"errors"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

// An app is an application of e2e/frameworks/apps, bundled with our entries as
// its own bundler would: "websocket-reconnect/NAME" is the built NAME.mjs, and
// frameworks come from e2e/frameworks/node_modules.
type app struct {
	source string            // in e2e/frameworks/apps
	alias  map[string]string // packages that others take the place of
	shims  []string          // packages that our entries of that name take the place of
}

// openApp loads an app in a page. Where the core runs makes no difference to
// the entries, which know only the public API: it is a Worker.
func openApp(t *testing.T, a app, options ...option) *page {
	t.Helper()
	if browser == nil {
		t.Skip("set E2E=1 to run the tests in a browser (make e2e)")
	}
	code, err := a.bundle()
	if err != nil {
		t.Fatal(err)
	}
	serve := func(p *page) {
		p.must(p.s.Handle("/app/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			_, _ = w.Write(code)
		})))
	}
	p := openPage(t, "worker", append([]option{file("app.html"), before(serve)}, options...)...)
	p.until("loaded")
	return p
}

func (a app) bundle() ([]byte, error) {
	dir, err := filepath.Abs("frameworks")
	if err != nil {
		return nil, err
	}
	built, err := filepath.Abs(dist)
	if err != nil {
		return nil, err
	}
	ours := api.Plugin{Name: "ours", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^websocket-reconnect(/|$)`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if name, isEntry := strings.CutPrefix(args.Path, "websocket-reconnect/"); isEntry {
				return api.OnResolveResult{Path: filepath.Join(built, name+".mjs")}, nil
			}
			return api.OnResolveResult{Path: "/dist/websocket-reconnect.mjs", External: true}, nil
		})
		b.OnResolve(api.OnResolveOptions{Filter: `^[a-z]`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if slices.Contains(a.shims, args.Path) {
				return api.OnResolveResult{Path: filepath.Join(built, args.Path+".mjs")}, nil
			}
			return api.OnResolveResult{}, nil
		})
		b.OnResolve(api.OnResolveOptions{Filter: `^\./websocket-reconnect\.mjs$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: "/dist/websocket-reconnect.mjs", External: true}, nil
		})
	}}
	svelte := api.Plugin{Name: "svelte", Setup: func(b api.PluginBuild) {
		b.OnLoad(api.OnLoadOptions{Filter: `\.svelte$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			node, err := tools.Node.Find()
			if err != nil {
				return api.OnLoadResult{}, err
			}
			cmd := exec.Command(node, "compile.mjs", args.Path)
			cmd.Dir, cmd.Stderr = dir, os.Stderr
			code, err := cmd.Output()
			text := string(code)
			return api.OnLoadResult{Contents: &text}, err
		})
	}}
	// One Vue for the app and for our entry, which has another beside it for its types.
	alias := map[string]string{"vue": filepath.Join(dir, "node_modules", "vue")}
	maps.Copy(alias, a.alias)
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: dir,
		EntryPoints:   []string{filepath.Join(dir, "apps", a.source)},
		Bundle:        true,
		Format:        api.FormatESModule,
		Platform:      api.PlatformBrowser,
		Target:        api.ES2022,
		NodePaths:     []string{filepath.Join(dir, "node_modules")},
		Alias:         alias,
		JSX:           api.JSXAutomatic,
		Define:        map[string]string{"process.env.NODE_ENV": `"development"`, "__VUE_OPTIONS_API__": "true", "__VUE_PROD_DEVTOOLS__": "false", "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "false"},
		Conditions:    []string{"browser"},
		Plugins:       []api.Plugin{ours, svelte},
		LogLevel:      api.LogLevelSilent,
	})
	for _, m := range result.Errors {
		at := ""
		if m.Location != nil {
			at = m.Location.File + ": "
		}
		err = errors.Join(err, errors.New("bundle "+a.source+" (run `npm ci` in e2e/frameworks?): "+at+m.Text))
	}
	if err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}

// ends has the server close all of a client's connections with a code.
func (p *page) ends(code int, reason string) {
	p.t.Helper()
	_, err := p.s.CloseAll(code, reason, faultserver.To{Client: "a"})
	p.must(err)
}

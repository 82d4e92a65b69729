package engines

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

// An engine is something that can run the suite.
type engine struct {
	name string

	// command starts it; dir is a folder of its own, which is removed at the end.
	command func(t *testing.T, ctx context.Context, s *site, dir string) *exec.Cmd
}

// all is every engine, in the order of docs/engines.md.
var all = []engine{
	{"chromium", func(t *testing.T, ctx context.Context, s *site, dir string) *exec.Cmd {
		return exec.CommandContext(ctx, find(t, tools.Chromium), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
			"--disable-component-update", "--disable-background-networking", "--user-data-dir="+dir, s.page())
	}},
	{"firefox", func(t *testing.T, ctx context.Context, s *site, dir string) *exec.Cmd {
		if err := os.WriteFile(filepath.Join(dir, "user.js"), []byte(firefoxPreferences), 0o644); err != nil {
			t.Fatal(err)
		}
		return exec.CommandContext(ctx, find(t, tools.Firefox), "--headless", "--no-remote", "--profile", dir, s.page())
	}},
	{"webkit", func(t *testing.T, ctx context.Context, s *site, dir string) *exec.Cmd {
		return exec.CommandContext(ctx, find(t, tools.Xvfb), "-a", find(t, tools.WebKit), s.page())
	}},
	{"node", func(t *testing.T, ctx context.Context, s *site, dir string) *exec.Cmd {
		return exec.CommandContext(ctx, find(t, tools.Node), s.script("websocket-reconnect.cjs", "ws")...)
	}},
	{"node22", func(t *testing.T, ctx context.Context, s *site, dir string) *exec.Cmd {
		return exec.CommandContext(ctx, packaged(t, "node-linux-*/bin/node"), s.script("websocket-reconnect.mjs")...)
	}},
	{"deno", func(t *testing.T, ctx context.Context, s *site, dir string) *exec.Cmd {
		return exec.CommandContext(ctx, packaged(t, "@deno/*/deno"), append([]string{"run", "--allow-all", "--no-lock"}, s.script("websocket-reconnect.mjs")...)...)
	}},
	{"bun", func(t *testing.T, ctx context.Context, s *site, dir string) *exec.Cmd {
		return exec.CommandContext(ctx, packaged(t, "@oven/*/bin/bun"), s.script("websocket-reconnect.mjs")...)
	}},
}

// firefoxPreferences keep a new profile from greeting, and from calling home.
const firefoxPreferences = `
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "http://127.0.0.1:9/");
user_pref("toolkit.telemetry.enabled", false);
`

// find returns the program of a tool. A test that asks for an engine that is not
// here fails: it would otherwise pass for nothing.
func find(t *testing.T, tool tools.Tool) string {
	t.Helper()
	path, err := tool.Find()
	if err != nil {
		t.Fatal(err)
	}
	if path == "" {
		t.Fatalf("no %s: go run ./web/build/ensure %s", tool.Name, tool.Name)
	}
	return path
}

// packaged returns a program out of node_modules.
func packaged(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("node_modules", pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no %s in e2e/engines/node_modules: npm ci there", pattern)
	}
	path, err := filepath.Abs(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// start runs an engine until the test ends; all processes that it has started
// end with it.
func (e engine) start(t *testing.T, s *site) {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := e.command(t, ctx, s, dir)
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_DATA_HOME="+dir, "NO_COLOR=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	log, err := os.Create(filepath.Join(dir, "engine.log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		s.gone(fmt.Errorf("%s ended: %v", e.name, cmd.Wait()))
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // whoever is left
		if text, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("%s said: %s", e.name, text[max(0, len(text)-4000):])
		}
		_ = log.Close()
	})
}

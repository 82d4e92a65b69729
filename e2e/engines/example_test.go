package engines

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

// The example for Node that everybody begins with, word for word but for the
// address: the package is found by its name with require, it connects, sends
// what waited, tells of a drop and of the retry, and is back.
func TestExampleInNode(t *testing.T) {
	if os.Getenv("E2E") == "" {
		t.Skip("set E2E=1 to run what needs a build (make e2e)")
	}
	s := newSite(t)
	dir := install(t, s)
	text, err := os.ReadFile("testdata/example.cjs")
	if err != nil {
		t.Fatal(err)
	}
	example := strings.ReplaceAll(string(text), "wss://api.example.com/socket", s.s.URL()+"?client=a")
	if err := os.WriteFile(filepath.Join(dir, "example.cjs"), []byte("globalThis.WebSocket ??= require('ws').WebSocket;\n"+example), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, find(t, tools.Node), "example.cjs")
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	lines := bufio.NewScanner(out)
	says := func(part string) {
		t.Helper()
		var said []string
		for lines.Scan() {
			said = append(said, lines.Text())
			if strings.Contains(lines.Text(), part) {
				return
			}
		}
		t.Fatalf("it did not say %q, but\n%s", part, strings.Join(said, "\n"))
	}
	says("✅ Connected")
	says(`📨 Message: {"type":"subscribe","channel":"updates"}`)
	if _, err := s.s.Drop(faultserver.EndRST, faultserver.To{Client: "a"}); err != nil {
		t.Fatal(err)
	}
	says("⚠️ Error: the connection to ")
	says("❌ Closed: 1006")
	says("🔄 Retry 1/10 in ")
	says("✅ Connected")
}

// install makes a folder where the built package is installed, beside ws.
func install(t *testing.T, s *site) string {
	t.Helper()
	dir := t.TempDir()
	own := filepath.Join(dir, "node_modules", "websocket-reconnect")
	manifest, err := os.ReadFile("../../web/package.json")
	if err == nil {
		err = os.MkdirAll(own, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(own, "package.json"), manifest, 0o644)
	}
	if err == nil {
		err = os.Symlink(s.dist, filepath.Join(own, "dist"))
	}
	ws, abs := filepath.Abs("node_modules/ws")
	if err == nil {
		err = abs
	}
	if err == nil {
		err = os.Symlink(ws, filepath.Join(dir, "node_modules", "ws"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

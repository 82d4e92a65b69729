package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// buildSimulator makes what the demo's simulator loads from /fleet/.
func buildSimulator(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(dir, "fleet.wasm"), "../core/fleet/cmd/module")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the simulator: %v\n%s", err, out)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "wasm_exec.js"), script, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestFleetPage simulates a fleet in the browser, with the options that the
// page proposes and with bad ones.
func TestFleetPage(t *testing.T) {
	simulator := buildSimulator(t)
	p := openPage(t, "page", before(func(p *page) {
		p.must(p.s.Mount("/", "../web/demo"))
		p.must(p.s.Mount("/fleet/", simulator))
	}))
	p.do(chromedp.Navigate(p.s.ControlURL() + "/fleet.html"))
	p.js(`document.querySelector('[name=clients]').value = 2000; document.querySelector('[name=admit]').value = 200;
		document.querySelector('[value="socket.io"]').checked = false;
		document.getElementById('run').click()`)
	p.demoUntil(`document.getElementById('status').textContent.startsWith('Done') && document.getElementById('report').contentDocument?.querySelectorAll('#table tbody tr').length === 3`)
	if seen := get[string](p, `(() => {
		const rows = [...document.getElementById('report').contentDocument.querySelectorAll('#table tbody tr')];
		return rows.map((row) => row.cells[0].textContent.trim()).sort().join();
	})()`); seen != "default,reconnecting-websocket,yours" {
		t.Errorf("the report compares %s", seen)
	}

	// On a phone nothing of it is cut off, once the frames have gone by in which it is drawn anew.
	p.do(chromedp.EmulateViewport(390, 844))
	p.is(`(async () => {
		const pages = [document, document.getElementById('report').contentDocument];
		const hidden = () => pages.map(({ documentElement }) => documentElement.scrollWidth - documentElement.clientWidth);
		for (let frame = 0; frame < 10 && (innerWidth !== 390 || hidden().some((pixels) => pixels)); frame++) await new Promise(requestAnimationFrame);
		return [innerWidth, hidden(), pages.map((page) => page.querySelectorAll('.card').length > 0)];
	})()`, `[390,[0,0],[true,true]]`)

	p.js(`document.getElementById('options').value = '{"baseDealy": 1}'; document.getElementById('run').click()`)
	p.demoUntil(`document.getElementById('trouble').textContent.includes('unknown option baseDealy')`)
	p.demoUntil(`!document.getElementById('run').disabled`)

	p.js(`document.querySelector('[name=clients]').value = 'many'; document.getElementById('run').click()`)
	p.demoUntil(`document.getElementById('trouble').textContent.includes('clients is "many"')`)
}

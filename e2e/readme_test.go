package e2e

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// The README's first example works when pasted, with only its address changed,
// and survives a killed server.
func TestReadmeExample(t *testing.T) {
	t.Parallel()
	p := openPage(t, "worker")
	p.serveExample(readmeExample(t, 0), "/dist/")
	p.do(chromedp.Navigate(p.s.ControlURL() + examplePage))
	hello := func(r faultserver.Record) bool {
		return len(texts(r, "readme")) > 0 && texts(r, "readme")[0] == "hello"
	}
	p.server("the example's hello", hello)
	p.must(p.s.Kill())
	p.must(p.s.Revive())
	p.server("the page, back", func(r faultserver.Record) bool { return r.Client("readme").Upgrades == 2 })
	for _, want := range []string{"connected", "message: hello", "closed: 1006", "CONNECTION_LOST", "retry 1/10 in"} {
		if all := strings.Join(p.log.lines(), "\n"); !strings.Contains(all, want) {
			t.Errorf("the console lacks %q:\n%s", want, all)
		}
	}
}

// “Open sooner” works when pasted: there is one connection, dialled before the
// script was there, and what the server had said by then is told.
func TestReadmeOpensSooner(t *testing.T) {
	t.Parallel()
	p := openPage(t, "worker")
	script := newGate("websocket-reconnect.js")
	p.must(p.s.Handle("/held/", http.StripPrefix("/held", script)))
	p.serveExample(readmeExample(t, 1), "/held/")
	p.js(`location.href = '` + examplePage + `'`) // its load event is held back, too
	until := func(condition string) {
		t.Helper()
		p.js(`(async () => { while (!(` + condition + `)) await new Promise((next) => setTimeout(next)); })()`) // there are no frames while a script is awaited
	}
	p.server("the page's own dial", func(r faultserver.Record) bool { return r.Client("readme").Live == 1 })
	for _, greeting := range []string{"welcome", "and more"} {
		if n, err := p.s.Send(greeting); err != nil || n != 1 {
			t.Fatalf("%d connections were greeted, %v", n, err)
		}
	}
	until(`early.readyState === 1 && early.missed.length === 2`)
	script.open()
	until(`typeof ws === 'object' && ws.isConnected`)
	if _, err := p.s.Send("later"); err != nil {
		t.Fatal(err)
	}
	until(`ws.getStats().messagesIn === 3`)
	const want = "message: welcome\nlog: message: and more\nlog: message: later"
	if all := strings.Join(p.log.lines(), "\n"); !strings.Contains(all, want) {
		t.Errorf("the console has not %q:\n%s", want, all)
	}
	p.must(p.s.Kill())
	p.must(p.s.Revive())
	p.server("the page, back", func(r faultserver.Record) bool {
		return r.Client("readme").Upgrades == 2 && r.Client("readme").Live == 1
	})
}

// exampleAddress is what the README's examples dial.
const exampleAddress = "ws://127.0.0.1:8081/ws"

// readmeExample returns one of the README's HTML examples.
func readmeExample(t *testing.T, n int) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```html\n")
	if len(parts) < n+2 {
		t.Fatalf("the README has %d HTML examples", len(parts)-1)
	}
	example, _, closed := strings.Cut(parts[n+1], "```")
	if !closed || !strings.Contains(example, exampleAddress) {
		t.Fatalf("example %d does not end, or does not dial %s", n, exampleAddress)
	}
	return example
}

const examplePage = "/example.html"

// serveExample serves an example as a page, with its address changed and its
// script taken from another folder.
func (p *page) serveExample(example, folder string) {
	p.t.Helper()
	changed := strings.NewReplacer(exampleAddress, p.s.URL()+"?client=readme", "/dist/", folder)
	p.must(p.s.Handle(examplePage, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = changed.WriteString(w, example)
	})))
}

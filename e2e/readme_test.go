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
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```html\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("the README has no HTML example")
	}
	const address = "ws://127.0.0.1:8081/ws"
	if !strings.Contains(example, address) {
		t.Fatalf("the example does not dial %s", address)
	}
	p := openPage(t, "worker")
	p.must(p.s.Handle("/first.html", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = strings.NewReplacer(address, p.s.URL()+"?client=readme").WriteString(w, example)
	})))
	p.do(chromedp.Navigate(p.s.ControlURL() + "/first.html"))
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

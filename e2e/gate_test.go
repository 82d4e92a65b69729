package e2e

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// A gate serves the built files, and stands between the page and those whose
// name ends as it says: it holds them, or answers in their place.
type gate struct {
	suffix string
	files  http.Handler
	asked  chan struct{} // a request has come; never blocks the request

	mu   sync.Mutex
	hold chan struct{} // closed: the file is served
	fake []http.HandlerFunc
}

// newGate answers the first requests with fakes; after them it holds the file
// if there were none, and serves it if there were.
func newGate(suffix string, fakes ...http.HandlerFunc) *gate {
	g := &gate{suffix: suffix, files: faultserver.Static(dist), asked: make(chan struct{}, 100), hold: make(chan struct{}), fake: fakes}
	if len(fakes) > 0 {
		close(g.hold)
	}
	return g
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, g.suffix) {
		g.files.ServeHTTP(w, r)
		return
	}
	g.mu.Lock()
	var fake http.HandlerFunc
	if len(g.fake) > 0 {
		fake, g.fake = g.fake[0], g.fake[1:]
	}
	g.mu.Unlock()
	g.asked <- struct{}{}
	if fake != nil {
		fake(w, r)
		return
	}
	select {
	case <-g.hold:
		g.files.ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}

// open lets the held file through.
func (g *gate) open() { close(g.hold) }

// await waits until the page has asked for the file.
func (g *gate) await(t *testing.T, p *page) {
	t.Helper()
	select {
	case <-g.asked:
	case <-p.ctx.Done():
		t.Fatalf("the page never asked for *%s", g.suffix)
	}
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "no such file", http.StatusNotFound)
}

// aPage is what many servers answer for a file that they do not know.
func aPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte("<!doctype html><title>Our app</title>"))
}

package engines

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// A site serves the suite, and hears what comes of it.
type site struct {
	s       *faultserver.Server
	dist    string // absolute
	nobody  string // a WebSocket's address where nobody listens
	reports chan report
}

// A report is what an engine tells of one test, or, with Done, of the whole suite.
type report struct {
	Placement, Name string
	Failure         string
	Skipped         string // why the engine cannot do it
	Note            string
	MS              int

	Done  bool
	Agent string
}

func newSite(t *testing.T) *site {
	t.Helper()
	server, err := faultserver.New(faultserver.Options{RecordCap: 100_000, PayloadCap: 1 << 17, RecordHeaders: []string{"Authorization"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	dist := os.Getenv("E2E_DIST")
	if dist == "" {
		dist = "../../web/dist"
	}
	if dist, err = filepath.Abs(dist); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = free.Close()
	s := &site{s: server, dist: dist, nobody: "ws://" + free.Addr().String() + "/", reports: make(chan report, 1000)}
	suite := http.StripPrefix("/suite", faultserver.Static("suite"))
	for pattern, handler := range map[string]http.HandlerFunc{
		"/suite/": func(w http.ResponseWriter, r *http.Request) {
			if csp := r.URL.Query().Get("csp"); csp != "" {
				w.Header().Set("Content-Security-Policy", csp)
			}
			suite.ServeHTTP(kept{w}, r)
		},
		"/dist/":             http.StripPrefix("/dist", faultserver.Static(dist)).ServeHTTP,
		"GET /broken/{file}": s.broken,
		"POST /report":       s.take,
		"GET /await":         s.await,
	} {
		if err := server.Handle(pattern, handler); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// kept lets a file be kept: a page that is not to be stored is not put into the
// back/forward cache.
type kept struct{ http.ResponseWriter }

func (w kept) WriteHeader(status int) {
	w.Header().Set("Cache-Control", "no-cache")
	w.ResponseWriter.WriteHeader(status)
}

// page is the address that runs the suite in a browser.
func (s *site) page() string {
	return s.s.ControlURL() + "/suite/page.html?" + url.Values{"link": {s.s.Endpoint("")}, "nobody": {s.nobody}}.Encode()
}

// script is the command line that runs it elsewhere.
func (s *site) script(library string, rest ...string) []string {
	args := []string{"suite/runtime.mjs", s.s.ControlURL(), s.s.Endpoint(""), s.nobody, filepath.Join(s.dist, library)}
	return append(args, rest...)
}

// gone tells that the engine has ended.
func (s *site) gone(err error) { s.reports <- report{Done: true, Failure: err.Error()} }

func (s *site) take(w http.ResponseWriter, r *http.Request) {
	var got report
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	s.reports <- got
}

// await answers once a figure of a client's newest connection is as large as
// wanted, with that connection.
func (s *site) await(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	least, err := strconv.Atoi(q.Get("least"))
	figure := map[string]func(c faultserver.Conn) int{
		"open":     func(c faultserver.Conn) int { return truth(c.Open) },
		"ended":    func(c faultserver.Conn) int { return truth(!c.Live) },
		"pongs":    func(c faultserver.Conn) int { return c.Pongs },
		"muted":    func(c faultserver.Conn) int { return c.MutedPings },
		"messages": func(c faultserver.Conn) int { return c.Messages },
	}[q.Get("figure")]
	if err != nil || figure == nil {
		http.Error(w, "await: no such figure", http.StatusBadRequest)
		return
	}
	var newest faultserver.Conn
	err = s.s.Wait(r.Context(), func(r faultserver.Record) bool {
		for _, c := range slices.Backward(r.Conns) {
			if c.Client == q.Get("client") && c.Upgraded {
				newest = c
				return figure(c) >= least
			}
		}
		return false
	})
	if err != nil && r.Context().Err() == nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(newest)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// broken serves the module as no server should.
func (s *site) broken(w http.ResponseWriter, r *http.Request) {
	module, err := os.ReadFile(filepath.Join(s.dist, "websocket-reconnect.wasm"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	kind, half := "application/wasm", module[:len(module)/2]
	switch r.PathValue("file") {
	case "page.wasm":
		kind, half = "text/html; charset=utf-8", []byte("<!doctype html><title>Not found</title>")
	case "short.bin":
		kind = "application/octet-stream"
	case "short.wasm":
	case "whole.bin":
		kind, half = "application/octet-stream", module
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(half)
}

// next waits for a report.
func (s *site) next(ctx context.Context) (report, error) {
	select {
	case r := <-s.reports:
		return r, nil
	case <-ctx.Done():
		return report{}, ctx.Err()
	}
}

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// patience is how long a test waits for something that must happen, on a busy
// machine too. A test that passes never waits for it.
const patience = 30 * time.Second

// slots keeps the number of tabs at work small: each has a renderer, and often
// a Worker, of its own.
var (
	slots       = make(chan struct{}, 2)
	takingSlots sync.Mutex
)

// A page is a tab with the library loaded, and the server that it talks to.
type page struct {
	t         *testing.T
	s         *faultserver.Server
	ctx       context.Context
	placement string
	log       *pageLog
	cursor    int // entries of the page's record that the test has looked at

	// manySockets says that clients of this test may have several sockets open
	// at once, for a reason that the test explains.
	manySockets bool
}

// A setup is how a test's page differs from the usual one.
type setup struct {
	file   string        // in testdata
	dist   http.Handler  // in place of the built files
	before func(p *page) // called before the page is loaded
	header http.Header   // of the file
	raises []string      // parts of the exceptions that the test lets go uncaught
	alone  bool          // no other test is to run meanwhile
	lasts  time.Duration // how long the test may take

	upstream string // the server behind the faults, in place of our own

	browser context.Context // in place of the one of all tests
}

type option func(*setup)

func file(name string) option            { return func(s *setup) { s.file = name } }
func withDist(h http.Handler) option     { return func(s *setup) { s.dist = h } }
func before(f func(p *page)) option      { return func(s *setup) { s.before = f } }
func header(key, value string) option    { return func(s *setup) { s.header.Set(key, value) } }
func raises(part string) option          { return func(s *setup) { s.raises = append(s.raises, part) } }
func alone(s *setup)                     { s.alone = true }
func lasts(d time.Duration) option       { return func(s *setup) { s.lasts = d } }
func servedFile(p string) (string, bool) { return strings.CutPrefix(p, "/test/") }

// eachPlacement runs a test with the core in a Worker and with it on the page.
func eachPlacement(t *testing.T, f func(t *testing.T, p *page), options ...option) {
	t.Helper()
	t.Parallel()
	for _, placement := range []string{"worker", "page"} {
		t.Run(placement, func(t *testing.T) {
			t.Parallel()
			f(t, openPage(t, placement, options...))
		})
	}
}

// openPage starts a server and loads a page from it. At the end of the test
// both are checked and put away.
func openPage(t *testing.T, placement string, options ...option) *page {
	t.Helper()
	if browser == nil {
		t.Skip("set E2E=1 to run the tests in a browser (make e2e)")
	}
	set := setup{browser: browser, file: "page.html", dist: faultserver.Static(dist), header: http.Header{}, lasts: 2 * time.Minute}
	for _, o := range options {
		o(&set)
	}
	takeSlots(t, set.alone)
	s, err := faultserver.New(faultserver.Options{RecordCap: 100_000, Upstream: set.upstream})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })

	p := &page{t: t, s: s, placement: placement, log: &pageLog{allowed: set.raises}}
	p.must(s.Handle("/test/", p.files(set)))
	p.must(s.Handle("/dist/", http.StripPrefix("/dist", set.dist)))

	ctx, closeTab := chromedp.NewContext(set.browser)
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, set.lasts)
	t.Cleanup(cancel)
	p.ctx = ctx
	p.must(chromedp.Listen(ctx, p.log.take))
	t.Cleanup(p.finish)

	if set.before != nil {
		set.before(p)
	}
	query := url.Values{"placement": {placement}, "link": {s.Endpoint("")}}
	p.do(chromedp.Navigate(s.ControlURL() + "/test/" + set.file + "?" + query.Encode()))
	return p
}

// takeSlots waits until the test may work: beside others, or alone.
func takeSlots(t *testing.T, alone bool) {
	n := 1
	if alone {
		n = cap(slots)
	}
	takingSlots.Lock() // who takes several is not to wait for another that does
	for range n {
		slots <- struct{}{}
	}
	takingSlots.Unlock()
	t.Cleanup(func() {
		for range n {
			<-slots
		}
	})
}

// files serves testdata. The addresses that the seeds' examples dial become the
// server's.
func (p *page) files(set setup) http.Handler {
	pairs := []string{
		"wss://api.example.com/socket", p.s.URL() + "?client=a",
		"wss://chat.example.com/socket?user=", p.s.Endpoint("/sink?client="),
		"wss://api.example.com/graphql", p.s.Endpoint("/sink?client=a"),
	}
	replacer := strings.NewReplacer(pairs...)
	static := faultserver.Static("testdata")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _ := servedFile(r.URL.Path)
		if filepath.Ext(name) != ".html" {
			http.StripPrefix("/test/", static).ServeHTTP(w, r)
			return
		}
		text, err := os.ReadFile(filepath.Join("testdata", filepath.Base(name)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		for key, values := range set.header {
			w.Header()[key] = values
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = replacer.WriteString(w, string(text))
	})
}

// finish checks what holds for every test, and prints both records of a test
// that failed.
func (p *page) finish() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	// Exceptions thrown before this command are reported before its answer.
	seen, err := chromedp.Run(ctx, chromedp.Evaluate[string](`typeof seen === 'undefined' ? '[]' : JSON.stringify(seen)`))
	if err != nil {
		p.t.Errorf("the page does not answer: %v", err)
	}
	for _, e := range p.log.uncaught() {
		p.t.Errorf("uncaught in the page: %s", e)
	}
	r := p.s.Record()
	for key, c := range r.Clients {
		if c.MaxOpen > 1 && !p.manySockets {
			p.t.Errorf("client %q had %d sockets open at once", key, c.MaxOpen)
		}
	}
	if !p.t.Failed() {
		return
	}
	for _, line := range p.log.lines() {
		p.t.Log("console: ", line)
	}
	const trace = `(async () => { try { return await ws.exportTrace(); } catch (error) { return String(error); } })()`
	if text, err := chromedp.Run(ctx, chromedp.Evaluate[string](trace, chromedp.EvalAwaitPromise)); err == nil {
		p.t.Logf("trace of ws, for core/replay: %s", text)
	}
	var entries [][]any
	_ = json.Unmarshal([]byte(seen), &entries)
	for i, e := range clipped(entries) {
		p.t.Logf("page %3d  %s", i, entryText(e))
	}
	for _, e := range clipped(r.Events) {
		p.t.Logf("server %3d  conn %d %s %s %s", e.Seq, e.Conn, e.Client, e.Kind, e.Detail)
	}
}

// clipped keeps a printed record readable.
func clipped[T any](list []T) []T {
	return list[max(0, len(list)-150):]
}

// must ends the test on an error that has nothing to do with what it tests.
func (p *page) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	p.must(chromedp.Do(ctx, steps...))
}

// js runs a script in the page, and waits for its promise if it returns one.
func (p *page) js(script string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](script, chromedp.EvalAwaitPromise))
}

// get returns the value of a script, of its promise if it is one.
func get[T any](p *page, script string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if errors.Is(err, context.DeadlineExceeded) {
		p.t.Fatalf("the page did not come to an end: %s", script)
	}
	if err != nil {
		p.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// is asserts the value of a JavaScript expression, given as JSON.
func (p *page) is(expression, want string) {
	p.t.Helper()
	got := get[string](p, `(async () => JSON.stringify(await (`+expression+`)) ?? 'undefined')()`)
	if got != want {
		p.t.Errorf("%s is %s, want %s", expression, got, want)
	}
}

// wait waits until a JavaScript condition holds. It is looked at after each
// event of the record.
func (p *page) wait(condition string) {
	p.t.Helper()
	p.js(`until(() => ` + condition + `)`)
}

// settles waits for a condition that no event announces: it is looked at with
// every frame.
func (p *page) settles(condition string) {
	p.t.Helper()
	p.js(`eachFrame(() => ` + condition + `)`)
}

// shows is is for what a framework renders after an event, some time.
func (p *page) shows(expression, want string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if p.tryJS(ctx, fmt.Sprintf(`eachFrame(() => JSON.stringify(%s) === %q)`, expression, want)) != nil {
		p.is(expression, want)
	}
}

// server waits for what the server sees.
func (p *page) server(what string, ok func(r faultserver.Record) bool) faultserver.Record {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var last faultserver.Record
	err := p.s.Wait(ctx, func(r faultserver.Record) bool {
		last = r
		return ok(r)
	})
	if err != nil {
		p.t.Fatalf("the server did not see %s: %v", what, err)
	}
	return last
}

// set changes the server's faults.
func (p *page) set(change func(f *faultserver.Faults)) {
	p.t.Helper()
	p.must(p.s.Set(change))
}

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// openDemo opens the demo as a visitor finds it.
func openDemo(t *testing.T, placement string) *page {
	t.Helper()
	p := openPage(t, placement, before(func(p *page) {
		p.must(p.s.Mount("/", "../web/demo"))
		// The page that openPage loads first names no icon: the browser asks for this one.
		p.must(p.s.Handle("/favicon.ico", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })))
		link := strings.TrimPrefix(p.s.Endpoint(""), "ws:")
		p.must(chromedp.Listen(p.ctx, func(event any) { p.log.takeBrowsers(event, link) }))
	}))
	p.do(chromedp.Navigate(p.s.ControlURL() + "/?placement=" + placement))
	p.demoShows("#server", "UP")
	return p
}

// demoShows waits until an element of the demo has that text.
func (p *page) demoShows(selector, text string) {
	p.t.Helper()
	p.demoUntil(fmt.Sprintf(`document.querySelector(%q)?.textContent === %q`, selector, text))
}

// demoTells waits until the newest rows of the timeline, read from the oldest
// on, have entries of these kinds, others between them.
func (p *page) demoTells(kinds ...string) {
	p.t.Helper()
	list, err := json.Marshal(kinds)
	p.must(err)
	p.demoUntil(fmt.Sprintf(`[...document.querySelectorAll('.entry[data-source="page"] .kind')].reverse()
		.reduce((left, row) => row.textContent === left[0] ? left.slice(1) : left, %s).length === 0`, list))
}

// demoUntil waits for a condition that is looked at with every change of the
// document: the demo has no helpers for tests.
func (p *page) demoUntil(condition string) {
	p.t.Helper()
	p.js(fmt.Sprintf(`new Promise((resolve) => {
		const look = () => { if (%s) { watch.disconnect(); resolve(); } };
		const watch = new MutationObserver(look);
		watch.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
		look();
	})`, condition))
}

// press clicks a button of the demo, which must be there and not disabled.
func (p *page) press(selector string) {
	p.t.Helper()
	p.js(fmt.Sprintf(`(() => {
		const button = document.querySelector(%[1]q);
		if (!button || button.disabled) throw new Error('cannot press ' + %[1]q);
		button.click();
	})()`, selector))
}

// takeBrowsers adds what the browser itself has to say on the console, such as
// violated policies and missing files. Of the link it may say anything: dials
// fail there, and so do the requests by which the client finds out why.
func (l *pageLog) takeBrowsers(event any, link string) {
	e, ok := event.(*log.EventEntryAdded)
	if !ok || strings.Contains(e.Entry.Text+" "+e.Entry.URL, link) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.console = append(l.console, fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
}

// complaints are the errors and warnings on the console.
func (p *page) complaints() []string {
	return slices.DeleteFunc(p.log.lines(), func(line string) bool {
		return !strings.HasPrefix(line, "error: ") && !strings.HasPrefix(line, "warning: ")
	})
}

func TestDemoSurvivesAKilledServer(t *testing.T) {
	t.Parallel()
	for _, placement := range []string{"worker", "page"} {
		t.Run(placement, func(t *testing.T) {
			t.Parallel()
			p := openDemo(t, placement)
			p.press("#create")
			p.demoShows("#state", "OPEN")

			p.press("#kill")
			p.demoShows("#server", "DOWN")
			p.demoTells("open", "error", "close", "stateChange", "retry")
			p.press("#burst")
			p.demoShows("#queue-length", "100")

			p.press("#revive")
			p.demoShows("#server", "UP")
			p.demoShows("#state", "OPEN")
			p.demoTells("open", "retry", "open")
			p.demoShows("#queue-length", "0")
			p.is(`[...document.querySelectorAll('#stats td')].map((cell) => cell.textContent).filter((text) => !text || /object|undefined|NaN/.test(text))`, `[]`)
			r := p.server("the hundred messages", func(r faultserver.Record) bool { return len(r.Messages) >= 100 })
			for i, m := range r.Messages {
				if want := fmt.Sprintf(`{"type":"burst","n":%d}`, i+1); m.Text != want {
					t.Errorf("message %d is %s, want %s", i, m.Text, want)
				}
			}
			if c := p.complaints(); len(c) > 0 {
				t.Errorf("the console has %q", c)
			}
		})
	}
}

func TestDemoShowsWhatTheConstructorThrows(t *testing.T) {
	t.Parallel()
	p := openDemo(t, "worker")
	p.js(`(() => {
		const field = document.querySelector('#options [name=baseDelay]');
		field.value = 'soon';
		field.dispatchEvent(new Event('input', {bubbles: true}));
	})()`)
	refusal := get[string](p, `(() => {
		try { new WebSocketReconnect({url: 'ws://localhost', baseDelay: 'soon'}); } catch (error) { return error.message; }
		return '';
	})()`)
	if !strings.HasPrefix(refusal, `option baseDelay is "soon"; `) {
		t.Fatalf("the constructor says %q", refusal)
	}
	p.demoShows("#options-verdict", "The constructor throws: "+refusal)
	p.press("#create")
	p.demoShows("#trouble", refusal)
	p.is(`document.querySelector('#options [name=baseDelay]').getAttribute('aria-invalid')`, `"true"`)
	if n := p.s.Record().Dials; n != 0 {
		t.Errorf("%d dials with options that were refused", n)
	}
}

// Whoever sets a fault, by curl say, the page shows it.
func TestDemoShowsTheFaultsInForce(t *testing.T) {
	t.Parallel()
	p := openDemo(t, "worker")
	p.set(func(f *faultserver.Faults) {
		f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 429, Times: 2}
		f.Pings.Mute = true
	})
	p.demoShows("#server", "FAULTY")
	p.demoShows("#faults-now", "dials: status 429, 2 morepings muted")
	p.is(`document.querySelector('[data-fault="dial.mode"]:checked').value`, `"status"`)
	p.press("#create")
	p.demoShows("#state", "OPEN") // after two dials
	p.demoTells("error", "retry", "error", "retry", "open")
	p.press("#reset-faults")
	p.demoShows("#faults-now", "No fault in force")
	if f := p.s.Faults(); f != (faultserver.Faults{}) {
		t.Errorf("after Reset all the faults are %+v", f)
	}
}

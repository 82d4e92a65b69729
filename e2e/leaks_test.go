package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// holdings are what a page and its core hold.
type holdings struct {
	Cores      int `json:"cores"`
	Values     int `json:"values"`     // JavaScript values that Go refers to
	Memory     int `json:"memory"`     // of the module, in bytes
	Timers     int `json:"timers"`     // of the page, that have yet to run out
	CoreTimers int `json:"coreTimers"` // of the Worker
	Heap       int // of the page's JavaScript, in bytes, after a collection
	Listeners  int // of the page, on whatever
}

// Pain 25: "Listener/Worker/handle leaks." Clients that come and go, and connections that are lost, leave nothing
// behind: 1,000 of each, or 10,000 where SOAK is set.
func TestPain25Leaks(t *testing.T) {
	_, soak := soakSettings(t)
	n := 1000
	if soak > 0 {
		n = 10_000
	}
	for name, script := range map[string]string{"clients": `comeAndGo(%d)`, "reconnections": `reconnect(%d)`} {
		t.Run(name, func(t *testing.T) {
			eachPlacement(t, func(t *testing.T, p *page) {
				long := func(n int) { p.must(p.tryJS(p.ctx, fmt.Sprintf(script, n))) }
				p.js(`coreIsThere()`)
				long(n) // what is made once is made, and what is kept up to a limit is full
				before := p.holdings()
				long(n)
				after := p.holdings()
				t.Logf("%d %s: %+v, then %+v", n, name, before, after)
				limit := func(what string, before, after, more int) {
					if after > before+more {
						t.Errorf("%d %s: %s grew from %d to %d", n, name, what, before, after)
					}
				}
				// An answer of the core's, of some hundred bytes, is one of those values.
				limit("the JavaScript heap", before.Heap, after.Heap, 400<<10+200*max(0, after.Values-before.Values))
				limit("the module's memory", before.Memory, after.Memory, 1<<20)
				limit("the timers of the page", before.Timers, after.Timers, 1)
				limit("the timers of the core", before.CoreTimers, after.CoreTimers, 1)
				limit("the listeners", before.Listeners, after.Listeners, 10)
				// Those that Go's collector has not come to yet count: web/src/host.ts has it come often.
				limit("the values that Go holds", before.Values, after.Values, 15_000)
				if before.Cores != 1 || after.Cores != 1 {
					t.Errorf("%d cores at first, %d in the end, want one", before.Cores, after.Cores)
				}
			}, file("leaks.html"), lasts(40*time.Minute)) // 20,000 times across to a Worker and back, on a busy machine
		})
	}
}

// holdings counts, after a garbage collection.
func (p *page) holdings() holdings {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, heapprofiler.CollectGarbage, cdp.Empty{})
	p.must(err)
	h := get[holdings](p, `allCounts()`)
	_, err = chromedp.Call(p.ctx, performance.Enable, performance.EnableParams{})
	p.must(err)
	metrics, err := chromedp.Call(p.ctx, performance.GetMetrics, cdp.Empty{})
	p.must(err)
	for _, m := range metrics.Metrics {
		switch m.Name {
		case "JSHeapUsedSize":
			h.Heap = int(m.Value)
		case "JSEventListeners":
			h.Listeners = int(m.Value)
		}
	}
	return h
}

package e2e

import (
	"regexp"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/memory"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var arrayLength = regexp.MustCompile(`^Array\((\d+)\)$`)

// alive counts what the page holds after a collection of garbage: our clients,
// native sockets, and listeners of any kind.
func (p *page) alive() map[string]int {
	p.t.Helper()
	for range 2 { // what the first collection finalizes, the second one frees
		_, err := chromedp.Call(p.ctx, heapprofiler.CollectGarbage, cdp.Empty{})
		p.must(err)
	}
	counters, err := chromedp.Call(p.ctx, memory.GetDOMCounters, cdp.Empty{})
	p.must(err)
	counts := map[string]int{"listeners": int(counters.JsEventListeners)}
	for what, class := range map[string]string{"clients": "WebSocketReconnect", "sockets": "WebSocket"} {
		prototype, err := chromedp.Call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: class + ".prototype", ObjectGroup: "alive"})
		p.must(err)
		found, err := chromedp.Call(p.ctx, runtime.QueryObjects, runtime.QueryObjectsParams{PrototypeObjectID: prototype.Result.ObjectID, ObjectGroup: "alive"})
		p.must(err)
		n := arrayLength.FindStringSubmatch(found.Objects.Description)
		if n == nil {
			p.t.Fatalf("the browser describes the %s as %q", what, found.Objects.Description)
		}
		counts[what], _ = strconv.Atoi(n[1])
		_, err = chromedp.Call(p.ctx, runtime.ReleaseObjectGroup, runtime.ReleaseObjectGroupParams{ObjectGroup: "alive"})
		p.must(err)
	}
	return counts
}

// shrinks waits until no more is alive than there was: the browser needs a
// moment to let go of what the page has.
func (p *page) shrinks(limit map[string]int) map[string]int {
	p.t.Helper()
	for end := time.Now().Add(patience); ; {
		counts, more := p.alive(), false
		for what, n := range counts {
			more = more || n > limit[what]
		}
		if !more {
			return counts
		}
		if time.Now().After(end) {
			p.t.Fatalf("%v are alive, %v were before", counts, limit)
		}
	}
}

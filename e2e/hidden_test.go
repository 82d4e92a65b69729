package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// throttling makes Chromium treat the timers of hidden pages as it does on
// everybody's machine, but after 5 s instead of 5 minutes. chromedp's own flags
// switch it off.
var throttling = []chromedp.ExecAllocatorOption{
	chromedp.Flag("disable-background-timer-throttling", false),
	chromedp.Flag("disable-backgrounding-occluded-windows", false),
	chromedp.Flag("disable-renderer-backgrounding", false),
	chromedp.Flag("enable-features", "NetworkService,NetworkServiceInProcess,IntensiveWakeUpThrottling:grace_period_seconds/5"),
}

// hide has another tab take the place of the page's.
func (p *page) hide() {
	p.t.Helper()
	ctx, closeTab := chromedp.NewContext(p.ctx, chromedp.WithNewWindow(false))
	p.t.Cleanup(closeTab)
	p.must(chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	p.must(chromedp.Do(ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, cdppage.BringToFront, cdp.Empty{})
		return chromedp.Void{}, err
	}))
	p.js(`new Promise((resolve) => (document.hidden ? resolve() : document.addEventListener('visibilitychange', resolve)))`)
}

// "The heartbeat keeps its pace for an hour hidden, in both placements; nothing
// healthy is killed because a timer was late", and what is dead does not stay.
// Chromium's throttling is the same after an hour as after its grace period, which
// is 5 s here. Beside the heartbeat runs a chain of timers, which shows that the
// throttling is real.
func TestHiddenPageKeepsTheHeartbeatsPace(t *testing.T) {
	if browser == nil {
		t.Skip("set E2E=1 to run the tests in a browser (make e2e)")
	}
	t.Parallel()
	const beats = 20
	for name, c := range map[string]struct {
		placement, options string
		muted              bool // nobody answers the probes, so that no message sets a timer
	}{
		"worker":       {placement: "worker"},
		"page":         {placement: "page"},
		"page, silent": {placement: "page", options: "heartbeatTimeout: false, ", muted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, stop, err := launch(throttling...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(stop)
			p := openPage(t, c.placement, func(s *setup) { s.browser = ctx })
			if c.muted {
				p.set(func(f *faultserver.Faults) { f.Pings.Mute = true })
			}
			p.connect(`{` + c.options + `heartbeatInterval: 1000, minUptime: 0}`)
			p.hide()
			p.js(`(() => {
				window.ticks = 0;
				window.hiddenAt = performance.now();
				const tick = () => { window.ticks++; setTimeout(tick, 100); };
				tick();
			})()`)
			p.must(p.s.Wait(p.ctx, func(r faultserver.Record) bool {
				c := newest(r, "a")
				return c.Pongs+c.MutedPings >= beats
			}))
			took := get[float64](p, `performance.now() - hiddenAt`)
			ticks := get[float64](p, `ticks`)
			t.Logf("%d probes in %.0f s, beside %.0f ticks of a chain of timers of 100 ms", beats, took/1000, ticks)
			if ticks > beats/2 {
				t.Errorf("a chain of timers ticked %.0f times in %.0f s: the page is not throttled", ticks, took/1000)
			}
			p.is(`[ws.state, ws.getStats().attempts, document.hidden]`, `["OPEN",1,true]`)
			if c.muted {
				return
			}
			// A link that dies is noticed at this pace as well, and replaced, long before a timer of the chain's would have told.
			p.skip()
			p.js(`window.ticks = 0`)
			p.hole()
			p.until("error HEARTBEAT_LOST *")
			p.until("open")
			p.is(`[document.hidden, ticks < 2]`, `[true,true]`)
		})
	}
}

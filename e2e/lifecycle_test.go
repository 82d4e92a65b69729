package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// lifecycle freezes or thaws the tab.
func (p *page) lifecycle(state cdppage.SetWebLifecycleStateState) {
	p.t.Helper()
	p.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, cdppage.SetWebLifecycleState, cdppage.SetWebLifecycleStateParams{State: state})
		return chromedp.Void{}, err
	})
}

// beats waits for a probe that the server has answered: the core is at work.
func (p *page) beats() {
	p.t.Helper()
	before := p.s.Record().CountEvents("pong")
	p.server("a probe", func(r faultserver.Record) bool { return r.CountEvents("pong") > before })
}

// A page that was frozen has lost its socket, which Chromium closes, and has
// another at once, whatever the backoff says.
func TestFrozenPageReconnectsAtOnce(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.manySockets = true // the old one is closed by the browser, when it likes
		p.connect(`{baseDelay: 60_000, maxDelay: 60_000, heartbeatInterval: 200, minUptime: 50}`)
		p.beats()
		p.lifecycle(cdppage.SetWebLifecycleStateStateFrozen)
		p.lifecycle(cdppage.SetWebLifecycleStateStateActive)
		p.until("error CONNECTION_LOST *")
		p.until("open")
		p.is(`ws.getStats().retryCount`, `0`)
	})
}

// A link that died without a word while the page was away is found by a short
// question, whatever tells that the page is back; the heartbeat's own deadlines
// are an hour off here (how short: TestDeadLinkIsReplacedAfterResume in core).
func TestResumeFindsADeadLink(t *testing.T) {
	for name, back := range map[string]string{
		"resume":   `document.dispatchEvent(new Event('resume'))`,
		"pageshow": `dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))`,
		"visible":  `hide(true), hide(false)`,
		"online":   `dispatchEvent(new Event('online'))`,
	} {
		t.Run(name, func(t *testing.T) {
			eachPlacement(t, func(t *testing.T, p *page) {
				p.connect(`{heartbeatInterval: 3_600_000, heartbeatTimeout: 3_000_000}`)
				p.coreAnswers()
				p.must(ignoreCount(p.s.BlackHole(faultserver.DirBoth, false)))
				p.js(back)
				p.until("error HEARTBEAT_LOST *")
				p.until("open")
				p.is(`[ws.getStats().attempts, ws.getStats().successes]`, `[2,2]`)
			}, file("chaos.html")) // which can hide
		})
	}
}

// "The core may die at any moment": the open socket stays open, and the new core
// probes it.
func TestCoreDiesUnderAnOpenConnection(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{heartbeatInterval: 100, minUptime: 50}`)
		p.beats()
		p.js(`crashCore()`)
		p.until("error CORE_UNAVAILABLE *")
		p.is(`[ws.state, ws.send('still here')]`, `["OPEN","sent"]`)
		p.beats()
		if r := p.s.Record(); r.Client("a").Upgrades != 1 {
			t.Errorf("the server saw %d sockets, want the first one to live on", r.Client("a").Upgrades)
		}
		_, err := p.s.Drop(faultserver.EndRST)
		p.must(err)
		p.until("open")
	}, file("crash.html"))
}

// The same while a retry waits and messages are queued: they are sent once, in
// order.
func TestCoreDiesWhileMessagesWait(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{baseDelay: 3000, maxDelay: 3000, heartbeatInterval: 100, minUptime: 50}`)
		p.beats()
		p.must(p.s.Kill())
		p.until("error CONNECTION_LOST *")
		p.js(`for (let i = 0; i < 100; i++) ws.send('m' + i)`)
		p.js(`crashCore()`)
		p.until("error CORE_UNAVAILABLE *")
		p.js(`for (let i = 100; i < 200; i++) ws.send('m' + i)`)
		p.must(p.s.Revive())
		p.until("open")
		r := p.server("all messages", func(r faultserver.Record) bool { return len(queued(r)) >= 200 })
		for i, text := range queued(r) {
			if want := fmt.Sprintf("m%d", i); text != want {
				t.Fatalf("message %d is %q, want %q", i, text, want)
			}
		}
	}, file("crash.html"))
}

// queued are the messages that are not probes.
func queued(r faultserver.Record) (mine []string) {
	for _, text := range texts(r, "a") {
		if text[0] == 'm' {
			mine = append(mine, text)
		}
	}
	return mine
}

// A Worker that is terminated tells nobody. It is missed and replaced.
func TestWorkerEndsWithoutAWord(t *testing.T) {
	t.Parallel()
	p := openPage(t, "worker", file("crash.html"))
	p.connect(`{heartbeatInterval: 100, minUptime: 50}`)
	p.beats()
	p.js(`terminateWorker()`)
	p.until("error CORE_UNAVAILABLE *")
	p.beats()
	p.is(`ws.getStats().attempts`, `1`)
}

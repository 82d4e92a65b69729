package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// network sets what the browser takes for the state of its network: the page
// gets the event, and navigator.onLine follows. Sockets are not touched.
func (p *page) network(online bool) {
	p.t.Helper()
	p.online(online)
	p.settles(`navigator.onLine === ` + map[bool]string{true: "true", false: "false"}[online])
}

// online is network, without waiting until the page has noticed.
func (p *page) online(online bool) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: !online, DownloadThroughput: -1, UploadThroughput: -1,
	})
	p.must(err)
}

// online dials at once, however long the delay is that waits.
func TestOnlineDialsAtOnce(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{baseDelay: 60_000, maxDelay: 60_000}`)
		p.must(dropAll(p))
		p.loses("1 60000 10 backoff")
		p.js(`window.dispatchEvent(new Event('online'))`)
		p.sees("state OPEN", "open")

		// Out of an open circuit as well.
		p.js(`ws.dispose(); window.ws = make({baseDelay: 60_000, maxDelay: 60_000, circuitBreaker: {failureThreshold: 1, resetTimeout: 60_000}}); void ws.connect()`)
		p.until("open")
		p.must(dropAll(p))
		p.until("state BLOCKED")
		p.until("retry 1 * 10 circuit")
		p.js(`window.dispatchEvent(new Event('online'))`)
		p.until("open")
	})
}

// offline stops spending retries: dials go on as a slow trickle, and none of
// them counts.
func TestOfflineSpendsNoRetries(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{baseDelay: 20, maxDelay: 80, maxRetries: 2}`)
		p.coreAnswers()
		p.network(false)
		p.is(`ws.state`, `"OPEN"`) // a hint, no proof
		p.must(p.s.Kill())
		p.sees("error CONNECTION_LOST *", `close 1006 "" false`, "state CONNECTING", "retry 0 80 2 offline")
		for range 4 { // more than maxRetries
			p.sees("error UNREACHABLE *", `close 1006 "" false`, "retry 0 80 2 offline")
		}
		p.is(`[ws.state, ws.getStats().retryCount]`, `["CONNECTING",0]`)
		p.network(true)
		p.must(p.s.Revive())
		p.until("open")

		// Offline gives back the retry that it cuts short.
		p.js(`ws.dispose(); window.ws = make({baseDelay: 30_000, maxDelay: 40_000}); void ws.connect()`)
		p.until("open")
		p.must(dropAll(p))
		p.loses("1 30000 10 backoff")
		p.js(`window.dispatchEvent(new Event('offline'))`)
		p.sees("retry 0 40000 10 offline")
		p.js(`window.dispatchEvent(new Event('online'))`)
		p.sees("state OPEN", "open")
	})
}

// With a heartbeat, online and offline ask an open link at once whether it lives.
func TestNetworkEventsProbe(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{heartbeatInterval: 60_000, heartbeatTimeout: 100}`)
		p.coreAnswers()
		p.js(`window.dispatchEvent(new Event('offline'))`)
		p.sees(`message {"type":"pong"}`)
		_, err := p.s.BlackHole("both", false)
		p.must(err)
		p.js(`window.dispatchEvent(new Event('online'))`)
		p.sees("error HEARTBEAT_LOST *", `close 1006 "" false`, "state CONNECTING", "retry 0 * 10 backoff", "state OPEN", "open")
	})
}

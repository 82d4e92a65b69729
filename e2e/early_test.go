package e2e

import (
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// dialsEarly is what a page's head has; see the README's "Open sooner".
const dialsEarly = `
	globalThis.early = new WebSocket(address);
	early.missed = [];
	early.onmessage = (event) => early.missed.push(event);
	const opened = new Promise((resolve) => (early.onopen = resolve));
	opened`

// A WebSocket that the page dialled itself goes through the gate, too, and its
// address is dialled when it is lost; with the core there or on its way.
func TestEarlySocketAndHooks(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(dialsEarly)
		p.js(`window.ws = make({url: early, protocols: () => [], onOpen: ({ send }) => send('login')}); ws.send('queued'); void ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open", "message login", "message queued")
		p.is(`[early.onmessage, early.missed.length, ws.url === address]`, `[null,0,true]`)
		r := p.s.Record()
		if got := texts(r, "a"); !slices.Equal(got, []string{"login", "queued"}) || r.Client("a").Upgrades != 1 {
			t.Errorf("the server got %q by %d connections, want the login first, by one", got, r.Client("a").Upgrades)
		}
		p.must(dropAll(p))
		p.until("message login")
		p.server("the second connection", func(r faultserver.Record) bool { return r.Client("a").Upgrades == 2 && r.Client("a").Live == 1 })
	})
}

// With the core there, a dial that close() takes back leaves the socket to the next.
func TestEarlySocketIsNotLeftBehind(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{}`)
		p.js(`window.first = ws; ws.dispose()`)
		p.js(dialsEarly)
		p.js(`window.ws = make({url: early}); void ws.connect(); ws.close(); void ws.connect()`)
		p.until("open")
		p.server("one socket alone", func(r faultserver.Record) bool { return r.Client("a").Live == 1 })
		p.is(`ws.isConnected`, `true`)
	})
}

// A policy that forbids the address has Chromium's constructor return a socket
// that is closed already: it does not count as open.
func TestAddressThatAPolicyForbids(t *testing.T) {
	t.Parallel()
	p := openPage(t, "page", header("Content-Security-Policy", "connect-src 'self'"))
	p.js(`window.ws = make({maxRetries: 1, diagnose: false}); void ws.connect()`)
	p.until("error UNREACHABLE *")
	p.until("failed *")
	p.is(`[ws.state, ws.getStats().successes]`, `["FAILED",0]`)
}

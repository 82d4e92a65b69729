package e2e

import (
	"net"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Thirty pains of those who use other clients (docs/pains.md), by number. What
// is asserted of ours would fail of the rival beside it, in the same page and
// the same trouble. Pains that need no rival, or no browser, have their tests
// where their subject is.

// openPains opens the page that has us and the others.
func openPains(t *testing.T, options ...option) *page {
	t.Helper()
	t.Parallel()
	return openApp(t, app{source: "pains.js"}, options...)
}

// opens waits until each of these clients has its first connection.
func (p *page) opens(clients ...string) {
	p.t.Helper()
	p.server("them", func(r faultserver.Record) bool {
		for _, c := range clients {
			if r.Client(c).Open != 1 {
				return false
			}
		}
		return true
	})
	for _, c := range clients {
		p.settles(`sockets('` + c + `')[0].readyState === 1`)
	}
}

// hole has all links that there are swallow what they are given.
func (p *page) hole() {
	p.t.Helper()
	p.must(ignoreCount(p.s.BlackHole(faultserver.DirBoth, false)))
}

// Pain 1: "Zombie OPEN after laptop sleep: no close, no messages." The link is
// asked as soon as the page wakes; reconnecting-websocket and partysocket believe readyState.
func TestPain01WakeFindsADeadLink(t *testing.T) {
	p := openPains(t)
	p.connect(`{heartbeatInterval: 600_000, heartbeatTimeout: 500}`)
	p.coreAnswers()
	p.js(`window.rivals = [new ReconnectingWebSocket(at('rws')), new PartyWebSocket(at('party'))]`)
	p.opens("rws", "party")
	p.hole()
	p.js(`chaos().clockJump(3_600_000)`)
	p.sees("error HEARTBEAT_LOST *", `close 1006 "" false`)
	p.until("open")
	p.witness(2)
	p.is(`rivals.map(({ readyState }) => readyState)`, `[1,1]`)
	p.is(`['a', 'rws', 'party'].map((client) => sockets(client).length)`, `[2,1,1]`)
}

// Pain 2: "socket frozen, send/close do nothing, no event." It is left where it
// is; websocket-heartbeat-js waits for the close of a socket that says nothing any more.
func TestPain02FrozenSocket(t *testing.T) {
	p := openPains(t)
	p.manySockets = true // what cannot be closed stays open, at the server
	p.connect(`{heartbeatInterval: 80, heartbeatTimeout: 400, minUptime: 0}`)
	p.js(`window.hbj = new WebsocketHeartbeatJs({url: at('hbj'), pingTimeout: 80, pongTimeout: 400, reconnectTimeout: 20}); hbj.onreconnect = () => { window.revived = true; }`)
	p.opens("hbj")
	p.beats()
	p.js(`window.calls = 0; sockets('hbj')[0].close = () => calls++; freeze('a'); freeze('hbj')`)
	p.until("error HEARTBEAT_LOST *")
	p.until("open")
	p.settles(`calls > 0`)
	p.witness(2)
	p.is(`[sockets('hbj').length, window.revived]`, `[1,null]`)

	// By the user's word too.
	p.skip()
	p.js(`freeze('a'); ws.reconnect()`)
	p.until(`close 1000 "" false`)
	p.until("open")
	p.is(`sockets('a').length`, `3`)
}

// Pain 3: "Stuck in CONNECTING after wake." A dial that hangs is given up; four
// others wait for ever, robust-websocket in spite of its timeout.
func TestPain03HungDial(t *testing.T) {
	p := openPains(t)
	nobody := silentServer(t)
	p.js(`
		const to = (client) => '` + nobody + `?client=' + client;
		window.rivals = {
			hbj: new WebsocketHeartbeatJs({url: to('hbj'), pongTimeout: 50, pingTimeout: 50}),
			robust: new RobustWebSocket(to('robust'), null, {timeout: 50}),
			sockette: sockette(to('sockette'), {timeout: 20}),
			ts: new TsWebSocket(to('ts'), [], {retry: {backoff: new ConstantBackoff(20)}}),
		};
		rivals.robust.addEventListener('timeout', () => { window.timedOut = true; });
		window.ws = make({connectionTimeout: 100, url: ({attempt}) => attempt < 2 ? to('a') : address});
		void ws.connect()`)
	p.until("error TIMED_OUT *")
	p.until("error TIMED_OUT *")
	p.until("open")
	p.settles(`window.timedOut`)
	p.witness(1)
	p.is(`Object.keys(rivals).map((client) => sockets(client).map(({ readyState }) => readyState))`, `[[0],[0],[0],[0]]`)
	p.is(`sockets('a').slice(0, -1).every(({ readyState }) => readyState === 3) && sockets('a').at(-1).readyState`, `1`)
}

// Pain 5: "Heartbeat timeout fires, but nothing reconnects." Ours dials at once;
// websocket-heartbeat-js awaits the browser's own close, which takes a minute.
func TestPain05LostHeartbeatReconnects(t *testing.T) {
	p := openPains(t)
	p.connect(`{heartbeatInterval: 80, heartbeatTimeout: 400, minUptime: 0}`)
	p.js(`window.hbj = new WebsocketHeartbeatJs({url: at('hbj'), pingTimeout: 80, pongTimeout: 400, reconnectTimeout: 20})`)
	p.opens("hbj")
	p.beats()
	p.hole()
	p.until("error HEARTBEAT_LOST *")
	p.sees(`close 1006 "" false`, "state CONNECTING", "retry 1 0 10 backoff", "state OPEN", "open")
	p.settles(`hbj.ws.readyState === 2`)
	p.witness(2)
	p.is(`[hbj.ws.readyState, sockets('hbj').length]`, `[2,1]`)
}

// Pain 6: "Stale pong state from the old socket kills the new one." The probe
// that was out when the link broke is forgotten; the timer of
// websocket-heartbeat-js closes the dial after it.
func TestPain06StaleProbe(t *testing.T) {
	p := openPains(t)
	p.set(func(f *faultserver.Faults) { f.Pings = faultserver.PingFault{Mute: true} })
	p.connect(`{heartbeatInterval: 30, heartbeatTimeout: 500, minUptime: 0}`)
	p.js(`window.hbj = new WebsocketHeartbeatJs({url: at('hbj', '/sink'), pingTimeout: 30, pongTimeout: 500, reconnectTimeout: 10})`)
	p.server("probes of both", func(r faultserver.Record) bool {
		return newest(r, "a").MutedPings == 1 && len(texts(r, "hbj")) == 1
	})
	p.set(func(f *faultserver.Faults) { f.Pings = faultserver.PingFault{}; f.Dial.HoldMs = 1500 })
	_, err := p.s.Drop(faultserver.EndRST)
	p.must(err)
	p.until("error *")
	p.settles(`sockets('hbj').length > 2`)
	p.until("open")
	p.beats()
	p.is(`[sockets('a').length, ws.state]`, `[2,"OPEN"]`)
}

// Pain 7: "Busy inbound traffic suppressed the ping, server dropped us." What is
// heard says that the server lives, not that it hears us; websocket-heartbeat-js
// puts its ping off with every message.
func TestPain07BusyInbound(t *testing.T) {
	p := openPains(t)
	p.js(`
		window.ws = make({heartbeatInterval: 400, url: at('a', '/feed?every=15')}, () => {});
		window.hbj = new WebsocketHeartbeatJs({url: at('hbj', '/feed?every=15'), pingTimeout: 400, pingMsg: 'PING'});
		void ws.connect()`)
	r := p.server("three probes", func(r faultserver.Record) bool { return newest(r, "a").Pongs >= 3 })
	if n := newest(r, "hbj").Pongs; n >= 3 {
		t.Errorf("websocket-heartbeat-js sent %d pings: the feed has not suppressed them, the test shows nothing", n)
	}
}

// Pain 8: "offline is a hint, sometimes false." A live link is asked and kept;
// robust-websocket closes it, and waits for an event that never comes.
func TestPain08FalseOffline(t *testing.T) {
	p := openPains(t)
	p.connect(`{heartbeatInterval: 60_000, heartbeatTimeout: 5000}`)
	p.coreAnswers()
	p.js(`window.robust = new RobustWebSocket(at('robust'), null, {shouldReconnect: () => 10})`)
	p.opens("robust")
	p.js(`window.dispatchEvent(new Event('offline'))`)
	p.sees(`message {"type":"pong"}`)
	p.settles(`robust.readyState === 3`)
	p.witness(2)
	p.is(`['a', 'robust'].map((client) => sockets(client).map(({ readyState }) => readyState))`, `[[1],[3]]`)
	p.quiet()
}

// Pain 9: "Wake finds Wi-Fi/DNS not ready; all retries burn, client gives up."
// Dials of an offline page do not count; reconnecting-websocket counts them and ends.
func TestPain09OfflineSpendsNoRetries(t *testing.T) {
	p := openPains(t)
	p.connect(`{baseDelay: 10, maxDelay: 20, maxRetries: 2}`)
	p.coreAnswers()
	p.js(`window.rws = new ReconnectingWebSocket(at('rws'), [], {...short, maxRetries: 2})`)
	p.opens("rws")
	p.network(false)
	p.must(p.s.Kill())
	for range 4 {
		p.until("retry 0 20 2 offline")
	}
	p.settles(`sockets('rws').length === 3 && rws.readyState === 3`)
	p.must(p.s.Revive())
	p.network(true)
	p.until("open")
	p.witness(2)
	p.is(`[sockets('rws').length, rws.readyState]`, `[3,3]`)
}

// Pain 10: "DevTools/CDP offline misleads tests": it keeps a socket and what it
// is given, so that nothing is learnt of a link that is half-open. The black
// hole of our tests is one, and users have it too (the chaos port).
func TestPain10OfflineIsNoBlackHole(t *testing.T) {
	p := openPains(t)
	p.connect(`{heartbeatInterval: 600_000, heartbeatTimeout: 400, minUptime: 0}`)
	p.coreAnswers()
	p.js(`window.native = new WebSocket(at('native'))`)
	p.opens("native")
	emulate := func(offline bool) {
		t.Helper()
		_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: offline, DownloadThroughput: -1, UploadThroughput: -1}},
		})
		p.must(err)
	}
	emulate(true)
	p.js(`native.send('held'); ws.send('held'); new Promise((resolve) => { new WebSocket(at('new')).onerror = resolve; })`)
	emulate(false)
	r := p.server("what was held", func(r faultserver.Record) bool {
		return len(texts(r, "native")) > 0 && len(texts(r, "a")) > 0
	})
	if dials(r, "native") != 1 || dials(r, "a") != 1 {
		t.Errorf("an emulated outage ended a socket")
	}

	// A hole from page code, without a server's help.
	p.js(`window.trouble = chaos(); ws.reconnect()`)
	p.settles(`ws.state === 'OPEN' && sockets('a').length === 2`)
	p.skip()
	p.js(`trouble.blackHole(true); window.dispatchEvent(new Event('online'))`)
	p.until("error HEARTBEAT_LOST *")
	p.until("open")
	p.is(`[native.readyState, sockets('a').length]`, `[1,3]`)
}

// silentServer takes dials, and never answers.
func silentServer(t *testing.T) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return "ws://" + l.Addr().String() + "/"
}

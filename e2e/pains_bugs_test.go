package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Bugs that were reproduced in other clients (docs/pains.md), each beside ours.

// reconnecting-websocket 4.4.0 and partysocket 1.3.0 tell of a failed dial by a
// clean close with 1000 (the latter's listeners read "close" for the code), and
// then by an error; native WebSockets by an error, and then by a close with 1006.
func TestBugCloseOfAFailedDial(t *testing.T) {
	p := openPains(t)
	p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 503} })
	p.is(`(async () => {
		const dial = (make) => new Promise((resolve) => {
			const told = [], ws = make();
			for (const type of ['error', 'close']) ws.addEventListener(type, (e) => {
				told.push(type === 'close' ? e.code + ' ' + e.wasClean : type);
				if (told.length === 2) resolve(told.join(', ')), ws.close();
			});
		});
		return [
			await dial(() => new WebSocket(at('native'))),
			await dial(() => new WebSocketReconnect(at('a'))),
			await dial(() => new ReconnectingWebSocket(at('rws'), [], short)),
			await dial(() => new PartyWebSocket(at('party'), [], short)),
		];
	})()`, `["error, 1006 false","error, 1006 false","1000 true, error","close true, error"]`)
}

// websocket-ts 2.3.0: ExponentialBackoff(100) is to begin with 100, and begins
// with 200.
func TestBugFirstDelay(t *testing.T) {
	p := openPains(t)
	p.is(`new ExponentialBackoff(100).next()`, `200`)
	p.connect(`{baseDelay: 100}`)
	p.must(dropAll(p))
	p.loses("1 100 10 backoff")
	p.until("open")
}

// websocket-ts 2.3.0 with instantReconnect never comes to its maxRetries.
func TestBugInstantRetriesAreCounted(t *testing.T) {
	p := openPains(t)
	p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 503} })
	p.js(`window.ts = new TsWebSocket(at('ts'), [], {retry: {instantReconnect: true, maxRetries: 3, backoff: new ConstantBackoff(10)}});
		window.ws = make({maxRetries: 3, baseDelay: 0}, (what, ...rest) => what === 'failed' && record(what, ...rest));
		ws.connect().catch(() => {})`)
	p.sees("failed retries 4 UNREACHABLE 1006")
	p.settles(`sockets('ts').length > 6`)
	p.js(`ts.close()`)
	p.is(`sockets('a').length`, `4`)
}

// websocket-heartbeat-js 1.1.3 opens a connection after close(), if a retry was
// pending.
func TestBugCloseEndsAPendingRetry(t *testing.T) {
	p := openPains(t)
	p.connect(`{}`)
	p.js(`
		const later = (call) => () => queueMicrotask(call); // the retry is scheduled by then
		window.hbj = new WebsocketHeartbeatJs({url: at('hbj'), reconnectTimeout: 20});
		hbj.onreconnect = later(() => hbj.close());
		ws.once('retry', later(() => ws.close()))`)
	p.opens("hbj")
	_, err := p.s.Drop(faultserver.EndRST)
	p.must(err)
	p.until("state CLOSED")
	p.settles(`sockets('hbj').length === 2`)
	p.server("it", func(r faultserver.Record) bool { return r.Client("hbj").Open == 1 })
	p.witness(2)
	p.is(`[ws.state, sockets('a').length]`, `["CLOSED",1]`)
}

// robust-websocket 1.0.0 tells of a timeout, leaves the dial running, and does
// not listen to the network any more.
func TestBugTimeoutEndsTheDial(t *testing.T) {
	p := openPains(t)
	nobody := silentServer(t)
	p.js(`
		window.robust = new RobustWebSocket('` + nobody + `?client=robust', null, {timeout: 50});
		robust.addEventListener('timeout', () => record('timeout'));
		window.ws = make({maxRetries: 0, connectionTimeout: 50, url: '` + nobody + `?client=a'}, (what, ...rest) => what === 'failed' && record(what, ...rest));
		ws.connect().catch(() => {})`)
	p.seesEach("timeout", "failed retries 1 TIMED_OUT 1006")
	p.js(`window.dispatchEvent(new Event('online'))`)
	p.witness(1)
	p.is(`['a', 'robust'].map((client) => sockets(client).map(({ readyState }) => readyState))`, `[[3],[0]]`)
}

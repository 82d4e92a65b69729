package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// The documentation's example works alike with websocket-heartbeat-js and with
// our entry of that name.
func TestWebsocketHeartbeatJSMigration(t *testing.T) {
	t.Parallel()
	for name, shims := range map[string][]string{"theirs": nil, "ours": {"websocket-heartbeat-js"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var options []option
			if shims == nil { // the timers of a lost connection may send on the next one
				options = append(options, raises("Still in CONNECTING state"))
			}
			p := openApp(t, app{source: "heartbeat.js", shims: shims}, options...)
			p.js(`start({reconnectTimeout: 20, pingTimeout: 30, pingMsg: () => 'beat'})`)
			p.is(`[client.opts.url === address, client.opts.pingTimeout, client.opts.pongTimeout, client.opts.repeatLimit]`, `[true,30,10000,null]`)
			p.sees("open 0", `message "hello server"`)
			p.until("message beat")
			p.until("message beat")
			p.must(dropAll(p))
			p.until("close 1006")
			p.until("reconnecting 1")
			p.until("open 0")
			p.is(`client.ws.readyState`, `1`)
			p.js(`client.close()`)
			p.until("close 1005")

			p.must(p.s.Kill())
			p.js(`start({reconnectTimeout: 5, repeatLimit: 2})`)
			p.until("reconnecting 2")
			p.until("close 1006")
		})
	}
}

// Bugs of websocket-heartbeat-js 1.1.3 (FIELD, reproduced), which the shim has not.
func TestWebsocketHeartbeatJSBugs(t *testing.T) {
	t.Parallel()
	p := openApp(t, app{source: "heartbeat.js", shims: []string{"websocket-heartbeat-js"}})

	// close() while a retry is pending reopens anyway.
	p.must(p.s.Kill())
	p.js(`start({reconnectTimeout: 10})`)
	p.until("reconnecting 1")
	p.js(`client.close()`)
	p.must(p.s.Revive())
	// Who lost its connection after that, and came back.
	p.js(`(async () => {
		const other = new WebSocketReconnect(link + '/ws?client=w', [], {baseDelay: 30, jitter: 0});
		for (let i = 0; i < 3; i++) {
			await new Promise((resolve) => other.once('open', resolve));
			if (i < 2) other.reconnect();
		}
		other.close();
	})()`)
	p.server("none of it", func(r faultserver.Record) bool { return r.Client("a").Live == 0 })
	p.is(`seen.filter(([what]) => what === 'open').length`, `0`)

	// A connection of which nothing is heard is replaced at once: it does not wait
	// for the browser's own close, which takes a minute.
	p.js(`start({reconnectTimeout: 10, pingTimeout: 50, pongTimeout: 100})`)
	p.until("open 0")
	_, err := p.s.BlackHole(faultserver.DirBoth, false, faultserver.To{Client: "a"})
	p.must(err)
	p.until("reconnecting 1")
	p.until("open 0")
	// And send() while there is none does not throw.
	p.must(dropAll(p))
	p.until("close 1006")
	p.js(`client.send('meanwhile')`)
	p.until("message meanwhile")
}

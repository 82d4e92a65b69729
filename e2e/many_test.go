package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// One core serves all clients of a page: 200 open, survive a server that dies,
// and each talks to its own socket.
func TestManySockets(t *testing.T) {
	const n = 200
	all := func(upgrades int) func(r faultserver.Record) bool {
		return func(r faultserver.Record) bool { return r.Total.Open == n && r.Total.Upgrades == upgrades }
	}
	eachPlacement(t, func(t *testing.T, p *page) {
		// Chromium delays the dials of a page that has many under way: ten at a time.
		p.js(`(async () => {
			window.opens = 0;
			window.clients = [];
			for (let i = 0; i < 200; i++) {
				const ws = make({url: link + '/ws?client=' + i, baseDelay: 3000, maxDelay: 3000, jitter: 'full', maxRetries: Infinity, connectionTimeout: false},
					(event, ...payload) => event === 'open' ? record('open', ++opens) : event === 'message' && record('message', i, payload[0]));
				clients.push(ws);
				void ws.connect();
				if (i % 10 === 9) await until(() => opens > i);
			}
		})()`)
		p.wait(`opens === 200`)
		p.server("200 sockets", all(n))

		p.must(p.s.Kill())
		p.must(p.s.Revive())
		p.wait(`opens === 400`)
		p.server("200 sockets again", all(2*n))
		p.is(`[workers, clients.every((ws) => ws.state === 'OPEN' && ws.getStats().successes === 2)]`, map[string]string{"worker": "[1,true]", "page": "[0,true]"}[p.placement])

		p.js(`seen.length = 0; clients.forEach((ws, i) => ws.send('I am ' + i))`)
		p.wait(`seen.length === 200`)
		p.is(`seen.every(([, i, text]) => text === 'I am ' + i)`, `true`)
	}, alone) // Chromium keeps at most 255 WebSockets, of all its pages
}

package e2e

import (
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// For libraries that take no constructor we may stand in the global's place:
// what we dial with is what stood there before.
func TestInTheGlobalsPlace(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`
			globalThis.WebSocket = WebSocketReconnect.withOptions({baseDelay: 20});
			window.ws = watch(new WebSocket(address));`)
		p.until("open")
		p.js(`ws.send('through')`)
		p.until("message through")
		p.must(dropAll(p))
		p.until("open")
		if n := dials(p.s.Record(), "a"); n != 2 {
			t.Errorf("the server saw %d dials, want 2", n)
		}
		p.js(`globalThis.WebSocket = WebSocketReconnect; window.other = new WebSocket(address.replace('=a', '=b'))`)
		p.server("the other", func(r faultserver.Record) bool { return r.Client("b").Live == 1 })
	})
}

// Nobody disposes of WebSockets: the core forgets those that have ended, and
// knows them again when they are told to connect.
func TestEndedSocketsComeBack(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`
			const Single = WebSocketReconnect.withOptions({maxRetries: 0});
			window.all = Array.from({length: 12}, (_, i) => new Single(address.replace('=a', '=' + i)));
			for (const ws of all) ws.on('failed', () => record('over'));`)
		p.server("all of them", func(r faultserver.Record) bool { return r.Total.Live == 12 })
		p.settles(`all.every((ws) => ws.readyState === 1)`)
		_, err := p.s.CloseAll(1001, "")
		p.must(err)
		p.wait(`seen.filter(([what]) => what === 'over').length === 12`)
		p.is(`Promise.all(all.map((ws) => ws.connect().then(() => ws.state)))`, `["OPEN"`+strings.Repeat(`,"OPEN"`, 11)+`]`)
		p.js(`window.ws = watch(all[0]); ws.send('again')`)
		p.until("message again")
		p.js(`for (const ws of all) ws.close()`)
		p.server("nobody", func(r faultserver.Record) bool { return r.Total.Live == 0 })
		p.settles(`all.every((ws) => ws.state === 'CLOSED')`)
	})
}

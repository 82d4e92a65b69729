package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// The examples of a comparison of clients, copied: two of those clients exist
// nowhere, and what is shown of them works over ours.
func TestExamplesOfOthers(t *testing.T) {
	t.Parallel()
	p := openApp(t, app{source: "seeds.js"})
	said := map[string]string{"reconnecting": "Received:", "best": "Received:", "easy": "Message:", "heartbeat": `"Message received:"`}
	for _, name := range []string{"reconnecting", "best", "easy", "heartbeat"} {
		to := faultserver.To{Client: name}
		p.js(`window.ws = examples.` + name + `(link + '/ws?client=` + name + `')`)
		p.server("it", func(r faultserver.Record) bool { return r.Client(name).Live == 1 })
		p.settles(`ws.isConnected`)
		_, err := p.s.Send("hi", to)
		p.must(err)
		p.until(said[name] + " hi")
		if name == "heartbeat" {
			p.server("the answer", func(r faultserver.Record) bool { return len(texts(r, name)) > 0 && texts(r, name)[0] == "pong" })
		} else {
			// It comes back; its own delays are of seconds, and waiting for them proves no more.
			_, err := p.s.Drop(faultserver.EndRST, to)
			p.must(err)
			p.settles(`!ws.isConnected`)
			p.settles(`ws.getStats().nextRetry !== null`)
			p.js(`ws.reconnect()`)
			p.until("Connected")
		}
		p.js(`ws.dispose()`)
	}
	p.is(`seen.filter(([what]) => what === 'Disconnected').length > 0`, `true`)
}

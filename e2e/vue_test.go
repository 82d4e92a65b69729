package e2e

import (
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// A component with the Vue composable: it shows what comes and how it stands,
// comes back, sends what waited, moves to another address, and closes at its end.
func TestVue(t *testing.T) {
	t.Parallel()
	p := openApp(t, app{source: "vue.js"})
	p.js(`mount(); void use.send('early')`)
	p.sees("status OPEN", "connected true", "message early")
	p.settles(`text() === 'OPEN early'`)
	p.is(`[use.send('now'), use.data.value, use.ws.value instanceof WebSocketReconnect]`, `[true,"early",true]`)
	p.sees("message now")

	p.must(p.s.Kill())
	p.until("status CONNECTING")
	p.is(`[use.send('kept'), use.send('not kept', false)]`, `[false,false]`)
	p.until("disconnected 1006")
	p.must(p.s.Revive())
	p.until("status OPEN")
	p.until("message kept")

	// Another address: the old connection ends, a new one begins.
	p.js(`source.value = link + '/ws?client=b'`)
	p.until("connected true")
	p.server("the move", func(r faultserver.Record) bool { return r.Client("a").Live == 0 && r.Client("b").Live == 1 })

	// Closed by the user, and opened again.
	p.js(`use.close(4000, 'done')`)
	p.until("disconnected 4000")
	p.is(`[use.status.value, use.ws.value === undefined, use.send('later')]`, `["CLOSED",true,false]`)
	p.js(`use.open()`)
	p.until("message later")

	p.js(`unmount()`)
	p.until("disconnected 1000")
	r := p.server("the end", func(r faultserver.Record) bool { return r.Total.Live == 0 })
	if got := texts(r, "a"); !slices.Equal(got, []string{"early", "now", "kept"}) {
		t.Errorf("the server got %q", got)
	}
}

// What the composable's options do.
func TestVueOptions(t *testing.T) {
	t.Parallel()
	p := openApp(t, app{source: "vue.js"})

	// Only when asked; a heartbeat whose answer is not shown.
	p.js(`mount({immediate: false, autoConnect: false, protocols: ['one'], heartbeat: {message: () => 'beat', interval: 20, pongTimeout: 100_000}})`)
	p.js(`source.value = address + '&x'`)
	p.is(`[use.status.value, use.ws.value === undefined]`, `["CLOSED",true]`)
	p.js(`use.open()`)
	p.until("connected true")
	r := p.server("beats", func(r faultserver.Record) bool { return slices.Contains(texts(r, "a"), "beat") })
	if n := dials(r, "a"); n != 1 {
		t.Errorf("%d dials, want 1", n)
	}
	p.js(`use.send('shown')`)
	p.until("message shown")
	p.is(`[use.ws.value.protocol, seen.filter(([, text]) => text === 'beat').length]`, `["one",0]`)
	p.js(`unmount()`)
	p.until("disconnected 1000")

	// Never again.
	p.js(`mount({autoReconnect: false})`)
	p.until("connected true")
	p.ends(4000, "")
	p.until("disconnected 4000")
	p.settles(`use.status.value === 'CLOSED'`)
	p.js(`unmount()`)

	// So often, and then it says so; also by functions.
	p.must(p.s.Kill())
	p.js(`mount({autoReconnect: {retries: 2, delay: 5, onFailed: () => record('failed')}})`)
	p.until("failed")
	p.js(`unmount(); window.asked = []; mount({autoReconnect: {retries: (n) => n < 3, delay: (n) => (asked.push(n), n), onFailed: () => record('failed')}})`)
	p.until("failed")
	p.is(`[asked, use.status.value]`, `[[1,2,3],"CLOSED"]`)
	p.must(p.s.Revive())
	p.js(`use.open()`)
	p.until("connected true")
	p.js(`unmount()`)
}

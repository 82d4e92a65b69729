package e2e

import (
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// eachGated runs a test in both placements with a file held back, as on a slow
// network.
func eachGated(t *testing.T, suffix string, f func(t *testing.T, p *page, g *gate)) {
	t.Helper()
	t.Parallel()
	for _, placement := range []string{"worker", "page"} {
		t.Run(placement, func(t *testing.T) {
			t.Parallel()
			g := newGate(suffix)
			f(t, openPage(t, placement, withDist(g)), g)
		})
	}
}

// With the core on its way, open, send and message work at once. A drop in that
// time is repaired when the core arrives; what was sent meanwhile goes out then.
func TestHotStart(t *testing.T) {
	for name, suffix := range map[string]string{"wasm": ".wasm", "script": "core.js"} {
		t.Run(name, func(t *testing.T) {
			eachGated(t, suffix, func(t *testing.T, p *page, g *gate) {
				p.make(`{minUptime: 0}`)
				p.js(`ws.send('before'); void ws.connect().then(() => record('resolved'))`)
				p.seesEach("state CONNECTING", "state OPEN", "resolved", "open", "message before")
				p.is(`[ws.send('during'), ws.state, ws.isConnected, ws.readyState, ws.getStats().attempts]`, `["sent","OPEN",true,1,1]`)
				p.sees("message during")
				g.await(t, p)
				p.js(`window.socketGone = false; ws.send('last')`)
				p.sees("message last")
				p.must(dropAll(p))
				p.settles(`ws.send('while it is gone') === 'queued'`)
				p.is(`ws.getStats().queueLength`, `1`)
				p.quiet() // nobody is there yet to say what it means

				g.open()
				p.sees("error CONNECTION_LOST *", `close 1006 "" false`, "state CONNECTING", "retry 1 20 10 backoff", "state OPEN", "open", `message "while it is gone"`)
				r := p.s.Record()
				if got := texts(r, "a"); !slices.Equal(slices.Compact(got), []string{"before", "during", "last", "while it is gone"}) {
					t.Errorf("the server got %q", got)
				}
				if n := dials(r, "a"); n != 2 {
					t.Errorf("the server saw %d dials, want 2", n)
				}

				// From now on the core does it all.
				p.must(p.s.Kill())
				p.until("retry 1 20 10 backoff")
				p.must(p.s.Revive())
				p.until("open")
			})
		})
	}
}

// close() and reconnect() before the core is there.
func TestHotStartCalls(t *testing.T) {
	eachGated(t, ".wasm", func(t *testing.T, p *page, g *gate) {
		p.connect(`{}`)
		p.js(`ws.reconnect()`)
		p.until("open")
		p.server("the second socket alone", func(r faultserver.Record) bool { return r.Client("a").Upgrades == 2 && r.Client("a").Live == 1 })
		p.is(`ws.send('x')`, `"sent"`)
		p.until("message x")
		p.js(`ws.close(4000, 'bye'); void record('shown', ws.state, ws.send('never'))`)
		p.server("the close", func(r faultserver.Record) bool { return r.Client("a").Live == 0 })
		p.until("drop closed never 5")
		g.open()
		p.until("state CLOSED")
		p.js(`void ws.connect()`)
		p.until("open")
		p.server("the third socket", func(r faultserver.Record) bool { return r.Client("a").Upgrades == 3 })
	})
}

// What opened before the core is there has opened, though the circuit was opened
// by hand while it dialled: the core stops the next dial.
func TestHotStartCircuit(t *testing.T) {
	eachGated(t, ".wasm", func(t *testing.T, p *page, g *gate) {
		p.make(`{circuitBreaker: {failureThreshold: 5, resetTimeout: 60_000}}`)
		p.js(`void ws.connect(); ws.openCircuit()`)
		p.seesEach("state CONNECTING", "circuit OPEN", "state OPEN", "open")
		p.js(`ws.close(4000, 'bye'), void ws.connect()`)
		p.sees("state CLOSING")
		p.server("the close", func(r faultserver.Record) bool { return r.Client("a").Upgrades == 1 && r.Client("a").Live == 0 })
		g.open()
		p.sees(`close 4000 bye true`, "state CLOSED", "state BLOCKED", "retry 0 * 10 circuit")
		p.js(`ws.closeCircuit()`)
		p.until("open")
	})
}

// The limits of the queue hold before the core is there.
func TestHotStartQueueLimit(t *testing.T) {
	eachGated(t, ".wasm", func(t *testing.T, p *page, g *gate) {
		p.make(`{queue: {maxMessages: 3}}`)
		p.js(`for (const m of ['a', 'b', 'c', 'd', 'e']) ws.send(m); void ws.connect()`)
		p.until("message e")
		if got := texts(p.s.Record(), "a"); !slices.Equal(got, []string{"c", "d", "e"}) {
			t.Errorf("the server got %q", got)
		}
		p.is(`[seen.filter(([e]) => e === 'drop'), ws.getStats().dropped]`, `[[["drop","overflow","a",1],["drop","overflow","b",1]],2]`)
		g.open()
	})
}

// A core that cannot be had is told, with the cause; the connection goes on, and
// loading is tried again until it succeeds.
func TestCoreUnavailable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, suffix string
		wants        []string
	}{
		{"wasm", ".wasm", []string{"error CORE_UNAVAILABLE *HTTP status 404*websocket-reconnect.wasm*", "error CORE_UNAVAILABLE *websocket-reconnect.wasm is not WebAssembly*text/html*"}},
		{"script", "core.js", []string{"error CORE_UNAVAILABLE *websocket-reconnect.core.js*", "error CORE_UNAVAILABLE *websocket-reconnect.core.js*"}},
	} {
		for _, placement := range []string{"worker", "page"} {
			t.Run(c.name+"/"+placement, func(t *testing.T) {
				t.Parallel()
				g := newGate(c.suffix, notFound, aPage)
				p := openPage(t, placement, withDist(g))
				p.connect(`{}`)
				p.sees(c.wants[0])
				p.is(`[ws.state, ws.send('goes on'), ws.getStats().lastError.code]`, `["OPEN","sent","CORE_UNAVAILABLE"]`)
				p.sees(`message "goes on"`)
				p.must(dropAll(p))
				p.sees(c.wants[1])
				p.sees("error CONNECTION_LOST *", `close 1006 "" false`, "state CONNECTING", "retry 1 20 10 backoff", "state OPEN", "open")
			})
		}
	}
}

// A policy that forbids WebAssembly is named, with the line that allows it.
func TestWasmForbidden(t *testing.T) {
	t.Parallel()
	p := openPage(t, "page", header("Content-Security-Policy", "script-src 'self' 'unsafe-inline'"))
	p.connect(`{}`)
	p.sees("error CORE_UNAVAILABLE *wasm-unsafe-eval*")
	p.is(`[ws.state, ws.send('goes on')]`, `["OPEN","sent"]`)
	p.sees(`message "goes on"`)
}

package e2e

import (
	"slices"
	"testing"
)

// Each message waits as it was told to, before there is a core and after; the
// outcome is the same. Pain 27: "per-message policy: volatile, ttl, key (keep
// last), priority; limits by count and bytes; `dropped` event".
func TestPain27SendOptions(t *testing.T) {
	const sends = `[['old', {ttl: 1}], ['x1', {key: 'x'}], ['low', {priority: -1}], ['fleeting', {volatile: true}], ['a'], ['x2', {key: 'x'}], ['urgent', {priority: 9}]].map(([m, how]) => ws.send(m, how))`
	const results = `["queued","queued","queued","dropped","queued","queued","queued"]`
	// The oldest is past its time when the clock has moved on.
	const tick = `{ const at = performance.now(); while (performance.now() < at + 2); }`
	told := []string{"drop volatile fleeting 8", "drop replaced x1 2", "drop expired old 3"}
	received := []string{"urgent", "a", "x2", "low"}

	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.ws = make({baseDelay: 300, maxDelay: 300, diagnose: false})`)
		p.is(sends, results)
		p.js(tick + `void ws.connect()`)
		p.until("open")
		p.js(`until(() => seen.filter(([e]) => e === 'message').length === 4)`)
		p.is(`ws.getStats().dropped`, "3")
		p.is(`seen.filter(([e]) => e === 'drop').map((e) => e.join(' ')).sort()`, `["drop expired old 3","drop replaced x1 2","drop volatile fleeting 8"]`)
		if got := texts(p.s.Record(), "a"); !slices.Equal(got, received) {
			t.Errorf("before there was a core: the server got %q, want %q", got, received)
		}
		p.js(`ws.close()`)
		p.until("state CLOSED")

		// The core is there now, and decides.
		p.js(`ws.dispose(); window.ws = make({baseDelay: 300, maxDelay: 300}); void ws.connect()`)
		p.until("open")
		p.must(dropAll(p))
		p.loses("1 300 10 backoff")
		before := len(texts(p.s.Record(), "a"))
		p.is(sends, results)
		p.seesEach(told...)
		p.sees("state OPEN", "open", "message urgent", "message a", "message x2", "message low")
		if got := texts(p.s.Record(), "a")[before:]; !slices.Equal(got, received) {
			t.Errorf("the core: the server got %q, want %q", got, received)
		}
		p.is(`[ws.getStats().dropped, ws.getStats().queueLength, ws.getStats().queueBytes]`, `[3,0,0]`)
		p.js(`try { ws.send('x', {priority: 10}); } catch (error) { record(error.code, error instanceof WebSocketReconnectError); }`)
		p.sees("BAD_INPUT true") // though it comes out of another file
		p.quiet()
	})
}

// Pain 29: what was not sent is not lost with the object that held it.
func TestPain29Drain(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.ws = make({baseDelay: 60_000, maxDelay: 60_000, queue: {maxMessages: 3, overflow: 'reject', maxAge: 60_000}}); void ws.connect()`)
		p.until("open")
		p.must(dropAll(p))
		p.loses("1 60000 10 backoff")
		p.is(`['a', 'b', 'c', 'd'].map((m, i) => ws.send(m, {priority: i}))`, `["queued","queued","queued","rejected"]`)
		p.is(`(async () => { await ws.exportTrace(); return ws.getStats().queueLength })()`, `3`) // the core has taken them
		p.js(`window.unsent = ws.drain()`)
		p.is(`unsent.map(({data, bytes, priority}) => [data, bytes, priority])`, `[["a",1,0],["b",1,1],["c",1,2]]`)
		p.is(`[ws.getStats().queueLength, ws.getStats().queueBytes, ws.drain().length, ws.getStats().dropped]`, `[0,0,0,0]`)
		p.js(`ws.dispose(); window.ws = make({}); for (const m of unsent) ws.send(m.data, m); void ws.connect()`)
		p.until("open")
		p.sees("message c", "message b", "message a")
		p.quiet()
	})
}

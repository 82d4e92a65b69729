package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// The README's first example, as its users paste it: connects, sends what was
// queued, survives a killed server, tells of everything.
func TestFirstExample(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.until("open")
		p.server("the queued message", func(r faultserver.Record) bool { return len(r.Messages) == 1 })
		p.until(`message {"type":"subscribe","channel":"updates"}`) // the endpoint echoes
		p.sees(`log "📨 Message: *subscribe*"`)

		p.must(p.s.Kill())
		p.sees("error CONNECTION_LOST *", `log "⚠️ Error: *"`, `close 1006 "" false`, `log "❌ Closed: 1006 *"`,
			"state CONNECTING", "retry 1 * 10 backoff", `log "🔄 Retry 1/10 in *ms"`)
		p.must(p.s.Revive())
		p.is(`payload('retry').then(({attempt, delay, maxRetries}) => [attempt, delay >= 900 && delay <= 1100, maxRetries])`, `[1,true,10]`)
		p.is(`payload('close').then((e) => [e instanceof CloseEvent, e.code, e.reason, e.wasClean])`, `[true,1006,"",false]`)
		p.is(`payload('error').then((e) => [e instanceof Error, e instanceof WebSocketReconnectError, e.code])`, `[true,true,"CONNECTION_LOST"]`)
		p.is(`payload('message').then((e) => [e instanceof MessageEvent, e.isTrusted])`, `[true,true]`)
		p.sees("state OPEN", "open", `log "✅ Connected"`)
		p.is(`(({state, circuitState, retryCount, maxRetries, circuitFailures, failureThreshold}) => [state, circuitState, retryCount, maxRetries, circuitFailures, failureThreshold])(ws.getStats())`,
			`["OPEN","CLOSED",1,10,1,5]`)
		p.is(`((s) => [Date.now() - s.lastActivity < 60000, s.uptime > 0, s.uptime < 60000])(ws.getStats())`, `[true,true,true]`)

		r := p.s.Record()
		if n := dials(r, "a"); n != 2 {
			t.Errorf("the server saw %d dials, want 2", n)
		}
		if got := texts(r, "a"); len(got) != 1 {
			t.Errorf("the server got %q, want one message", got)
		}
		p.quiet()
	}, file("example.html"))
}

// The same options with delays that a test can wait for: after maxRetries the
// client has FAILED and dials no more; connect() revives it.
func TestExampleGivesUp(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.must(p.s.Kill())
		p.make(`{maxRetries: 3, baseDelay: 10, maxDelay: 40, circuitBreaker: {failureThreshold: 5, resetTimeout: 60000}}`)
		p.js(`void ws.connect().catch((e) => record('rejected', e.code, e.message))`)
		p.sees("state CONNECTING",
			"error UNREACHABLE *", `close 1006 "" false`, "retry 1 10 3 backoff",
			"error UNREACHABLE *", `close 1006 "" false`, "retry 2 20 3 backoff",
			"error UNREACHABLE *", `close 1006 "" false`, "retry 3 40 3 backoff",
			"error UNREACHABLE *", `close 1006 "" false`, "state FAILED", "failed retries 4 UNREACHABLE 1006",
			`rejected UNREACHABLE "gave up after 4 dials of *"`)
		p.is(`[ws.state, ws.readyState, ws.isConnected, ws.getStats().attempts, ws.getStats().nextRetry]`, `["FAILED",3,false,4,null]`)
		p.is(`ws.send('kept')`, `"queued"`)

		p.must(p.s.Revive())
		p.witness(3) // a client that is alive dials thrice
		p.is(`ws.state`, `"FAILED"`)
		p.quiet()
		if n := dials(p.s.Record(), "a"); n != 0 {
			t.Errorf("a client that has FAILED dialled %d times", n)
		}

		p.js(`ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open", "message kept")
		p.is(`ws.getStats().retryCount`, `0`)
		if got := texts(p.s.Record(), "a"); len(got) != 1 {
			t.Errorf("the server got %q, want what was queued", got)
		}
	})
}

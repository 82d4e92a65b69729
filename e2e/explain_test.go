package e2e

import (
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// gist is what a script tells of an explanation: no times, but whether until
// lies ahead.
const gist = `(({state, doing, why, until, attempt, online, hidden}) => [state, doing, why, until === null ? null : until > Date.now() - 1000, attempt, online, hidden])(ws.explain())`

// says asserts the pattern of explain's sentence.
func (p *page) says(want string) {
	p.t.Helper()
	if got := get[string](p, `ws.explain().sentence`); !matches(want, got) {
		p.t.Errorf("it says %q, want %q", got, want)
	}
}

// A drop, an outage, and the open after it: one gap with each reopen, right
// after open, that says since when the app has heard nothing.
func TestPain30Gap(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.make(`{baseDelay: 60, maxDelay: 60}`)
		p.js(`ws.on('gap', ({downMs, lastMessageAt, attempts, lastClose, queued}) => {
			window.gap = {downMs, lastMessageAt, total: performance.now() - window.lostAt};
			record('gap', attempts, lastClose.code, queued, ws.state);
		});
		ws.on('close', () => window.lostAt ??= performance.now());
		void ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
		p.js(`ws.send('hello')`)
		p.sees("message hello")
		p.js(`window.heardAt = Date.now()`)
		p.coreAnswers()
		p.must(p.s.Kill())
		p.loses("1 60 10 backoff")
		p.until("retry 2 60 10 backoff")
		p.js(`ws.send('waits')`)
		p.must(p.s.Revive())
		p.until("open")
		p.seesEach("gap * 1006 1 OPEN", "message waits")
		p.is(`[gap.downMs >= 100, Math.abs(gap.downMs - gap.total) < gap.total / 2 + 50, gap.lastMessageAt <= heardAt + 1 && gap.lastMessageAt > heardAt - 30_000]`, `[true,true,true]`)

		// A handover misses nothing; the next drop does.
		p.manySockets = true // while it moves
		p.js(`ws.handover()`)
		p.sees("handover")
		p.must(dropAll(p))
		p.loses("* 60 10 backoff")
		p.sees("state OPEN", "open", "gap 1 1006 0 OPEN")
		p.quiet()
	})
}

// explain() in each state: connected, waiting, offline, dialling, blocked, closed.
func TestExplain(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.make(`{baseDelay: 40_000, maxDelay: 50_000, circuitBreaker: {failureThreshold: 3, resetTimeout: 60_000}}`)
		p.is(`ws.explain()`, `undefined`)
		p.js(`void ws.connect()`)
		p.until("open")
		p.coreAnswers()
		p.is(gist, `["OPEN","connected",null,null,0,true,false]`)
		p.says("Open for *; circuit CLOSED, 0 of 3 failures; online, visible.")
		p.must(dropAll(p))
		p.until("retry 1 40000 10 backoff")
		p.is(gist, `["CONNECTING","waiting","backoff",true,1,true,false]`)
		p.says("Waiting * s for retry 1 of 10 (backoff); the last connection ended with 1006 after *; circuit CLOSED, 1 of 3 failures; online, visible.")
		p.is(`Math.abs(ws.explain().until - ws.getStats().nextRetry) < 1`, `true`)

		p.network(false)
		p.until("retry 0 50000 10 offline")
		p.is(gist, `["CONNECTING","waiting","offline",true,0,false,false]`)
		p.says("Waiting * s for another dial (offline); *; offline, visible.")
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialHang} })
		p.network(true)
		p.js(`ws.reconnect()`)
		p.settles(`ws.explain().doing === 'dialling'`)
		p.is(gist, `["CONNECTING","dialling","connect",true,0,true,false]`)
		p.says("Dialling for *, another dial; it may take * s more; *")

		p.js(`ws.openCircuit()`)
		p.until("retry 0 * 10 circuit")
		p.is(gist, `["BLOCKED","waiting","circuit",true,0,true,false]`)
		p.says("Waiting * for another dial (circuit); the last dial ended with 1006 after *; circuit OPEN, *")
		p.is(`((now) => [ws.explain().circuit.state, ws.explain().circuit.until > now])(Date.now())`, `["OPEN",true]`)
		p.js(`ws.close()`)
		p.until("state CLOSED")
		p.is(gist, `["CLOSED","idle","closed",null,0,true,false]`)
		p.says("Closed by close(); *")
	})
}

// The success rate falls below its threshold, is told once, and is told once
// more when it is back.
func TestAlert(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.make(`{alert: {successRate: 0.5, window: 4, volumeThreshold: 4}, maxRetries: Infinity}`)
		p.js(`ws.on('alert', ({successRate, threshold, attempts, recovered}) => record('alert', successRate, threshold, attempts, recovered)); void ws.connect()`)
		p.until("open")
		p.coreAnswers()
		p.must(p.s.Kill())
		p.until("alert 0.25 0.5 4 false")
		p.until("error UNREACHABLE *")
		p.until("error UNREACHABLE *")
		p.must(p.s.Revive())
		p.until("open")
		p.coreAnswers()
		p.must(dropAll(p))
		p.until("alert 0.5 0.5 4 true")
		p.is(`seen.filter(([type]) => type === 'alert').length`, `2`)
	})
}

// The log has a line for each event at its level, and nothing in it that is secret.
func TestLogLevel(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.ws = watch(new WebSocketReconnect({...quick, url: address.replace('://', '://user:password@') + '&token=secret', logLevel: 'debug'})); void ws.connect()`)
		p.until("open")
		p.coreAnswers()
		p.js(`ws.send('the payload')`)
		p.until(`message "the payload"`)
		p.must(dropAll(p))
		p.until("open")
		p.coreAnswers()
		for _, want := range []string{
			"info: WebSocketReconnect * ws://*/ws?…: Open for *",
			"debug: WebSocketReconnect *: message of 11 bytes",
			"error: WebSocketReconnect *: error CONNECTION_LOST: *",
			"warning: WebSocketReconnect *: close 1006 \"\", not clean",
			"info: WebSocketReconnect *: retry 1 of 10 in 20 ms (backoff)",
			"info: WebSocketReconnect *: gap of * ms",
		} {
			p.logs(want)
		}
		for _, line := range p.log.lines() {
			for _, secret := range []string{"*password*", "*secret*", "*payload*"} {
				if matches(secret, line) {
					t.Errorf("the log has %q", line)
				}
			}
		}
	})
}

// logs waits for a line of the console.
func (p *page) logs(want string) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; {
		for _, line := range p.log.lines() {
			if matches(want, line) {
				return
			}
		}
		if time.Now().After(end) {
			p.t.Errorf("the console has no %q, but %q", want, p.log.lines())
			return
		}
		p.js(`new Promise(requestAnimationFrame)`)
	}
}

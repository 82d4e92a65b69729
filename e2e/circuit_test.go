package e2e

import (
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// The circuit opens after its threshold, is tried when the reset timeout has
// passed, opens again after a failed trial, and closes after a healthy one.
func TestCircuit(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.must(p.s.Kill())
		p.make(`{baseDelay: 10, maxDelay: 20, minUptime: 40, circuitBreaker: {failureThreshold: 3, resetTimeout: 120, halfOpenMaxRequests: 1}}`)
		p.js(`void ws.connect()`)
		fails := []string{"error UNREACHABLE *", `close 1006 "" false`}
		p.sees("state CONNECTING")
		p.sees(append(fails, "retry 1 10 10 backoff")...)
		p.sees(append(fails, "retry 2 20 10 backoff")...)
		p.sees(append(fails, "circuit OPEN", "state BLOCKED", "retry 3 1* 10 circuit")...)
		p.is(`(({state, circuitState, circuitFailures, failureThreshold, nextRetry}) => [state, circuitState, circuitFailures, failureThreshold, nextRetry > 1e12])(ws.getStats())`, `["BLOCKED","OPEN",3,3,true]`)
		p.is(`[ws.readyState, ws.getCircuitState(), ws.send('kept')]`, `[0,"OPEN","queued"]`)
		p.sees("circuit HALF-OPEN", "state CONNECTING")
		p.sees(append(fails, "circuit OPEN", "state BLOCKED", "retry 4 1* 10 circuit")...)
		p.must(p.s.Revive())
		p.sees("circuit HALF-OPEN", "state CONNECTING", "state OPEN", "open", "message kept", "circuit CLOSED")
		p.is(`[ws.getCircuitState(), ws.getStats().circuitFailures, ws.getStats().retryCount]`, `["CLOSED",0,0]`)
		if n := dials(p.s.Record(), "a"); n != 1 {
			t.Errorf("the server saw %d dials, want the one trial", n)
		}
	})
}

// The circuit by hand: opening it leaves an open connection alone and stops the
// next dial; closing it dials at once.
func TestCircuitByHand(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{circuitBreaker: {failureThreshold: 5, resetTimeout: 60_000}}`)
		p.js(`ws.openCircuit(); void record('shown', ws.getCircuitState(), ws.getStats().circuitState)`)
		p.sees("shown OPEN OPEN", "circuit OPEN")
		p.is(`[ws.state, ws.send('still here')]`, `["OPEN","sent"]`)
		p.sees(`message "still here"`)
		p.must(dropAll(p))
		p.sees("error CONNECTION_LOST *", `close 1006 "" false`, "state BLOCKED", "retry 1 * 10 circuit")
		p.witness(3)
		p.quiet()
		if n := dials(p.s.Record(), "a"); n != 1 {
			t.Errorf("a blocked client made %d dials", n-1)
		}
		p.js(`ws.closeCircuit(); void record('shown', ws.getCircuitState())`)
		p.sees("shown CLOSED", "circuit CLOSED", "state CONNECTING", "state OPEN", "open")

		// Opened while a dial hangs, and before the first connect.
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialHang} })
		p.must(dropAll(p))
		p.until("retry 2 40 10 backoff")
		p.server("the dial", func(r faultserver.Record) bool {
			return slices.ContainsFunc(r.Conns, func(c faultserver.Conn) bool { return c.Did == "hang" })
		})
		p.js(`ws.openCircuit()`)
		p.seesEach("circuit OPEN", `close 1006 "" false`, "state BLOCKED", "retry 2 * 10 circuit")
		p.js(`ws.close()`)
		p.seesEach("state CLOSED", `close 1006 "" false`)
		p.must(p.s.Reset())
		p.js(`ws.connect().catch(() => {}); undefined`)
		p.sees("state BLOCKED", "retry 0 * 10 circuit")
		p.js(`ws.closeCircuit()`)
		p.until("open")
	})
}

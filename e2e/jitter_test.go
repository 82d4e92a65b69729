package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// A function as jitter is asked once for each retry of the schedule, with what it
// needs to decide, and what it says is what the retry waits.
func TestOwnJitter(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialRefuse} })
		p.js(`window.asked = []; window.own = [30, 0, 1e9, 5]`)
		p.make(`{baseDelay: 10, maxDelay: 50, maxRetries: 4, circuitBreaker: false, jitter: ({attempt, delay, previousDelay, lastClose}) => {
			asked.push([attempt, delay, previousDelay, lastClose.code]);
			return own[attempt - 1];
		}}`)
		p.js(`void ws.connect().catch(() => {})`)
		p.sees("state CONNECTING")
		for _, retry := range []string{"1 30 4", "2 0 4", "3 50 4", "4 5 4"} {
			p.sees("error UNREACHABLE *", `close 1006 "" false`, "retry "+retry+" backoff")
		}
		p.sees("error UNREACHABLE *", `close 1006 "" false`, "state FAILED", "failed retries 5 UNREACHABLE 1006")
		p.is(`asked`, `[[1,10,0,1006],[2,20,30,1006],[3,40,0,1006],[4,50,50,1006]]`)
	})
}

// One that throws, or says what is no delay, is told of by name, and the retry
// comes all the same.
func TestOwnJitterFails(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialRefuse} })
		p.js(`window.wrong = []; window.own = [() => { throw new Error('no idea') }, () => NaN, () => -1, () => '5', async () => 5, () => {}]`)
		p.make(`{baseDelay: 0, maxRetries: 6, circuitBreaker: false, jitter: ({attempt}) => own[attempt - 1]()}`)
		p.js(`ws.on('error', ({code, message}) => code === 'BAD_INPUT' && wrong.push(message)); void ws.connect().catch(() => {})`)
		p.until("failed retries 7 UNREACHABLE 1006")
		p.is(`wrong.map((message) => message.replace('option jitter ', '').replace(/; it must give a number of milliseconds, at least 0$/, ''))`,
			`["threw no idea for retry 1","gave NaN for retry 2","gave -1 for retry 3","gave \"5\" for retry 4","gave {} for retry 5","gave undefined for retry 6"]`)
	})
}

// Who closes, or dials anew, inside the function is obeyed, not the function.
func TestOwnJitterThatActs(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialRefuse} })
		p.make(`{jitter: () => { ws.close(); return 0; }}`)
		p.js(`void ws.connect().catch(() => {})`)
		p.sees("state CONNECTING", "error UNREACHABLE *", `close 1006 "" false`)
		p.seesEach("state CLOSED", `close 1006 "" false`)
		p.is(`ws.getStats().attempts`, `1`)

		p.make(`{maxRetries: 1, jitter: () => { if (ws.getStats().attempts > 1) return 7; ws.reconnect(); return 60_000; }}`)
		p.js(`void ws.connect().catch(() => {})`)
		p.sees("state CONNECTING", "error UNREACHABLE *", `close 1006 "" false`)
		p.sees("error UNREACHABLE *", `close 1006 "" false`, "retry 1 7 1 backoff")
		p.sees("error UNREACHABLE *", `close 1006 "" false`, "state FAILED", "failed retries 2 UNREACHABLE 1006")
	})
}

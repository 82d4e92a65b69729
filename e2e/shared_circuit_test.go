package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Five clients of one backend have one circuit: their failures count together,
// one opens it for all, and the server that comes back is tried by exactly as
// many dials as there may be trials. A client with another name has nothing to
// do with it. (Pain 19: breakers that let a flood through in half-open.)
func TestPain19SharedCircuit(t *testing.T) {
	const trials = 1 // Chromium dials one address one dial at a time: a second would come when the first has timed out
	hung := func(r faultserver.Record) (n int) {
		for _, c := range r.Conns {
			if c.Did == "hang" {
				n++
			}
		}
		return n
	}
	eachPlacement(t, func(t *testing.T, p *page) {
		p.must(p.s.Kill())
		p.js(`
			window.all = Array.from({length: 5}, (_, i) => make({url: link + '/ws?client=' + i, baseDelay: 20, maxDelay: 20, minUptime: 20, maxRetries: Infinity, connectionTimeout: 60000,
				circuitBreaker: {name: 'backend', failureThreshold: 6, resetTimeout: 1500, halfOpenMaxRequests: 1}}, () => {}));
			window.other = make({url: link + '/ws?client=other', maxRetries: Infinity, circuitBreaker: {name: 'other', failureThreshold: Infinity}}, () => {});
			window.states = () => all.map((ws) => ws.state);
			window.circuits = () => [...new Set(all.map((ws) => ws.getCircuitState()))].join();
			window.opened = 0;
			all[4].on('circuitChange', (state) => state === 'OPEN' && opened++);
			for (const ws of all) void ws.connect();
		`)
		p.settles(`states().every((s) => s === 'BLOCKED') && opened > 0`) // soon: Chrome holds back the dials that follow 16 failures
		p.js(`void other.connect()`)
		p.is(`[other.getCircuitState(), all[0].getStats().circuitCounts.opened >= 1, all[0].getStats().circuitCounts.opened === all[3].getStats().circuitCounts.opened]`, `["CLOSED",true,true]`)
		p.js(`other.dispose()`)

		// The server takes connections again, and says nothing.
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialHang} })
		p.must(p.s.Revive())
		p.server("the trials", func(r faultserver.Record) bool { return hung(r) == trials })
		p.settles(`circuits() === 'HALF-OPEN' && states().filter((s) => s === 'BLOCKED').length === 4`) // the others have asked, in vain
		if n := hung(p.s.Record()); n != trials {
			t.Errorf("the server saw %d trials, want exactly %d", n, trials)
		}
		p.is(`states().filter((s) => s === 'CONNECTING').length`, `1`)

		// The trial is called off: another client makes it.
		p.js(`all.find((ws) => ws.state === 'CONNECTING').dispose()`)
		p.server("one more trial", func(r faultserver.Record) bool { return hung(r) == trials+1 })

		// By hand, for all; the server is well.
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{} })
		p.js(`window.all = all.filter((ws) => ws.state !== 'CLOSED'); all.find((ws) => ws.state === 'BLOCKED').closeCircuit(); for (const ws of all) if (ws.state === 'CONNECTING') ws.reconnect()`)
		p.settles(`states().every((s) => s === 'OPEN') && circuits() === 'CLOSED'`)
		p.is(`all.length`, `4`)
		p.js(`for (const ws of all) ws.dispose()`)
	})
}

// A budget of two: of five clients that lose their server together, two come
// back at once and the others one by one.
func TestRetryBudget(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`
			window.reasons = [];
			window.all = Array.from({length: 5}, (_, i) => {
				const ws = make({url: link + '/ws?client=' + i, baseDelay: 10, maxDelay: 10, retryBudget: {tokens: 2, perSecond: 20}}, () => {});
				ws.on('retry', ({reason}) => reasons.push(reason));
				void ws.connect();
				return ws;
			});
		`)
		p.settles(`all.every((ws) => ws.state === 'OPEN')`)
		_, err := p.s.Drop(faultserver.EndRST)
		p.must(err)
		p.settles(`reasons.length >= 8 && all.every((ws) => ws.state === 'OPEN')`)
		p.is(`[reasons.filter((r) => r === 'backoff').length, reasons.filter((r) => r === 'budget').length]`, `[5,3]`)
		p.js(`for (const ws of all) ws.dispose()`)
	})
}

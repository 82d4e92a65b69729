package e2e

import (
	"fmt"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// A dial that fails, in every way: what the page is told, and that the client
// opens as soon as the server is well.
func TestFailedDials(t *testing.T) {
	status := func(code int) faultserver.DialFault {
		return faultserver.DialFault{Mode: faultserver.DialStatus, Status: code, RetryAfter: "1"}
	}
	cases := []struct {
		name    string
		fault   faultserver.DialFault
		options string
		class   string
	}{
		{"refuse", faultserver.DialFault{Mode: faultserver.DialRefuse}, `{diagnose: true}`, "UNREACHABLE"},
		{"reset", faultserver.DialFault{Mode: faultserver.DialReset}, `{diagnose: true}`, "UNREACHABLE"},
		{"hang", faultserver.DialFault{Mode: faultserver.DialHang}, `{diagnose: true, connectionTimeout: 100}`, "TIMED_OUT"},
		{"held", faultserver.DialFault{HoldMs: 60_000}, `{connectionTimeout: 100}`, "TIMED_OUT"},
		{"401", status(401), `{diagnose: true}`, "HANDSHAKE_REFUSED"},
		{"403", status(403), `{diagnose: true}`, "HANDSHAKE_REFUSED"},
		{"404", status(404), `{diagnose: true}`, "HANDSHAKE_REFUSED"},
		{"429", status(429), `{diagnose: true}`, "HANDSHAKE_REFUSED"},
		{"503", status(503), `{diagnose: true}`, "HANDSHAKE_REFUSED"},
		{"301", status(301), `{diagnose: true}`, "HANDSHAKE_REFUSED"},
		{"undiagnosed", status(401), `{}`, "UNREACHABLE"},
		{"accept", faultserver.DialFault{BadAccept: true}, `{diagnose: true}`, "HANDSHAKE_REFUSED"},
		{"no subprotocol", faultserver.DialFault{NoSubprotocol: true}, `{diagnose: true, protocols: ['mine']}`, "HANDSHAKE_REFUSED"},
		{"subprotocol", faultserver.DialFault{Subprotocol: "other"}, `{diagnose: true, protocols: ['mine']}`, "HANDSHAKE_REFUSED"},
	}
	eachPlacement(t, func(t *testing.T, p *page) {
		for _, c := range cases {
			p.must(p.s.Reset())
			p.s.ClearRecord()
			p.must(p.s.Set(func(f *faultserver.Faults) { f.Dial = c.fault }))
			before := p.s.Record().Dials
			// Every verdict anew: those of diagnose hold for ten seconds per origin,
			// and each case is a server of its own to its user.
			p.js(fmt.Sprintf(`window.ws?.dispose(); window.ws = make({...%s, url: link + '/ws?client=a', maxRetries: 50})`, c.options))
			p.skip()
			p.js(`void ws.connect()`)
			p.sees("state CONNECTING")
			p.sees("error "+c.class+" *", `close 1006 "" false`, "retry 1 20 50 backoff")
			p.sees("error * *", `close 1006 "" false`, "retry 2 40 50 backoff")
			if t.Failed() {
				t.Fatalf("case %s", c.name)
			}
			p.is(`[ws.state, ws.readyState, ws.getStats().lastError.code, ws.getStats().successes]`, `["CONNECTING",0,"`+c.class+`",0]`)
			if r := p.s.Record(); c.fault.Mode != faultserver.DialRefuse && r.Dials < before+2 {
				t.Errorf("%s: the server saw %d dials, want 2 at least", c.name, r.Dials-before)
			}
			p.must(p.s.Reset())
			p.until("open")
			p.server("an open socket", func(r faultserver.Record) bool { return r.Client("a").Open == 1 })
		}
	})
}

// A server that accepts and then drops is dialled with growing delays, not in a
// hot loop: only a connection that lasts resets the count.
func TestAcceptThenDrop(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.set(func(f *faultserver.Faults) {
			f.AfterOpen = faultserver.AfterOpen{Action: faultserver.EndRST, AfterMs: 40}
		})
		p.make(`{maxRetries: 4, baseDelay: 10, maxDelay: 1000}`)
		p.js(`ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
		for n, delay := 1, 10; n <= 4; n, delay = n+1, 2*delay {
			p.loses(fmt.Sprintf("%d %d 4 backoff", n, delay))
			p.sees("state OPEN", "open")
		}
		p.sees("error CONNECTION_LOST *", `close 1006 "" false`, "state FAILED", "failed retries 5 CONNECTION_LOST 1006")
		p.set(func(f *faultserver.Faults) { f.AfterOpen = faultserver.AfterOpen{} })
		p.witness(2)
		if n := dials(p.s.Record(), "a"); n != 5 {
			t.Errorf("the server saw %d dials, want 5", n)
		}
		p.quiet()
	})
}

// A connection that has lasted for minUptime is healthy: the count falls.
func TestHealthyConnectionResetsCount(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{minUptime: 150}`)
		p.must(dropAll(p))
		p.loses("1 20 10 backoff")
		p.sees("state OPEN", "open")
		p.must(dropAll(p))
		p.loses("2 40 10 backoff")
		p.sees("state OPEN", "open")
		p.settles(`ws.getStats().uptime > 150 && ws.getStats().retryCount === 0`)
		p.must(dropAll(p))
		p.loses("1 20 10 backoff")
		p.sees("state OPEN", "open")
	})
}

// dropAll resets the links of client a.
func dropAll(p *page) error {
	_, err := p.s.Drop(faultserver.EndRST, faultserver.To{Client: "a"})
	return err
}

// With the default jitter, and a delay at its cap, the spread lies below it.
func TestDelaysAreSpread(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.must(p.s.Kill())
		p.js(`
			for (let i = 0; i < 16; i++) make({jitter: 0.1, baseDelay: 60_000, maxDelay: i < 8 ? 600_000 : 60_000, url: link + '/ws?client=' + i},
				(event, ...payload) => void (event === 'retry' && record(i < 8 ? 'free' : 'capped', payload[1]))).connect();
			undefined`)
		p.wait(`seen.length === 16`)
		p.is(`['free', 'capped'].map((kind) => {
			const delays = seen.filter(([k]) => k === kind).map(([, d]) => d);
			const low = kind === 'free' ? 54_000 : 48_000, high = kind === 'free' ? 66_000 : 60_000;
			return [delays.every((d) => d >= low && d <= high), new Set(delays).size > 4, Math.max(...delays) - Math.min(...delays) > 500];
		})`, `[[true,true,true],[true,true,true]]`)
	})
}

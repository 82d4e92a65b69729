package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// The server closes: with every kind of code the page is told code and reason,
// and comes back; after a close by policy, or "try again later", not before
// maxDelay.
func TestServerCloses(t *testing.T) {
	cases := []struct {
		code   int
		reason string
		class  string
	}{
		{1000, "done", "CLOSED_BY_SERVER"},
		{1001, "going away", "CLOSED_BY_SERVER"},
		{1008, "not you", "CLOSED_BY_POLICY"},
		{1011, "internal error", "CLOSED_BY_SERVER"},
		{1012, "restart", "CLOSED_BY_SERVER"},
		{1013, "try again later", "CLOSED_BY_SERVER"},
		{4000, "own code", "CLOSED_BY_SERVER"},
		{4401, "token expired", "CLOSED_BY_SERVER"},
		{1005, "", "CLOSED_BY_SERVER"},
		{1000, strings.Repeat("é", 61), "CLOSED_BY_SERVER"},
	}
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{minUptime: 0, maxDelay: 120}`)
		for i, c := range cases {
			p.server("an open socket", func(r faultserver.Record) bool { return r.Client("a").Open == 1 })
			n, err := p.s.CloseAll(c.code, c.reason, faultserver.To{Client: "a"})
			p.must(err)
			if n != 1 {
				t.Fatalf("%d sockets were closed, want 1", n)
			}
			retry := "retry 1 20 10 backoff"
			if c.class == "CLOSED_BY_POLICY" || c.code == 1013 {
				retry = "retry 1 120 10 policy"
			}
			p.sees(fmt.Sprintf("error %s *code %d*", c.class, c.code),
				"close "+entryText([]any{c.code, c.reason, true}), "state CONNECTING", retry, "state OPEN", "open")
			p.is(`(({code, reason, wasClean}) => [code, reason, wasClean])(ws.getStats().lastClose)`, fmt.Sprintf("[%d,%q,true]", c.code, c.reason))
			r := p.server("the next socket", func(r faultserver.Record) bool { return r.Client("a").Upgrades == i+2 })
			// The browser answers a close frame by itself: with the same code.
			if c := r.Conns[i]; c.Close == nil || c.Close.Code != cases[i].code {
				t.Errorf("close %d: the server got %+v", cases[i].code, c.Close)
			}
		}
	})
}

// The user's close is for good, from every state; what is pending is cancelled.
func TestUserCloses(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		// Before connect: nothing to tell.
		p.make(`{maxRetries: 3}`)
		p.js(`ws.close()`)
		p.is(`[ws.state, ws.send('x')]`, `["CLOSED","dropped"]`)
		p.sees("drop closed x 1")

		// Open.
		p.js(`void ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
		p.js(`ws.close(4001, 'bye'); void record('shown', ws.state, ws.readyState)`)
		p.sees("shown CLOSING 2", "state CLOSING", `close 4001 bye true`, "state CLOSED")
		r := p.server("the close frame", func(r faultserver.Record) bool { return r.Conns[0].Close != nil })
		if got := *r.Conns[0].Close; got != (faultserver.Close{Code: 4001, Reason: "bye"}) {
			t.Errorf("the server got %+v", got)
		}

		// Closed, and closed twice.
		p.js(`ws.close(); ws.close()`)
		p.witness(2)
		p.quiet()

		// While a dial is under way.
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{HoldMs: 60_000} })
		p.js(`void ws.connect().catch((e) => record('rejected', e.code))`)
		p.sees("state CONNECTING")
		p.server("the dial", func(r faultserver.Record) bool { return dials(r, "a") == 2 })
		p.js(`ws.close(); void record('shown', ws.state)`)
		p.sees("shown CLOSED")
		p.seesEach("state CLOSED", `close 1006 "" false`, "rejected CLOSED_BY_USER")
		p.server("the end of the dial", func(r faultserver.Record) bool { return newest(r, "a").Ended })

		// While a retry waits, and messages with it.
		p.must(p.s.Reset())
		p.js(`ws.dispose(); window.ws = make({baseDelay: 50}); void ws.connect()`)
		p.until("open")
		p.must(dropAll(p))
		p.loses("1 50 10 backoff")
		p.js(`ws.send('a'); ws.send('bc'); ws.close()`)
		p.seesEach("state CLOSED", "drop closed a 1", "drop closed bc 2", `close 1006 "" false`)
		before := dials(p.s.Record(), "a")
		p.witness(4) // its delays, 20 + 40 + 80 ms, are longer than the one that was cancelled
		p.quiet()
		if n := dials(p.s.Record(), "a"); n != before {
			t.Errorf("a closed client dialled %d times", n-before)
		}

		// When it has FAILED.
		p.must(p.s.Kill())
		p.js(`ws.dispose(); window.ws = make({maxRetries: 0}); void ws.connect()`)
		p.until("failed retries 1 UNREACHABLE 1006")
		p.js(`ws.close()`)
		p.sees("state CLOSED")
		p.is(`[ws.state, ws.getStats().queueLength]`, `["CLOSED",0]`)

		// And from each, connect() goes on.
		p.must(p.s.Revive())
		p.js(`ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
	})
}

// A browser sends 1000 and 3000 to 4999 only: other codes go out as 1000, and
// the event says what was asked for.
func TestCloseCodesAndReasons(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{}`)
		for call, want := range map[string]string{
			`ws.close(1000, 'é'.repeat(62))`: "BAD_INPUT WebSocketReconnectError: close: reason has 124 bytes of UTF-8, more than 123",
			`ws.close(1006)`:                 "BAD_INPUT * code is 1006*",
			`ws.close(999)`:                  "BAD_INPUT * code is 999*",
			`ws.close("x")`:                  "BAD_INPUT * code is NaN*",
		} {
			if got := get[string](p, `thrown(() => `+call+`)`); !matches(want, got) {
				t.Errorf("%s throws %q, want %q", call, got, want)
			}
		}
		p.is(`ws.state`, `"OPEN"`)
		p.js(`ws.close(1001, 'Client shutting down')`)
		p.sees("state CLOSING", `close 1000 "Client shutting down" true 1001`, "state CLOSED")
		r := p.server("the close frame", func(r faultserver.Record) bool { return r.Conns[0].Close != nil })
		if got := *r.Conns[0].Close; got != (faultserver.Close{Code: 1000, Reason: "Client shutting down"}) {
			t.Errorf("the server got %+v", got)
		}

		// What was sent before leaves before the close frame.
		p.js(`ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
		p.js(`for (let i = 0; i < 50; i++) ws.send('m' + i); ws.close()`)
		p.until("state CLOSED")
		r = p.server("all messages", func(r faultserver.Record) bool { return r.Conns[1].Ended })
		if n := len(texts(r, "a")); n != 50 {
			t.Errorf("the server got %d messages, want 50", n)
		}
		if got := r.Conns[1].Close; got == nil || got.Code != 1005 {
			t.Errorf("a close without a code was %+v, want an empty frame", got)
		}
	})
}

// A server that does not answer the close is not waited for beyond closeTimeout.
func TestCloseTimeout(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{closeTimeout: 80}`)
		_, err := p.s.BlackHole(faultserver.DirBoth, false)
		p.must(err)
		p.js(`ws.close(1000, 'bye')`)
		p.sees("state CLOSING", `close 1006 "" false`, "state CLOSED")
		p.js(`ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
		p.quiet()
	})
}

// connect() while the closing handshake runs.
func TestConnectWhileClosing(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{closeTimeout: 500}`)
		p.coreAnswers()
		p.set(func(f *faultserver.Faults) { f.Down.DelayMs = 100 })
		p.js(`ws.close(); void ws.reconnect()`)
		p.until("state OPEN")
		p.sees("open")
		p.is(`[ws.state, ws.send('x')]`, `["OPEN","sent"]`)
		p.sees("message x")
		r := p.server("the second socket alone", func(r faultserver.Record) bool { return r.Client("a").Live == 1 })
		if got := texts(r, "a"); len(got) != 1 || dials(r, "a") != 2 {
			t.Errorf("the server got %q in %d dials", got, dials(r, "a"))
		}
	})
}

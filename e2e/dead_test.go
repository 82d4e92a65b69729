package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

const beats = `{heartbeatInterval: 80, heartbeatTimeout: 400, minUptime: 0}`

// An open link whose bytes vanish, in either direction: within interval and
// timeout it is given up and replaced. What the old socket says later, when the
// hole gives back all that it held, changes nothing.
func TestBlackHole(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		for _, direction := range []faultserver.Direction{faultserver.DirUp, faultserver.DirDown, faultserver.DirBoth} {
			p.js(`window.ws?.dispose()`)
			p.skip()
			p.must(p.s.Reset())
			p.server("nobody", func(r faultserver.Record) bool { return r.Total.Live == 0 })
			p.s.ClearRecord()
			p.connect(beats)
			first := p.server("the first socket", func(r faultserver.Record) bool { return r.Client("a").Open == 1 })
			conn := newest(first, "a").Conn
			p.server("a probe", func(r faultserver.Record) bool { c, _ := r.ByConn(conn); return c.Pongs > 0 })
			p.until(`message {"type":"pong"}`)
			p.skip()

			p.js(`window.holeAt = performance.now()`)
			_, err := p.s.BlackHole(direction, true, faultserver.To{Conn: conn})
			p.must(err)
			_, err = p.s.Send("late", faultserver.To{Conn: conn})
			p.must(err)
			p.until("error HEARTBEAT_LOST *")
			p.sees(`close 1006 "" false`, "state CONNECTING", "retry 1 0 10 backoff", "state OPEN", "open")
			p.is(`performance.now() - holeAt < 5000`, `true`)
			p.server("the second socket", func(r faultserver.Record) bool {
				return r.Client("a").Upgrades > first.Client("a").Upgrades && r.Client("a").Open >= 1
			})
			p.until(`message {"type":"pong"}`) // of the new link
			p.skip()
			if n := p.s.MaxOpen("a"); n != 1 {
				t.Errorf("%s: %d sockets were open at once", direction, n)
			}
			p.manySockets = true // as the hole is lifted the old one is back, until its close frame has come through
			_, err = p.s.BlackHole(faultserver.DirNone, false, faultserver.To{Conn: conn})
			p.must(err)
			p.server("the end of the old link", func(r faultserver.Record) bool { c, _ := r.ByConn(conn); return !c.Live })
			for _, line := range append(p.until(`message {"type":"pong"}`), p.rest()...) {
				if line != `message {"type":"pong"}` {
					t.Errorf("%s: an event of the old socket came through: %s", direction, line)
				}
			}
			p.is(`ws.state`, `"OPEN"`)
		}
	})
}

// Probes that are not answered end the link when nothing else comes. When other
// messages come they count, unless heartbeatReply says what a reply is.
func TestMutedPings(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.set(func(f *faultserver.Faults) { f.Pings = faultserver.PingFault{Mute: true, MuteAfter: 2} })
		p.connect(beats)
		p.sees(`message {"type":"pong"}`, `message {"type":"pong"}`, "error HEARTBEAT_LOST *")
		p.sees(`close 1006 "" false`, "state CONNECTING", "retry 1 0 10 backoff", "state OPEN", "open")
		r := p.s.Record()
		if c := r.Conns[0]; c.Pongs != 2 || c.MutedPings != 1 {
			t.Errorf("the first link saw %d answered and %d muted probes, want 2 and 1", c.Pongs, c.MutedPings)
		}
		p.js(`ws.dispose()`)

		// A feed of other messages: enough by default …
		feed := `url: link + '/feed?every=15&client=`
		p.set(func(f *faultserver.Faults) { f.Pings = faultserver.PingFault{Mute: true} })
		p.js(`window.ws = make({...` + beats + `, ` + feed + `f'}); void ws.connect()`)
		p.server("probes that nobody answers", func(r faultserver.Record) bool {
			return newest(r, "f").MutedPings >= 4
		})
		p.is(`[ws.state, ws.getStats().attempts, ws.getStats().roundTrip]`, `["OPEN",1,null]`)
		p.js(`ws.dispose()`)

		// … but not in strict mode.
		p.js(`window.ws = make({...` + beats + `, ` + feed + `s', heartbeatReply: {type: 'pong'}}); void ws.connect()`)
		p.until("error HEARTBEAT_LOST *")
		p.set(func(f *faultserver.Faults) { f.Pings = faultserver.PingFault{} })
		p.server("answered probes", func(r faultserver.Record) bool {
			return newest(r, "s").Pongs >= 4
		})
		p.is(`[ws.state, ws.getStats().successes > 1]`, `["OPEN",true]`)
	})
}

// The probe may be an object, a string or binary, and the reply of any shape;
// the round trip is measured.
func TestHeartbeatMessages(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		for name, c := range map[string]struct{ options, sent, reply string }{
			"object":  {`heartbeatMessage: {cmd: 'heartbeat'}, heartbeatReply: {cmd: 'heartbeat'}`, `{"cmd":"heartbeat"}`, `{"cmd":"heartbeat"}`},
			"json":    {`heartbeatMessage: JSON.stringify({type: 'beat'})`, `{"type":"beat"}`, `{"type":"beat"}`},
			"string":  {`heartbeatMessage: '❤', heartbeatReply: (e) => e.data === '❤'`, `❤`, `❤`},
			"binary":  {`binaryType: 'arraybuffer', heartbeatMessage: new Uint8Array([9, 8]), heartbeatReply: (e) => new Uint8Array(e.data)[1] === 8`, "\t\b", `bytes:9,8`},
			"default": {``, ``, `{"type":"pong"}`},
			"PING":    {`heartbeatMessage: 'PING'`, ``, `PONG`},
		} {
			p.s.ClearRecord()
			p.js(`window.ws?.dispose()`)
			p.connect(`{heartbeatInterval: 40, heartbeatTimeout: 2000, ` + c.options + `}`)
			p.sees("message "+c.reply, "message "+c.reply)
			p.settles(`ws.getStats().roundTrip > 0 && ws.getStats().smoothedRoundTrip > 0`)
			if c.sent != "" {
				m := p.s.Record().Messages[0]
				if got := m.Text + string(m.Data); got != c.sent && m.Text != c.sent {
					t.Errorf("%s: the server got %q, want %q", name, got, c.sent)
				}
			}
			p.js(`ws.dispose()`)
			p.skip()
		}
	})
}

// The server's own probes are answered, and still dispatched.
func TestServerPing(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.ws = make({url: link + '/sink?client=a'}); void ws.connect()`)
		p.until("open")
		send := func(text string) {
			t.Helper()
			_, err := p.s.Send(text, faultserver.To{Client: "a"})
			p.must(err)
		}
		answers := func(n int) []string {
			t.Helper()
			return texts(p.server("the answer", func(r faultserver.Record) bool { return len(r.Messages) == n }), "a")
		}
		p.coreAnswers()
		send(`{"type":"ping","id":5}`)
		p.sees(`message {"type":"ping","id":5}`)
		if got := answers(1); got[0] != `{"type":"pong"}` {
			t.Errorf("the server's ping was answered with %q", got)
		}
		p.js(`ws.dispose(); window.ws = make({url: link + '/sink?client=a', serverPing: 'are you there?', serverPong: 'yes'}); void ws.connect()`)
		p.until("open")
		p.server("the new socket alone", func(r faultserver.Record) bool { return r.Client("a").Upgrades == 2 && r.Client("a").Live == 1 })
		send(`{"type":"ping"}`)
		send(`are you there?`)
		p.sees(`message {"type":"ping"}`, `message "are you there?"`)
		if got := answers(2); got[1] != "yes" {
			t.Errorf("the server got %q, want one answer more: yes", got)
		}
	})
}

// With interval, timeout and first delay of 1 s and the jitter as it comes, a
// link that falls silent is replaced within 3 s (core proves it by virtual time:
// TestBlackHoleIsLeftInTime; here a busy machine may take longer).
func TestBlackHoleOfASecond(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{heartbeatInterval: 1000, heartbeatTimeout: 1000, baseDelay: 1000, maxDelay: 30_000, jitter: 0.1}`)
		p.beats()
		p.js(`window.holeAt = performance.now()`)
		p.must(ignoreCount(p.s.BlackHole(faultserver.DirBoth, false)))
		p.until("error HEARTBEAT_LOST *")
		p.until("open")
		took := get[float64](p, `performance.now() - holeAt`)
		t.Logf("replaced %.0f ms after the hole opened", took)
		if took > 10_000 {
			t.Errorf("it took %.0f ms to replace a black-holed socket", took)
		}
	})
}

func ignoreCount(_ int, err error) error { return err }

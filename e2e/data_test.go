package e2e

import (
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Bytes that are no frames and text that is no UTF-8 end the connection, and a
// new one is made; odd but legal messages arrive whole.
func TestOddData(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{minUptime: 0}`)
		upgrades := 1
		for name, send := range map[string]func() (int, error){
			"garbage":      func() (int, error) { return p.s.SendGarbage(64) },
			"invalid UTF8": func() (int, error) { return p.s.SendInvalidUTF8() },
			"masked":       func() (int, error) { return p.s.SendRaw([]byte{0x81, 0x81, 1, 2, 3, 4, 5}) },
		} {
			p.server("an open socket", func(r faultserver.Record) bool { return r.Client("a").Open == 1 })
			if n, err := send(); n != 1 || err != nil {
				t.Fatalf("%s was sent to %d links: %v", name, n, err)
			}
			p.loses("1 20 10 backoff")
			p.sees("state OPEN", "open")
			upgrades++
			p.server("the next socket", func(r faultserver.Record) bool { return r.Client("a").Upgrades == upgrades })
		}
		_, err := p.s.SendFragmented("to be put together again", 7)
		p.must(err)
		p.sees(`message "to be put together again"`)
		_, err = p.s.Send("")
		p.must(err)
		p.sees(`message ""`)
		p.js(`ws.on('message', (e) => e.data.length > 1e6 && record('size', e.data.length)); seen.push = ((push) => (entry) => (entry[0] === 'message' && (entry[1] = entry[1].slice(0, 9)), push.call(seen, entry)))(seen.push)`)
		_, err = p.s.SendOversized(16 << 20)
		p.must(err)
		p.sees("message xxxxxxxxx", "size 16777216")
		p.is(`[ws.state, ws.getStats().bytesIn > 16777216]`, `["OPEN",true]`)
		p.quiet()
	})
}

// A slow network is not a broken one: late, jittered and throttled messages
// arrive in order on the one connection.
func TestSlowNetwork(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.set(func(f *faultserver.Faults) {
			f.Up = faultserver.Shape{DelayMs: 40, JitterMs: 40}
			f.Down = faultserver.Shape{DelayMs: 40, JitterMs: 40, BytesPerSecond: 40_000}
		})
		p.connect(`{heartbeatInterval: 60, heartbeatTimeout: 3000}`)
		p.js(`for (let i = 0; i < 100; i++) ws.send(i + ' '.repeat(40))`)
		p.wait(`seen.filter(([e, data]) => e === 'message' && data[0] !== '{').length === 100`)
		p.is(`seen.filter(([e, data]) => e === 'message' && data[0] !== '{').every(([, data], i) => parseInt(data) === i)`, `true`)
		p.settles(`ws.getStats().roundTrip >= 80`)
		p.is(`seen.filter(([e]) => e !== 'message').length`, `3`)
		r := p.s.Record()
		if n := dials(r, "a"); n != 1 {
			t.Errorf("the server saw %d dials, want 1", n)
		}
		for i, m := range r.Messages {
			if m.Bytes < 41 || m.Conn != 1 {
				t.Errorf("message %d: %+v", i, m)
			}
		}
	})
}

// lastActivity is the time of the newest message, whatever its size: the page
// does not read the clock for small ones.
func TestTimeOfMessages(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{binaryType: 'arraybuffer'}`)
		p.js(`
			const now = () => performance.timeOrigin + performance.now();
			ws.on('message', () => {
				const { lastActivity } = ws.getStats();
				record('between', since <= lastActivity && lastActivity <= now());
			})`)
		for name, send := range map[string]func() (int, error){
			"small":        func() (int, error) { return p.s.Send("small") },
			"large":        func() (int, error) { return p.s.Send(strings.Repeat("x", 5000)) },
			"small binary": func() (int, error) { return p.s.SendBinary([]byte{1, 2, 3}) },
		} {
			p.js(`globalThis.since = performance.timeOrigin + performance.now()`)
			if n, err := send(); n != 1 || err != nil {
				t.Fatalf("%s was sent to %d links: %v", name, n, err)
			}
			p.until("between true")
		}
	})
}

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// makeBeforeBreak asserts that from link to link of client a the next was open
// before the one before closed, two at a time, and returns how many there were.
func (p *page) makeBeforeBreak(r faultserver.Record) int {
	p.t.Helper()
	if n := r.Client("a").MaxOpen; n != 2 {
		p.t.Errorf("%d sockets were open at once, want 2", n)
	}
	upgrades := 0
	for _, e := range r.Events {
		switch {
		case e.Client != "a":
		case e.Kind == "upgrade":
			upgrades++
		case e.Kind == "drained" && upgrades < 2:
			p.t.Errorf("link %d said its last words before another was open", e.Conn)
		}
	}
	return upgrades
}

// "A planned drain: the new socket is open before the old one closes; nothing
// lost or reordered", with 2,000 numbered messages each way and three drains in
// the middle.
func TestDrainUnderLoad(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.manySockets = true
		p.js(`window.got = []; window.told = [];
			window.ws = new WebSocketReconnect({ ...quick, url: link + '/count?every=1&client=a', control: true, minUptime: 50 });
			for (const type of ['open', 'close', 'error', 'retry', 'handover', 'stateChange']) ws.on(type, () => told.push(type));
			ws.on('message', ({ data }) => {
				const { type, n } = JSON.parse(data);
				if (type !== 'count') return;
				got.push(n);
				if (n <= 2000) ws.send('m' + n);
				record('n', n);
			});
			void ws.connect()`)
		for i := range 3 {
			p.wait(fmt.Sprintf(`got.length > %d`, 300+500*i))
			if n, err := p.s.Drain(5*time.Second, 50*time.Millisecond); n != 1 || err != nil {
				t.Fatalf("asked %d links, %v", n, err)
			}
			p.server("another link", func(r faultserver.Record) bool { return r.CountEvents("drained") == i+1 })
		}
		p.wait(`got.length >= 2000`)
		r := p.server("all messages", func(r faultserver.Record) bool { return len(texts(r, "a")) >= 2000 })
		p.is(`got.findIndex((n, i) => n !== i + 1)`, `-1`)
		for i, text := range texts(r, "a") {
			if want := fmt.Sprintf("m%d", i+1); text != want {
				t.Fatalf("message %d is %q, want %q", i, text, want)
			}
		}
		p.is(`told`, `["stateChange","stateChange","open","handover","handover","handover"]`)
		p.is(`[ws.state, ws.getStats().attempts, ws.getStats().dropped]`, `["OPEN",4,0]`)
		if n := p.makeBeforeBreak(r); n != 4 {
			t.Errorf("%d links, want 4", n)
		}
	})
}

// handover() without control: the server is not told, so the old socket is kept
// for closeTimeout. The run replays like any other.
func TestHandoverByTheUser(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.manySockets = true
		p.connect(`{closeTimeout: 100}`)
		p.js(`ws.on('handover', () => ws.send('hello')); ws.handover()`)
		p.sees("handover", "message hello")
		p.server("the old link's end", func(r faultserver.Record) bool { return r.Client("a").Live == 1 })
		p.js(`ws.send('direct')`)
		p.sees("message direct")
		p.makeBeforeBreak(p.s.Record())
		if _, timeline := p.replays(); !strings.Contains(timeline, "socket 2 takes over") {
			t.Errorf("the timeline lacks a handover:\n%s", timeline)
		}
		p.quiet()
	})
}

// Where the dial fails it is tried again while the old connection works on.
func TestHandoverWhoseDialFails(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.manySockets = true
		p.connect(`{control: true}`)
		p.set(func(f *faultserver.Faults) {
			f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 503, Times: 2}
		})
		p.js(`ws.handover()`)
		p.server("two refused dials", func(r faultserver.Record) bool { return dials(r, "a") >= 3 })
		p.js(`ws.send('meanwhile')`)
		p.until("handover")
		p.is(`[ws.state, ws.getStats().attempts, ws.getStats().successes, ws.getStats().retryCount]`, `["OPEN",4,2,0]`)
		p.server("the message", func(r faultserver.Record) bool { return len(texts(r, "a")) == 1 })
	})
}

// The old connection dies while the new one is dialled: that dial is the retry.
func TestHandoverDialBecomesTheRetry(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{baseDelay: 60_000, maxDelay: 60_000}`)
		p.set(func(f *faultserver.Faults) { f.Dial.HoldMs = 3000 })
		p.js(`ws.handover()`)
		r := p.server("the dial", func(r faultserver.Record) bool { return dials(r, "a") == 2 })
		_, err := p.s.Drop(faultserver.EndRST, faultserver.To{Conn: r.Conns[0].Conn})
		p.must(err)
		p.sees("error CONNECTION_LOST *", `close 1006 "" false`, "state CONNECTING", "retry 1 0 10 backoff")
		p.js(`ws.send('waits')`)
		p.sees("state OPEN", "open", "message waits")
		if n := dials(p.s.Record(), "a"); n != 2 {
			t.Errorf("%d dials, want 2", n)
		}
	})
}

// "A core that dies in the middle": while the spare is dialled, and after the
// farewell. Nothing is lost or reordered, and the handover comes to its end.
func TestCoreDiesInAHandover(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.manySockets = true
		p.connect(`{closeTimeout: 4000}`)
		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{HoldMs: 500, Times: 1} })
		p.js(`window.n = 0; ws.handover()`)
		p.server("the dial", func(r faultserver.Record) bool { return dials(r, "a") == 2 })
		p.js(`crashCore(); ws.send('m' + n++)`)
		p.until("error CORE_UNAVAILABLE *")
		p.settles(`ws.send('m' + n++) === 'queued'`) // the new core has said farewell
		p.js(`ws.send('m' + n++); crashCore(); ws.send('m' + n++)`)
		p.until("error CORE_UNAVAILABLE *")
		p.js(`ws.send('m' + n++)`)
		p.until("handover")
		p.js(`ws.send('m' + n++)`)
		n := get[int](p, `n`)
		r := p.server("all messages", func(r faultserver.Record) bool { return len(texts(r, "a")) >= n })
		for i, text := range texts(r, "a") {
			if want := fmt.Sprintf("m%d", i); text != want {
				t.Fatalf("message %d is %q, want %q", i, text, want)
			}
		}
		if got := dials(r, "a"); got != 2 {
			t.Errorf("%d dials, want 2", got)
		}
		p.is(`seen.filter(([type]) => type === 'close' || type === 'drop')`, `[]`)
	}, file("crash.html"))
}

// "Come back later if the connection is lost": a control message counts as a
// hint in the close reason does, also where there was no close frame.
func TestReconnectHint(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{control: true, baseDelay: 60_000, maxDelay: 60_000}`)
		p.coreAnswers() // core.js is there, which looks at messages
		_, err := p.s.Send(`{"type":"reconnect","retryAfter":70}`)
		p.must(err)
		p.until("message *")
		_, err = p.s.Drop(faultserver.EndRST)
		p.must(err)
		p.sees("error CONNECTION_LOST *", `close 1006 "" false`, "state CONNECTING", "retry 1 70 10 server", "state OPEN", "open")
	})
}

// "Hostile control messages when control is off (ignored)": they are messages
// like any other. With control on, what is not quite one is ignored too.
func TestHostileControlMessages(t *testing.T) {
	hostile := []string{
		`{"type":"drain"`, `["drain"]`, `"drain"`, `{"type":"drain","within":null}`, `{"type":"drain","within":-1}`, `{"type":"drain","within":"0"}`,
		`{"type":"drain","spread":[]}`, `{"type":"drain","within":1e999}`, `{"__proto__":{"type":"drain"}}`,
		`{"type":"drained"}`, `{"type":"drain","x":"` + strings.Repeat("x", 200) + `"}`,
	}
	good := []string{`{"type":"drain","within":0}`, `{"type":"drain","within":1000,"spread":0}`, `{"type":"drain"}`}
	for _, c := range []struct {
		control bool
		texts   []string
	}{{false, append(good, hostile...)}, {true, hostile}} {
		t.Run(fmt.Sprintf("control %v", c.control), func(t *testing.T) {
			eachPlacement(t, func(t *testing.T, p *page) {
				p.connect(fmt.Sprintf(`{control: %v, minUptime: 0}`, c.control))
				p.coreAnswers()
				for _, text := range c.texts {
					_, err := p.s.Send(text)
					p.must(err)
					p.wait(fmt.Sprintf(`seen.at(-1)[0] === 'message' && seen.at(-1)[1] === %q`, text))
				}
				p.coreAnswers() // it has taken all that was posted
				if r := p.s.Record(); dials(r, "a") != 1 {
					t.Errorf("%d dials, want 1", dials(r, "a"))
				}
				p.is(`seen.filter(([type]) => type !== 'message').length`, `3`)
			})
		})
	}
}

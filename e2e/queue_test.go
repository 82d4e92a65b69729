package e2e

import (
	"slices"
	"strconv"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// What is sent while the client is not open waits and goes out at the next
// open, in order, as it was when it was sent.
func TestQueueing(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.make(`{binaryType: 'arraybuffer', baseDelay: 300, maxDelay: 300}`)
		p.is(`['a', new Uint8Array([1, 2, 3]), new Blob(['blob!']), 'é'].map((m) => ws.send(m))`, `["queued","queued","queued","queued"]`)
		p.is(`[ws.getStats().queueLength, ws.getStats().queueBytes, ws.bufferedAmount, ws.state]`, `[4,11,11,"CLOSED"]`)
		p.js(`
			const bytes = new Uint8Array([5, 6, 7, 8]);
			ws.send(bytes.subarray(1, 3));
			bytes.fill(0);
			void ws.connect();
			ws.send('z')`)
		p.sees("state CONNECTING", "state OPEN", "open", "message a", "message bytes:1,2,3", "message bytes:98,108,111,98,33", "message é", "message bytes:6,7", "message z")
		p.is(`[ws.send('now'), ws.getStats().queueLength, ws.getStats().messagesOut, ws.getStats().bytesOut]`, `["sent",0,7,17]`)
		p.sees("message now")
		p.is(`[ws.getStats().messagesIn, ws.getStats().bytesIn]`, `[7,16]`) // é counts as one code unit
		r := p.s.Record()
		var kinds []bool
		for _, m := range r.Messages {
			kinds = append(kinds, m.Binary)
		}
		if !slices.Equal(kinds, []bool{false, true, true, false, true, false, false}) {
			t.Errorf("binary messages came as %v", kinds)
		}

		// While it retries; and a listener of open speaks after those that waited.
		p.js(`ws.on('open', () => ws.send('from open')); ws.once('retry', () => { ws.send('1'); ws.send('2'); })`)
		p.must(dropAll(p))
		p.loses("1 300 10 backoff")
		p.sees("state OPEN", "open", "message 1", "message 2", `message "from open"`)

		// Binary messages as Blobs, from now on.
		p.js(`ws.binaryType = 'blob'; ws.binaryType = 'nonsense'; ws.send(new ArrayBuffer(4))`)
		p.sees("message blob:4")
		p.is(`ws.binaryType`, `"blob"`)
		p.quiet()
	})
}

// The queue's limits: the oldest gives way unless told otherwise, and each drop
// is told with its reason.
func TestQueueLimits(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.ws = make({queue: {maxMessages: 3}})`)
		p.js(`for (const m of ['a', 'b', 'c', 'd', 'e']) ws.send(m); void ws.connect()`)
		p.until("state OPEN")
		p.sees("open")
		p.js(`until(() => seen.filter(([e]) => e === 'message').length === 3)`)
		p.is(`[seen.filter(([e]) => e === 'drop'), ws.getStats().dropped]`, `[[["drop","overflow","a",1],["drop","overflow","b",1]],2]`)
		if got := texts(p.s.Record(), "a"); !slices.Equal(got, []string{"c", "d", "e"}) {
			t.Errorf("the server got %q", got)
		}
		p.js(`ws.close()`)
		p.until("state CLOSED")

		// By bytes; once the core is there, which decides.
		p.js(`ws.dispose(); window.ws = make({queue: {maxBytes: 10}, baseDelay: 300, maxDelay: 300}); void ws.connect()`)
		p.until("open")
		p.must(dropAll(p))
		p.loses("1 300 10 backoff")
		p.is(`['aaaa', 'bbbb', 'cccc', 'd'.repeat(11), 'éé'].map((m) => ws.send(m))`, `["queued","queued","queued","dropped","queued"]`)
		p.seesEach("drop overflow ddddddddddd 11", "drop overflow aaaa 4", "drop overflow bbbb 4")
		p.sees("state OPEN", "open", "message cccc", "message éé")
		p.is(`ws.getStats().queueBytes`, `0`)

		// The newest, and none at all.
		p.js(`ws.dispose(); window.ws = make({queue: {maxMessages: 2, overflow: 'drop-newest'}})`)
		p.is(`['a', 'b', 'c'].map((m) => ws.send(m))`, `["queued","queued","dropped"]`)
		p.sees("drop overflow c 1")
		p.js(`ws.dispose(); window.ws = make({queue: {maxMessages: 0}})`)
		p.is(`ws.send('a')`, `"dropped"`)
		p.sees("drop overflow a 1") // and nothing of what dispose() forgot
		p.js(`void ws.connect()`)
		p.until("open")
		p.is(`ws.send('b')`, `"sent"`)
		p.sees("message b")
	})
}

// Of 10,000 numbered messages, sent without a pause across 20 drops, none comes
// twice, none out of order, and those that are missing were handed to a socket
// that was dropped: within one connection there are no gaps.
func TestOrderAcrossDrops(t *testing.T) {
	const all, drops = 10_000, 20
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`window.ws = make({url: link + '/sink?client=a', baseDelay: 5, maxDelay: 20, maxRetries: Infinity}); void ws.connect()`)
		p.js(`(async () => {
			for (let i = 0; i < 10_000; i++) {
				ws.send(String(i));
				if (i % 50 === 49) await new Promise(requestAnimationFrame);
			}
			record('all sent');
		})(), undefined`)
		for n := range drops {
			p.server("more messages", func(r faultserver.Record) bool {
				return r.Client("a").Open == 1 && len(r.Messages) > 0 && number(t, r.Messages[len(r.Messages)-1]) >= n*all/(drops+2)
			})
			p.must(dropAll(p))
			p.server("the drop", func(r faultserver.Record) bool { return r.Client("a").Live == 0 || r.Client("a").Upgrades > n+1 })
		}
		p.until(`"all sent"`)
		r := p.server("the last message", func(r faultserver.Record) bool {
			return len(r.Messages) > 0 && number(t, r.Messages[len(r.Messages)-1]) == all-1
		})
		p.is(`[ws.getStats().queueLength, ws.getStats().dropped, ws.getStats().messagesOut]`, `[0,0,10000]`)
		lost, conns := 0, map[int]bool{}
		for i, m := range r.Messages {
			conns[m.Conn] = true
			if i == 0 {
				continue
			}
			before := r.Messages[i-1]
			gap := number(t, m) - number(t, before) - 1
			if gap < 0 {
				t.Fatalf("message %s came after %s", m.Text, before.Text)
			}
			if gap > 0 && m.Conn == before.Conn {
				t.Fatalf("on one connection message %s came after %s", m.Text, before.Text)
			}
			lost += gap
		}
		if n := r.Client("a").Upgrades; n != drops+1 {
			t.Errorf("%d connections, want %d", n, drops+1)
		}
		t.Logf("%d messages arrived over %d connections, %d died with their sockets", len(r.Messages), len(conns), lost)
	})
}

// number is what a numbered message says.
func number(t *testing.T, m faultserver.Message) int {
	t.Helper()
	n, err := strconv.Atoi(m.Text)
	if err != nil {
		t.Fatalf("message %d of dial %d: %v", m.Seq, m.Conn, err)
	}
	return n
}

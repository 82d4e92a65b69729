package e2e

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/replay"
	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

var rewriteTraces = flag.Bool("rewrite-traces", false, "keep the exported traces in core/replay/testdata, where a test replays them")

// "A trace from a browser replays to the same actions, always."
func TestTraceReplays(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{minUptime: 50, heartbeatInterval: 60}`)
		p.server("a probe", func(r faultserver.Record) bool { return r.CountEvents("pong") >= 1 })
		p.must(p.s.Kill())
		p.until("error UNREACHABLE *")
		p.js(`ws.send('waits')`)
		p.must(p.s.Revive())
		p.until("open")
		p.js(`ws.openCircuit(); ws.closeCircuit(); ws.close(4000, 'done')`)
		p.until("close 4000 done true")

		trace, timeline := p.replays()
		if len(trace.Dump) > 0 {
			t.Error("a short run was cut")
		}
		for _, want := range []string{"->   connect()\n", "event error: CONNECTION_LOST", "->   openCircuit()", "->   close(4000)", "<- state CLOSED"} {
			if !strings.Contains(timeline, want) {
				t.Errorf("the timeline lacks %q:\n%s", want, timeline)
			}
		}
		if *rewriteTraces {
			name := filepath.Join("..", "core", "replay", "testdata", "killed_server_"+p.placement)
			p.must(os.WriteFile(name+".json", []byte(get[string](p, `exported`)), 0o644))
			p.must(os.WriteFile(name+".txt", []byte(timeline), 0o644))
		}
	})
}

// A long run loses its beginning, not its exactness: it replays from a dump.
func TestLongTraceReplaysFromADump(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{baseDelay: 60_000, maxDelay: 60_000, jitter: 'full'}`)
		p.coreAnswers()
		p.must(p.s.Kill())
		p.until("error CONNECTION_LOST *")
		// Each in a turn of its own, so each is a batch of its own.
		p.js(`(async () => { for (let i = 0; i < 3000; i++) { ws.send('x'); await new Promise((done) => queueMicrotask(done)); await null; } })()`)
		p.must(p.s.Revive())
		p.js(`dispatchEvent(new Event('online'))`)
		p.until("open")
		p.server("all of them", func(r faultserver.Record) bool { return len(texts(r, "a")) == 3000 })

		trace, _ := p.replays()
		if len(trace.Dump) == 0 {
			t.Error("the run was not cut; make it longer")
		}
	})
}

// replays exports the trace of ws and replays it.
func (p *page) replays() (*replay.Trace, string) {
	p.t.Helper()
	text := get[string](p, `ws.exportTrace().then((text) => (window.exported = text))`)
	trace, err := replay.Parse([]byte(text))
	p.must(err)
	messages, err := trace.Run()
	p.must(err)
	var timeline bytes.Buffer
	p.must(replay.Timeline(&timeline, trace, messages))
	return trace, timeline.String()
}

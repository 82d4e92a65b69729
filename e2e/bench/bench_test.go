package main

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// smoke starts a bench that does a little of everything.
func smoke(t *testing.T) *bench {
	t.Helper()
	if os.Getenv("E2E") == "" {
		t.Skip("set E2E=1 to run the tests in a browser (make e2e)")
	}
	b, stop, err := newBench(os.Getenv("E2E_DIST"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	b.divisor = 20
	return b
}

// One round of very little work fills each cell of the table: every
// implementation opens, sends, receives and comes back, and the messages
// counted are right. Nothing is said about times.
func TestEachCellIsFilled(t *testing.T) {
	b := smoke(t)
	if err := b.measure(1); err != nil {
		t.Fatal(err)
	}
	groups := map[string]bool{}
	for _, row := range b.Rows {
		groups[row.Group] = true
		for impl, values := range row.Values {
			for _, value := range values {
				if math.IsNaN(value) || math.IsInf(value, 0) {
					t.Errorf("%v: %s has %v", row, impl, value)
				}
			}
		}
		for _, impl := range []string{"native", "control", "ours-worker", "ours-page"} {
			if len(row.Values[impl]) == 0 {
				t.Errorf("%v: nothing of %s", row, impl)
			}
		}
		if row.Group == "messages" && len(row.Values) != len(implementations) {
			t.Errorf("%v: %d implementations, want %d", row, len(row.Values), len(implementations))
		}
	}
	for _, group := range []string{"messages", "start", "many", "memory", "idle", "recovery"} {
		if !groups[group] {
			t.Errorf("no row of group %q", group)
		}
	}
	plots, err := b.plots()
	if err != nil {
		t.Fatal(err)
	}
	report := b.report([]string{"benchmark-messages.svg"})
	for _, row := range b.Rows {
		if !strings.Contains(report, "| "+row.Name+" |") {
			t.Errorf("the report leaves out %v", row)
		}
	}
	readme := b.readmeTable()
	for _, l := range inReadme {
		if !strings.Contains(readme, "| "+l.line+" |") {
			t.Errorf("README's table has no %q: is there a row %q?", l.line, l.row)
		}
	}
	if len(plots) != 2 {
		t.Errorf("%d plots, want 2", len(plots))
	}
	if _, err := json.Marshal(b.Results); err != nil {
		t.Error(err)
	}
}

// While the connection is open and nothing waits, messages do not reach the
// core: no call of the module, no message to the Worker, whatever their number.
func TestNoCrossingPerMessage(t *testing.T) {
	b := smoke(t)
	for _, impl := range []string{"ours-worker", "ours-page", "ours-dropin"} {
		t.Run(impl, func(t *testing.T) {
			tab, err := b.frame(impl)
			if err != nil {
				t.Fatal(err)
			}
			defer tab.close()
			// No timer of the core is to fall between: none is left once the connection is open.
			quiet := `adapter.make = (url) => binary(` + map[bool]string{
				true:  `new WebSocketReconnect(url, [], {minUptime: 0})`,
				false: `connected(new WebSocketReconnect({url, minUptime: 0, heartbeatInterval: false}))`,
			}[impl == "ours-dropin"] + `); work.open()`
			if _, err := await[any](tab, quiet); err != nil {
				t.Fatal(err)
			}
			// The port takes a turn of the event loop; an echo brings it about.
			if _, err := await[done](tab, call("work.echo", "text", 100, 10)); err != nil {
				t.Fatal(err)
			}
			type crossings struct{ ToCore, ToPage, IntoWasm, Workers int }
			read := func() crossings {
				t.Helper()
				c, err := await[crossings](tab, "({ToCore: watched.toCore, ToPage: watched.toPage, IntoWasm: watched.intoWasm, Workers: watched.workers})")
				if err != nil {
					t.Fatal(err)
				}
				return c
			}
			before := read()
			if before.IntoWasm+before.ToCore == 0 {
				t.Fatal("the page and the core have not spoken at all: they are not being watched")
			}
			const messages = 10_000
			for _, job := range []string{"work.receive", "work.send"} {
				for _, kind := range []string{"text", "binary"} {
					d, err := await[done](tab, call(job, kind, 100, messages))
					if err == nil {
						err = d.check(job+" "+kind, messages, 100*messages)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			if after := read(); after != before {
				t.Errorf("%d messages each way, and the page and the core spoke: %+v before, %+v after", 2*messages, before, after)
			}
		})
	}
}

// beforeOpen is what may be loaded before the connection opens: the issue's
// budget for websocket-reconnect.js, compressed by brotli.
const beforeOpen = 6000

// When the first connection opens, the page has loaded websocket-reconnect.js
// and nothing else of ours, though it takes the core later.
func TestBytesLoadedBeforeOpen(t *testing.T) {
	b := smoke(t)
	l, err := newLink(networks[1], b.server.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, impl := range []string{"ours-worker", "ours-page", early} {
		s, err := b.start(l, impl, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Loaded) != 1 || s.Loaded[0].Name != "/dist/websocket-reconnect.js" {
			t.Fatalf("%s: loaded before open: %+v, want websocket-reconnect.js alone", impl, s.Loaded)
		}
		if got := s.Loaded[0].Bytes; got == 0 || got > beforeOpen {
			t.Errorf("%s: websocket-reconnect.js came in %d bytes, want 1 to %d", impl, got, beforeOpen)
		}
	}
}

// The first connection is one dial, whoever opens it; and so is each of many.
func TestDials(t *testing.T) {
	b := smoke(t)
	for _, impl := range []string{"ours-worker", "ours-page", "ours-dropin"} {
		tab, err := b.frame(impl)
		if err != nil {
			t.Fatal(err)
		}
		before := b.server.dials.Load()
		const clients = 8
		if _, err := await[done](tab, call("work.more", clients)); err != nil {
			t.Fatal(err)
		}
		// The core has adopted all of them; an echo of each shows that it left them alone.
		if _, err := await[done](tab, "work.echoAll()"); err != nil {
			t.Fatal(err)
		}
		if dials := b.server.dials.Load() - before; dials != clients {
			t.Errorf("%s: %d dials for %d clients", impl, dials, clients)
		}
		tab.close()
	}
}

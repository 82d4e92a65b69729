package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Where no Worker may be started the core runs on the page, also the next one: a
// Worker is asked for once, and nobody is told.
func TestWorkerForbidden(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`globalThis.Worker = Object.getPrototypeOf(Worker)`) // not from the address of trapworker.js, which the policy would name
		p.connect(`{heartbeatInterval: 100, minUptime: 0}`)
		p.beats()
		p.js(`crashCore()`)
		p.until("error CORE_UNAVAILABLE *")
		p.beats()
		p.js(`crashCore()`)
		p.until("error CORE_UNAVAILABLE *")
		p.beats()
		p.is(`[workers, starts, seen.filter(([e]) => e === 'error').length]`, map[string]string{"worker": "[1,{\"worker\":0,\"page\":3},2]", "page": "[0,{\"worker\":0,\"page\":3},2]"}[p.placement])
		p.must(dropAll(p))
		p.until("open")
	}, file("crash.html"), header("Content-Security-Policy", "worker-src 'none'"))
}

// A Worker whose script cannot be loaded, this time: the core runs on the page,
// and nobody is told. The next core is in a Worker.
func TestWorkerIsTriedAgain(t *testing.T) {
	t.Parallel()
	p := openPage(t, "worker", file("crash.html"))
	p.js(`spoiled = 1`)
	p.connect(`{heartbeatInterval: 100, minUptime: 0}`)
	p.beats()
	p.is(`[workers, starts, seen.filter(([e]) => e === 'error')]`, `[1,{"worker":0,"page":1},[]]`)
	p.js(`crashCore()`)
	p.until("error CORE_UNAVAILABLE *")
	p.beats()
	p.is(`[workers, starts, ws.getStats().attempts]`, `[2,{"worker":1,"page":1},1]`)
	p.must(dropAll(p))
	p.until("open")
}

// Without dying, too, a core on the page gives way to one in a Worker, after a
// while: under load nothing is lost, doubled or told, and the link stays.
func TestCoreMovesToAWorker(t *testing.T) {
	t.Parallel()
	p := openPage(t, "worker", file("chaos.html"))
	p.js(`spoiled = 1; hasten(60_000, 1000);
		window.it = new Subject(address);
		it.renew({heartbeatTimeout: 60_000, connectionTimeout: 61_000, closeTimeout: 61_000, circuitBreaker: false, queue: {maxMessages: 100_000}});
		it.load(5, 2)`)
	p.settles(`starts.page === 1`)
	p.js(`it.ws.openCircuit()`)
	p.settles(`starts.worker === 1`)
	p.wait(`it.ws.getCircuitState() === 'OPEN' && it.counts.echoes > 100`)
	p.js(`it.ws.closeCircuit(), it.load(0), it.recovered()`)
	p.is(`[starts, it.ws.getStats().attempts, it.counts.errors, it.counts.dropped, it.violations]`, `[{"worker":1,"page":1},1,0,0,[]]`)
	// The Worker's is at work.
	p.must(dropAll(p))
	p.wait(`it.counts.opens === 2`)
	p.js(`it.recovered()`)
}

// A download that stalls in its midst: it is given up after a time, which is told
// with its cause, and another one serves. The socket stays, and so does the queue.
func TestDownloadStalls(t *testing.T) {
	t.Parallel()
	for _, placement := range []string{"worker", "page"} {
		t.Run(placement, func(t *testing.T) {
			t.Parallel()
			g := newGate(".wasm", half, half)
			p := openPage(t, placement, withDist(g), file("crash.html"))
			p.js(`hasten(30_000, 500); hasten(60_000, 500)`)
			p.connect(`{}`)
			p.until("error CORE_UNAVAILABLE *websocket-reconnect.wasm has not come within 30 s; its download is stalled*")
			p.is(`[ws.state, ws.send('goes on')]`, `["OPEN","sent"]`)
			p.until(`message "goes on"`)
			p.must(p.s.Kill())
			p.settles(`ws.send('waits') === 'queued'`)
			p.until("error CORE_UNAVAILABLE *has not come within 60 s*")
			p.must(p.s.Revive())
			p.until(`message waits`)
			p.is(`[cores, ws.getStats().dropped, ws.getStats().attempts > 1]`, `[1,0,true]`)
		})
	}
}

// A Worker that finds newer files than the page's does not take the page's
// messages for something else, but says so. The page itself has the script that fits.
func TestCoreOfAnotherVersion(t *testing.T) {
	t.Parallel()
	g := newGate("core.js", served, newer)
	p := openPage(t, "worker", withDist(g), file("crash.html"))
	p.connect(`{heartbeatInterval: 100, minUptime: 0}`)
	p.until("error CORE_UNAVAILABLE *core.js of another version by now*load the page anew*")
	p.beats()
	p.is(`[starts, ws.getStats().attempts]`, `[{"worker":0,"page":1},1]`)
}

func served(w http.ResponseWriter, r *http.Request) { faultserver.Static(dist).ServeHTTP(w, r) }

// built returns one of the files that were built. A server's panic ends its
// answer, not the test.
func built(extension string) []byte {
	file, err := os.ReadFile(filepath.Join(dist, "websocket-reconnect."+extension))
	if err != nil {
		panic(err)
	}
	return file
}

// newer serves the core's script as if the contract were another one.
func newer(w http.ResponseWriter, _ *http.Request) {
	script := built("core.js")
	w.Header().Set("Content-Type", "text/javascript")
	_, _ = w.Write(regexp.MustCompile(`"[0-9a-f]{8}"`).ReplaceAll(script, []byte(`"00000000"`)))
}

// half serves one half of the module, and then nothing more.
func half(w http.ResponseWriter, r *http.Request) {
	wasm := built("wasm")
	w.Header().Set("Content-Type", "application/wasm")
	w.Header().Set("Content-Length", strconv.Itoa(len(wasm)))
	_, _ = w.Write(wasm[:len(wasm)/2])
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// A Worker that ends before its core is there tells nobody, and neither does one
// that never answers at all. It is missed, and the core runs on the page; the
// connection never noticed.
func TestWorkerNeverStarts(t *testing.T) {
	t.Parallel()
	for name, ails := range map[string]string{
		"terminated": `super(...args); this.terminate()`,
		"mute":       `super(URL.createObjectURL(new Blob(['onmessage = () => {}'])))`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openPage(t, "worker", file("crash.html"))
			p.js(`globalThis.Worker = class extends Worker { constructor(...args) { ` + ails + ` } }`)
			p.connect(`{heartbeatInterval: 100, minUptime: 50}`)
			p.until("error CORE_UNAVAILABLE *the worker has not started*")
			p.beats()
			p.is(`[workers, ws.state, ws.getStats().attempts]`, `[1,"OPEN",1]`)
			p.must(dropAll(p))
			p.until("open")
		})
	}
}

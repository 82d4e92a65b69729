package e2e

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// "Kill it at random under load and lose nothing": ten times the core panics,
// traps or is terminated, while numbered messages go both ways, over an open link
// or, in an outage, into the queue. All of them arrive, once and in order. SEED
// draws the moments and the ways.
func TestCoreIsKilledUnderLoad(t *testing.T) {
	seed, _ := soakSettings(t)
	t.Parallel()
	for i, placement := range []string{"worker", "page"} {
		t.Run(placement, func(t *testing.T) {
			t.Parallel()
			p := openPage(t, placement, file("chaos.html"), lasts(5*time.Minute))
			// Nothing but cores dies: a heartbeat that is late on a busy machine would end the link, and what it carries.
			p.js(`window.it = new Subject(address);
				it.renew({heartbeatTimeout: 60_000, connectionTimeout: 60_000, closeTimeout: 60_000, circuitBreaker: false, queue: {maxMessages: 100_000}})`)
			k := &kills{chaos: chaos{page: p, seed: seed, dice: rand.New(rand.NewPCG(seed, uint64(i)))}}
			k.run()
		})
	}
}

// A kills is one run.
type kills struct {
	chaos
	pushed  int
	outages int
}

func (k *kills) run() {
	ways := []string{`trapCore()`, `crashCore()`, `trapCore()`, `crashCore()`, `trapCore()`, `crashCore()`, `trapCore()`, `crashCore()`, `trapCore()`, `crashCore()`}
	if k.placement == "worker" {
		ways[0] = `terminateWorker()` // it takes 10 s to miss one
	}
	k.dice.Shuffle(len(ways), func(i, j int) { ways[i], ways[j] = ways[j], ways[i] })
	k.wait(`it.ws.isConnected`)
	for i, way := range ways {
		k.settles(fmt.Sprintf(`cores > %d`, i))
		outage := k.dice.IntN(2) == 0
		k.did("%s, outage: %v", way, outage)
		if outage {
			k.outages++
			k.quietly(func() { k.must(k.s.Kill()) })
			k.wait(`it.ws.state === 'CONNECTING'`)
		}
		k.traffic(k.dice.IntN(300))
		k.js(way)
		k.js(fmt.Sprintf(`it.load(%d, %d)`, 2+k.dice.IntN(10), 1+k.dice.IntN(4)))
		k.wait(fmt.Sprintf(`it.counts.coreDeaths > %d`, i))
		k.traffic(k.dice.IntN(300))
		if outage {
			k.must(k.s.Revive())
			k.wait(`it.ws.isConnected && !it.waiting.size`)
		}
		if k.t.Failed() {
			break
		}
	}
	k.quietly(func() {})
	k.account(len(ways))
	if k.t.Failed() {
		k.t.Logf("seed %d; the kills: %q", k.seed, k.steps)
		k.t.Log("what it told: ", get[string](k.page, `JSON.stringify(it.told.slice(-150))`))
	}
}

// traffic has messages go both ways for some milliseconds.
func (k *kills) traffic(ms int) {
	k.js(`it.load(5, 2)`)
	for end := time.Now().Add(time.Duration(ms) * time.Millisecond); time.Now().Before(end); k.pause(10) {
		n, err := k.s.Send(fmt.Sprintf("s%d", k.pushed), faultserver.To{Client: "a"})
		k.must(err)
		k.pushed += n // nobody gets it in an outage
	}
}

// quietly does something when nothing is under way that a link could lose.
func (k *kills) quietly(do func()) {
	k.js(`it.load(0), it.recovered()`)
	k.wait(fmt.Sprintf(`it.counts.pushes === %d`, k.pushed))
	do()
}

// account holds that nothing was lost, doubled or out of order.
func (k *kills) account(deaths int) {
	k.t.Helper()
	for _, v := range get[[]string](k.page, `it.violations`) {
		k.t.Errorf("violated: %s", v)
	}
	sent := get[int](k.page, `it.counts.sent + it.counts.queued`)
	k.is(`[it.counts.coreDeaths, it.counts.dropped, it.counts.echoes, it.counts.pushes]`, fmt.Sprintf(`[%d,0,%d,%d]`, deaths, sent, k.pushed))
	r := k.s.Record()
	if n := r.Client("a").Upgrades; n != k.outages+1 {
		k.t.Errorf("the server saw %d links and %d outages: healthy links were given up", n, k.outages)
	}
	got := queued(r)
	for i := range max(len(got), sent) {
		if want := fmt.Sprintf("m%d", i); i >= len(got) || got[i] != want {
			k.t.Fatalf("the server got %d messages, want %d; the first that is wrong is number %d", len(got), sent, i)
		}
	}
	k.t.Logf("seed %d, %s: %d cores killed; %d messages up, %d of them queued, %d down", k.seed, k.placement, deaths, sent, get[int](k.page, `it.counts.queued`), k.pushed)
}

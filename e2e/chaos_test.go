package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// recoveryBound is how long a client may take to be well again once the faults
// have stopped. The longest path: a Worker that was terminated is missed after
// 10 s, replaced after a pause of 1 s, and the browser delays a dial by 5 s.
const recoveryBound = time.Minute

// Random faults of the network and the server, cores that die, a page that is
// frozen, hidden and offline, and a user who calls whatever there is, all under
// load. Round by round: some steps of chaos, then peace; then the client must be
// well again, and every message must be accounted for.
//
// A schedule of steps is drawn from SEED (1 unless given), and printed with what
// it broke. SOAK says for how long; without it, it is a short form.
func TestChaos(t *testing.T) {
	seed, soak := soakSettings(t)
	limit := soak + 3*time.Minute
	t.Parallel()
	for i, placement := range []string{"worker", "page"} {
		t.Run(placement, func(t *testing.T) {
			t.Parallel()
			p := openPage(t, placement, file("chaos.html"), lasts(limit))
			p.manySockets = true // looked at below, round by round: a close frame may be late
			// So soon a core on the page moves to a Worker.
			p.js(`window.it = new Subject(address); hasten(60_000, 2000)`)
			c := &chaos{page: p, seed: seed, dice: rand.New(rand.NewPCG(seed, uint64(i)))}
			c.run(soak)
		})
	}
}

// soakSettings reads SEED and SOAK. SOAK is 0 where it is not set.
func soakSettings(t *testing.T) (seed uint64, soak time.Duration) {
	t.Helper()
	seed = 1
	var err error
	if text := os.Getenv("SEED"); text != "" {
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("SEED: %v", err)
		}
	}
	if text := os.Getenv("SOAK"); text != "" {
		if soak, err = time.ParseDuration(text); err != nil {
			t.Fatalf("SOAK: %v", err)
		}
	}
	return seed, soak
}

// A chaos is one run: the page and what happens to it.
type chaos struct {
	*page
	seed   uint64
	dice   *rand.Rand
	pushes int
	steps  []string // of the round

	rounds, faults, kills, events, calls int
	upgrades, lost, arrived              int
	longest, overlap                     time.Duration
}

// run goes on for so long, or for three rounds, and stops at the first round
// that broke something.
func (c *chaos) run(soak time.Duration) {
	end := time.Now().Add(soak)
	for c.rounds = 0; c.rounds < 3 || time.Now().Before(end); c.rounds++ {
		c.round()
		if c.t.Failed() {
			c.t.Logf("seed %d, round %d; its steps:", c.seed, c.rounds)
			for _, step := range c.steps {
				c.t.Log("  ", step)
			}
			c.t.Log("what it told: ", get[string](c.page, `JSON.stringify(it.told.slice(-150))`))
			return
		}
	}
	starts := get[struct{ Worker, Page int }](c.page, `starts`)
	if n := starts.Worker + starts.Page; c.placement == "worker" && n >= 20 && starts.Worker*3 < n*2 {
		c.t.Errorf("%d cores were started in Workers and %d on the page: this was to be about Workers", starts.Worker, starts.Page)
	}
	if died := get[int](c.page, `it.counts.coreDeaths`); c.kills >= 20 && died*2 < c.kills {
		c.t.Errorf("%d cores were killed, but only %d died: the kills miss them", c.kills, died)
	}
	c.t.Logf("seed %d, %s: %d rounds; %d faults, %d cores killed, %d started in Workers and %d on the page, %d events of the page's life, %d calls; %d connections, %d messages arrived, %d died with their sockets; longest recovery %v, longest overlap of two connections as the server saw them %v; the page: %s",
		c.seed, c.placement, c.rounds, c.faults, c.kills, starts.Worker, starts.Page, c.events, c.calls, c.upgrades, c.arrived, c.lost,
		c.longest.Round(time.Millisecond), c.overlap.Round(time.Millisecond), get[string](c.page, `JSON.stringify(it.counts)`))
}

// round is chaos, then peace, then the accounts.
func (c *chaos) round() {
	c.steps = c.steps[:0]
	if c.rounds == 0 || c.dice.IntN(4) == 0 {
		c.renew()
	}
	stop := c.push()
	c.js(fmt.Sprintf(`it.load(%d, %d)`, 5+c.dice.IntN(20), 1+c.dice.IntN(3)))
	for range 6 + c.dice.IntN(10) {
		c.pause(c.dice.IntN(300))
		c.step()
	}
	began := time.Now()
	c.calm()
	c.online(true)
	c.js(`hide(false); it.load(0)`)
	stop()
	ctx, cancel := context.WithTimeout(c.ctx, recoveryBound)
	defer cancel()
	if err := c.tryJS(ctx, `it.recovered()`); err != nil {
		c.t.Errorf("the client was not well again within %v: %v; it is %s", recoveryBound, err, get[string](c.page, `JSON.stringify([it.ws.getStats(), [...it.waiting], it.told.slice(-60)])`))
		return
	}
	c.longest = max(c.longest, time.Since(began))
	c.check()
}

// renew puts another client in the place of the one before.
func (c *chaos) renew() {
	options := pick(c.dice, `{}`, `{hiddenPolicy: 'park'}`, `{hiddenPolicy: 'lazy', jitter: 'full'}`, `{queue: {maxMessages: 20}}`,
		`{queue: {maxMessages: 20, overflow: 'drop-newest'}}`, `{circuitBreaker: {failureThreshold: Infinity, resetTimeout: 200}, diagnose: false}`,
		`{heartbeatMinTimeout: 50, control: true}`, `{control: true}`, `{binaryType: 'arraybuffer', minUptime: 0}`, `{circuitBreaker: {failureThreshold: 1, resetTimeout: 100}}`)
	dropIn := c.dice.IntN(3) == 0
	c.did("renew %s, drop-in %v", options, dropIn)
	c.js(fmt.Sprintf(`it.renew(%s, %v)`, options, dropIn))
	c.server("the new client alone", func(r faultserver.Record) bool { return r.Total.Open <= 1 })
	c.s.ClearRecord()
	c.js(`it.accounts(), undefined`)
}

func (c *chaos) did(format string, args ...any) {
	c.steps = append(c.steps, fmt.Sprintf(format, args...))
}

// pause lets so many milliseconds pass. It is the chaos's own pace: nothing is
// waited for.
func (c *chaos) pause(ms int) {
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
	case <-c.ctx.Done():
	}
}

// step does one thing.
func (c *chaos) step() {
	switch n := c.dice.IntN(20); {
	case n < 10:
		c.faults++
		c.strike(pick(c.dice, faultserver.Catalogue()...))
	case n < 12:
		c.did("calm")
		c.calm()
	case n < 14:
		c.kills++
		c.killCore()
	case n < 17:
		c.events++
		c.live()
	default:
		c.calls++
		call := pick(c.dice, `it.ws.reconnect()`, `it.ws.close()`, `it.ws.close(4001, 'enough')`, `void it.ws.connect()`, `it.ws.close(), void it.ws.connect()`,
			`it.ws.handover()`, `it.ws.handover()`, `it.ws.handover(), it.ws.close()`,
			`it.ws.openCircuit()`, `it.ws.closeCircuit()`, `it.ws.reconnect(), it.ws.reconnect()`, `it.ws.openCircuit(), it.ws.reconnect()`)
		c.did("%s", call)
		c.js(call)
	}
}

// strike starts a trouble. Those that are there go on, sometimes; a black hole
// does not, since who comes out of one finds half a frame.
func (c *chaos) strike(trouble faultserver.Trouble) {
	if c.dice.IntN(2) == 0 || c.inHole() {
		c.calm()
	}
	c.did("%s", trouble.Name)
	_ = trouble.Start(c.s) // the client may leave in the midst of it
}

func (c *chaos) inHole() bool {
	if c.s.Faults().BlackHole.Direction != faultserver.DirNone {
		return true
	}
	for _, conn := range c.s.Record().Conns {
		if conn.BlackHole != faultserver.DirNone && !conn.Ended {
			return true
		}
	}
	return false
}

func (c *chaos) killCore() {
	how := `crashCore()`
	if c.placement == "worker" {
		how = pick(c.dice, `crashCore()`, `crashCore()`, `trapCore()`, `terminateWorker()`, `spoiled = 1, crashCore()`)
	}
	c.did("%s", how)
	c.js(how)
}

// live is the life of a page: its network, its visibility, its sleep.
func (c *chaos) live() {
	switch c.dice.IntN(5) {
	case 0:
		c.did("offline")
		c.online(false)
	case 1:
		c.did("online")
		c.online(true)
	case 2:
		c.did("hide")
		c.js(`hide(true)`)
	case 3:
		c.did("show")
		c.js(`hide(false)`)
	case 4:
		ms := c.dice.IntN(200)
		c.did("freeze for %d ms", ms)
		c.lifecycle(cdppage.SetWebLifecycleStateStateFrozen)
		c.pause(ms)
		c.lifecycle(cdppage.SetWebLifecycleStateStateActive)
	}
}

// push has the server send numbered messages until stopped.
func (c *chaos) push() (stop func()) {
	ctx, cancel := context.WithCancel(c.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ticker := time.NewTicker(20 * time.Millisecond); ; c.pushes++ {
			select {
			case <-ticker.C:
				_, _ = c.s.Send(fmt.Sprintf("s%d", c.pushes), faultserver.To{Client: "a"})
			case <-ctx.Done():
				ticker.Stop()
				return
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

func pick[T any](dice *rand.Rand, from ...T) T { return from[dice.IntN(len(from))] }

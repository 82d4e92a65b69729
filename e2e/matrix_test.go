package e2e

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
	"github.com/websocket-reconnect/websocket-reconnect/e2e/matrix"
)

// Every fault meets a client in every state, in both placements. Whatever it
// is: once it stops the client is well again, all that was sent meanwhile has
// gone out once and in order or was reported, the server never saw two open
// sockets, and the client told only what may follow what it told before.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	for _, placement := range []string{"worker", "page"} {
		for _, state := range matrix.States() {
			t.Run(placement+"/"+state.Name, func(t *testing.T) {
				t.Parallel()
				p := openPage(t, placement, file("chaos.html"), lasts(5*time.Minute))
				g := &group{page: p, state: state}
				g.run()
			})
		}
	}
}

// A group is all clients that are in one state, on one page, each with a server
// and a fault of its own.
type group struct {
	*page
	state matrix.State

	dialling       chan bool      // holds few: browsers slow down who dials much at once
	entered, felt  sync.WaitGroup // for states of the whole page
	began, resumed chan bool
}

func (g *group) run() {
	// A failing cell prints the server's record; the page's own server sees nobody.
	g.dialling = make(chan bool, 8)
	g.began, g.resumed = make(chan bool), make(chan bool)
	var cells sync.WaitGroup
	for _, trouble := range faultserver.Catalogue() {
		if why := matrix.Excluded(g.state, trouble); why != "" {
			g.t.Logf("not while %s: %s: %s", g.state.Name, trouble.Name, why)
			continue
		}
		g.entered.Add(1)
		g.felt.Add(1)
		cells.Go(func() {
			g.t.Run(trouble.Name, func(t *testing.T) { g.cell(t, trouble) })
		})
	}
	if g.state.Host {
		g.host()
	}
	cells.Wait()
}

// host takes the page itself into the state and out of it, when all its clients
// are ready.
func (g *group) host() {
	g.entered.Wait()
	switch g.state.Name {
	case "hidden":
		g.js(`hide(true)`)
		close(g.began)
		g.felt.Wait()
		g.js(`hide(false)`)
	case "frozen":
		g.lifecycle(cdppage.SetWebLifecycleStateStateFrozen)
		close(g.began)
		g.felt.Wait()
		g.lifecycle(cdppage.SetWebLifecycleStateStateActive)
	}
	close(g.resumed)
}

// A cell is one fault in one state.
type cell struct {
	*page
	group  *group
	it     string // the subject, in the page
	closes int    // connections and dials that had ended when the fault began
}

func (g *group) cell(t *testing.T, trouble faultserver.Trouble) {
	enter, feel := sync.OnceFunc(g.entered.Done), sync.OnceFunc(g.felt.Done)
	defer feel()
	defer enter()
	s, err := faultserver.New(faultserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := *g.page
	p.t, p.s = t, s
	c := &cell{page: &p, group: g, it: fmt.Sprintf("subjects.get('%s?client=a')", s.URL())}

	g.dialling <- true
	defer func() { <-g.dialling }()
	c.enter(g.state.Name)
	c.closes = get[int](c.page, c.it+`.counts.closes`)
	if g.state.Name == "frozen" { // the page itself speaks as it freezes: nothing can be asked of it then
		c.js(`document.addEventListener('freeze', () => ` + c.it + `?.send())`)
	}
	if g.state.Host {
		enter()
		<-g.dialling
		<-g.began
		g.dialling <- true
	}
	if g.state.Name != "frozen" {
		c.js(`for (let i = 0; i < 3; i++) ` + c.it + `.send()`)
	}
	// What brought the client into the state is over; a dial that is held stays held.
	c.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{} })
	c.must(s.Revive())
	c.must(trouble.Start(s))
	if g.state.Name == "frozen" { // nothing more happens before it wakes
		feel()
		<-g.dialling
		<-g.resumed
		g.dialling <- true
	}
	c.strikes(trouble)
	if g.state.Name == "hidden" {
		feel()
		<-g.dialling
		<-g.resumed
		g.dialling <- true
	}
	c.recovers(trouble)
	c.js(c.it + `.end()`)
	c.server("nobody", func(r faultserver.Record) bool { return r.Total.Open == 0 })
}

// enter brings a new client into a state.
func (c *cell) enter(state string) {
	options := `{protocols: 'chat', connectionTimeout: 1500, heartbeatTimeout: 400, maxDelay: 100}`
	switch state {
	case "waiting":
		options = `{protocols: 'chat', connectionTimeout: 1500, heartbeatTimeout: 400, baseDelay: 500, maxDelay: 500}`
	case "blocked", "half-open":
		options = `{protocols: 'chat', connectionTimeout: 1500, heartbeatTimeout: 400, minUptime: 60_000, circuitBreaker: {failureThreshold: 1, resetTimeout: 300}}`
	case "dialling":
		c.hold()
	}
	c.js(fmt.Sprintf(`new Subject('%s?client=a').renew(%s)`, c.s.URL(), options))
	if state == "dialling" {
		c.requests(1)
		return
	}
	c.wait(c.it + `.counts.opens === 1`)
	// The core is there: it beats.
	c.server("a beat", func(r faultserver.Record) bool { return r.CountEvents("pong") > 0 })
	switch state {
	case "closing":
		// The server does not hear of it.
		_, err := c.s.BlackHole(faultserver.DirUp, true)
		c.must(err)
		c.js(c.it + `.ws.close(4001, 'bye'), void ` + c.it + `.ws.connect()`)
	case "waiting":
		c.must(c.s.Kill())
		c.tells("retry", "backoff")
	case "blocked":
		c.must(c.s.Kill())
		c.tells("retry", "circuit")
	case "half-open":
		c.hold()
		_, err := c.s.Drop(faultserver.EndRST)
		c.must(err)
		c.requests(2)
	case "offline":
		// The page's own word for it: all clients of the page hear it, and the next one's client online.
		c.js(`dispatchEvent(new Event('offline'))`)
	}
}

// hold keeps every dial waiting for its answer.
func (c *cell) hold() { c.set(func(f *faultserver.Faults) { f.Dial.HoldMs = 600_000 }) }

func (c *cell) requests(n int) {
	c.server("the dial", func(r faultserver.Record) bool { return r.CountEvents("request") == n })
}

// tells waits until the client has told of an event whose last word is that.
func (c *cell) tells(event, word string) {
	c.wait(fmt.Sprintf(`%s.told.some((e) => e[1] === '%s' && e.at(-1) === '%s')`, c.it, event, word))
}

// strikes waits until the fault has met the client, and the client has lost
// something by it or lives with it.
func (c *cell) strikes(trouble faultserver.Trouble) {
	if trouble.Mark != "" {
		c.server("that it struck", func(r faultserver.Record) bool { return r.CountEvents(trouble.Mark) > 0 })
		c.js(fmt.Sprintf(`%s.felt(%d)`, c.it, c.closes))
		return
	}
	c.wait(fmt.Sprintf(`%s.counts.closes > %d`, c.it, c.closes))
}

// recovers ends the fault and holds the client to what must be then.
func (c *cell) recovers(trouble faultserver.Trouble) {
	c.calm()
	ctx, cancel := context.WithTimeout(c.ctx, recoveryBound)
	defer cancel()
	if err := c.tryJS(ctx, c.it+`.recovered()`); err != nil {
		c.t.Errorf("the client was not well again within %v: %v; it told %s", recoveryBound, err, get[string](c.page, `JSON.stringify(`+c.it+`.told)`))
		return
	}
	for _, v := range get[[]string](c.page, c.it+`.violations`) {
		c.t.Errorf("violated: %s", v)
	}
	r := c.server("one link", func(r faultserver.Record) bool { return r.Client("a").Open == 1 })
	account(c.t, get[[][]int](c.page, c.it+`.accounts()`), r)
	if overlap := r.LongestOverlap("a"); overlap > overlapBound {
		c.t.Errorf("violated: the server saw two open sockets for %v", overlap)
	}
	if c.t.Failed() {
		c.t.Logf("it told %s", get[string](c.page, `JSON.stringify(`+c.it+`.told)`))
		for _, e := range clipped(r.Events) {
			c.t.Logf("server %3d  conn %d %s %s", e.Seq, e.Conn, e.Kind, e.Detail)
		}
	}
}

//go:build !js

package client

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
	"github.com/websocket-reconnect/websocket-reconnect/e2e/matrix"
)

// Every fault of the fault server meets the client in every state that is not of
// a page. Once it stops the client is well again; nothing that was sent came
// twice or out of order, and all of it came, or was lost with its connection;
// the client told only what may follow what it told before.
func TestFaultMatrix(t *testing.T) {
	for _, state := range matrix.States() {
		if state.Host {
			continue
		}
		t.Run(state.Name, func(t *testing.T) {
			t.Parallel()
			var cells sync.WaitGroup
			for _, trouble := range faultserver.Catalogue() {
				if matrix.Excluded(state, trouble) == "" {
					cells.Go(func() {
						t.Run(trouble.Name, func(t *testing.T) { newCell(t, state.Name).run(trouble) })
					})
				}
			}
			cells.Wait()
		})
	}
}

// A cell is one fault in one state.
type cell struct {
	*testing.T
	ctx    context.Context
	server *faultserver.Server
	client *Client
	state  string

	mu     sync.Mutex
	told   []Event
	now    State
	open   bool
	closes int
	echoes []string
	news   chan struct{} // closed at the next event
	sent   []string      // that Send has taken
}

// newCell makes a client and brings it into a state.
func newCell(t *testing.T, state string) *cell {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	server, err := faultserver.New(faultserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	opts := quick()
	opts.Protocols = []string{"chat"}
	opts.ConnectionTimeout, opts.CloseTimeout, opts.MaxDelay = 1500*time.Millisecond, 400*time.Millisecond, 100*time.Millisecond
	opts.HeartbeatInterval, opts.HeartbeatTimeout = 100*time.Millisecond, 400*time.Millisecond
	opts.HeartbeatMessage = &Message{Text, []byte(`{"type":"ping"}`)} // which the server can mute
	switch state {
	case "waiting":
		opts.BaseDelay, opts.MaxDelay = 500*time.Millisecond, 500*time.Millisecond
	case "blocked", "half-open":
		opts.FailureThreshold, opts.ResetTimeout, opts.MinUptime = 1, 300*time.Millisecond, time.Minute
	}
	client, err := New(server.URL()+"?client=a", &opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.CloseNow() })
	c := &cell{T: t, ctx: ctx, server: server, client: client, state: state, news: make(chan struct{})}
	go func() {
		for ev := range client.Events(context.Background()) { // until it is closed
			c.hear(ev)
		}
	}()
	c.enter()
	return c
}

// hear takes an event and holds it against those before.
func (c *cell) hear(ev Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.news)
	c.news = make(chan struct{})
	switch ev := ev.(type) {
	case Message:
		if strings.HasPrefix(ev.String(), "m") {
			c.echoes = append(c.echoes, ev.String())
		}
		return
	case Closed:
		c.closes++
		c.open = false
	case Open:
		if c.open {
			c.Error("violated: Open was followed by Open")
		}
		c.open = true
	case StateChange:
		if ev.From != c.now {
			c.Errorf("violated: state %v was followed by a change from %v", c.now, ev.From)
		}
		c.now = ev.To
	case Failed, Lost, Drop:
		c.Errorf("violated: %T %v", ev, ev)
	}
	c.told = append(c.told, ev)
}

// await waits until what was told fits.
func (c *cell) await(what string, fits func() bool) {
	c.Helper()
	for {
		c.mu.Lock()
		ok, news := fits(), c.news
		c.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-news:
		case <-c.ctx.Done():
			c.mu.Lock()
			defer c.mu.Unlock()
			c.Fatalf("%s: did not come to be; the client is %v and told %v", what, c.client.State(), c.told)
		}
	}
}

func (c *cell) sees(what string, ok func(faultserver.Record) bool) faultserver.Record {
	c.Helper()
	if err := c.server.Wait(c.ctx, ok); err != nil {
		c.Fatalf("the server did not see %s: %v; the client is %v and told %v", what, err, c.client.State(), c.told)
	}
	return c.server.Record()
}

func (c *cell) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *cell) hold() {
	c.must(c.server.Set(func(f *faultserver.Faults) { f.Dial.HoldMs = 600_000 }))
}

func (c *cell) requests(n int) {
	c.sees("the dial", func(r faultserver.Record) bool { return r.CountEvents("request") == n })
}

func (c *cell) retries(why string) {
	c.await("a retry: "+why, func() bool {
		return slices.ContainsFunc(c.told, func(e Event) bool { r, ok := e.(Retry); return ok && r.Reason.String() == why })
	})
}

// connect starts to connect. It goes on until the client is closed.
func (c *cell) connect() { go c.client.Connect(context.Background()) }

func (c *cell) enter() {
	if c.state == "dialling" {
		c.hold()
	}
	c.connect()
	if c.state == "dialling" {
		c.requests(1)
		return
	}
	c.sees("a beat", func(r faultserver.Record) bool { return r.CountEvents("pong") > 0 })
	c.await("open", func() bool { return c.now == StateOpen })
	switch c.state {
	case "closing":
		_, err := c.server.BlackHole(faultserver.DirUp, true) // the server does not hear of it
		c.must(err)
		go c.client.Disconnect(context.Background(), 4001, "bye")
		c.await("closing", func() bool { return c.now == StateClosing })
		c.connect()
	case "waiting":
		c.must(c.server.Kill())
		c.retries("backoff")
	case "blocked":
		c.must(c.server.Kill())
		c.retries("circuit")
	case "half-open":
		c.hold()
		_, err := c.server.Drop(faultserver.EndRST)
		c.must(err)
		c.requests(2)
	case "offline":
		c.client.Offline()
	}
}

func (c *cell) run(trouble faultserver.Trouble) {
	c.mu.Lock()
	before := c.closes
	c.mu.Unlock()
	for range 3 {
		c.send()
	}
	// What brought the client into the state is over; a dial that is held stays held.
	c.must(c.server.Set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{} }))
	c.must(c.server.Revive())
	c.must(trouble.Start(c.server))
	if trouble.Mark != "" {
		c.sees("that it struck", func(r faultserver.Record) bool { return r.CountEvents(trouble.Mark) > 0 })
		c.isBackOrLost(before)
	} else {
		c.await("a loss", func() bool { return c.closes > before })
	}

	for _, conn := range c.server.Record().Conns { // who comes out of a black hole finds half a frame
		if conn.BlackHole != faultserver.DirNone && !conn.Ended {
			_, err := c.server.Drop(faultserver.EndRST, faultserver.To{Conn: conn.Conn})
			c.must(err)
		}
	}
	c.must(c.server.Reset())
	for back := false; !back; {
		c.await("open", func() bool { before = c.closes; return c.now == StateOpen })
		back = c.isBackOrLost(before)
	}
	c.account()
}

// send sends the next message. What is lost with its connection is told by Send,
// or has been written.
func (c *cell) send() (text string) {
	text = fmt.Sprintf("m%d", len(c.sent))
	c.sent = append(c.sent, text)
	_ = c.client.Send(c.ctx, Text, []byte(text))
	return text
}

// isBackOrLost sends a message and waits until it has come back, or a connection
// or dial has ended since there were so many ends. It tells whether it came back.
func (c *cell) isBackOrLost(closes int) (back bool) {
	c.Helper()
	text := c.send()
	c.await(text+" back, or a loss", func() bool {
		back = slices.Contains(c.echoes, text)
		return back || c.closes > closes
	})
	return back
}

// overlapBound is for how long the server may see two links of a client that
// never has two: it looks at the end of the one before when it comes to it.
const overlapBound = 3 * time.Second

func (c *cell) account() {
	c.Helper()
	r := c.sees("one link", func(r faultserver.Record) bool { return r.Client("a").Open == 1 })
	// The server may read the rest of a link that is gone when the next one's first message is there.
	slices.SortStableFunc(r.Messages, func(a, b faultserver.Message) int { return a.Conn - b.Conn })
	next := 0
	for _, m := range r.Messages {
		n := slices.Index(c.sent, m.Text)
		if n < next {
			c.Errorf("violated: the server got %q on link %d as number %d or later, of %q", m.Text, m.Conn, next, r.Texts())
		}
		next = n + 1
	}
	c.client.MarkHealthy() // the step that sent the last message is over then, and published
	if n := c.client.Stats().QueueLength; n != 0 {
		c.Errorf("violated: %d messages wait in an open client", n)
	}
	if overlap := r.LongestOverlap("a"); overlap > overlapBound {
		c.Errorf("violated: the server saw two open sockets for %v", overlap)
	}
	if c.Failed() {
		c.Logf("it told %v", c.told)
	}
}

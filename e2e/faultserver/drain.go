package faultserver

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Drained is what a client says last on a link that it has handed over: it asks
// the server to close it.
const Drained = `{"type":"drained"}`

// Drain asks the clients of open links to move to another connection, by a
// control message, within so long and at moments spread over so long. It returns
// how many were asked. A client that speaks control dials beside the link, says
// [Drained] on it when that is open, and is answered with a close frame, 1000
// "drained".
func (s *Server) Drain(within, spread time.Duration, to ...To) (int, error) {
	if err := firstError(inRange("within", int(within.Milliseconds()), 0, maxMs), inRange("spread", int(spread.Milliseconds()), 0, maxMs)); err != nil {
		return 0, fmt.Errorf("faultserver: %w", err)
	}
	return s.Send(fmt.Sprintf(`{"type":"drain","within":%d,"spread":%d}`, within.Milliseconds(), spread.Milliseconds()), to...)
}

// drain takes the client's last words on a link: nothing is left to say but
// goodbye.
func (l *link) drain(e endpoint) {
	l.s.rec.note(l.n, "drained", "", nil)
	l.drainOnce.Do(func() { close(l.drained) })
	if !e.count { // else after the last number
		_ = l.sendClose(1000, "drained")
	}
}

// counts are the numbers that /count sends each client: they go on from link to
// link, as what a server tells a user does, and one link at a time has the word.
type counts struct {
	mu   sync.Mutex
	byID map[string]*count
}

type count struct {
	word chan struct{} // in it while a link has the word
	n    int
}

func (c *counts) of(client string) *count {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID = map[string]*count{}
	}
	if c.byID[client] == nil {
		c.byID[client] = &count{word: make(chan struct{}, 1)}
	}
	return c.byID[client]
}

// count sends the client's next number every so often, until the link ends or
// has been drained. Then the next link has the word.
func (l *link) count(ctx context.Context, every time.Duration) {
	l.mu.Lock()
	c := l.s.counts.of(l.key)
	l.mu.Unlock()
	select {
	case c.word <- struct{}{}:
	case <-ctx.Done():
		return
	}
	defer func() { <-c.word }()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if l.write(ctx, websocket.MessageText, []byte(countText(c.n+1))) != nil {
				return
			}
			c.n++
		case <-l.drained:
			_ = l.sendClose(1000, "drained")
			return
		case <-ctx.Done():
			return
		}
	}
}

func countText(n int) string { return fmt.Sprintf(`{"type":"count","n":%d}`, n) }

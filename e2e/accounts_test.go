package e2e

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// overlapBound is how long the server may see two open links of one client,
// which never has two: the close frame of the one before is on its way, through
// a slow link and a busy machine.
const overlapBound = 3 * time.Second

// check compares what the page handed to its sockets with what came. The page
// has checked already what it can by itself.
func (c *chaos) check() {
	c.t.Helper()
	for _, v := range get[[]string](c.page, `it.violations.splice(0)`) {
		c.t.Errorf("violated: %s", v)
	}
	// The others have ended at the server, too: of one that is gone, messages may come until then, which the next round would not know.
	r := c.server("one link", func(r faultserver.Record) bool {
		ended := func(conn faultserver.Conn) bool { return conn.Ended }
		return r.Total.Open == 1 && len(slices.DeleteFunc(slices.Clone(r.Conns), ended)) == 1
	})
	if r.Forgotten > 0 {
		c.t.Fatal("the server's record overflowed: rounds are too long")
	}
	overlap := r.LongestOverlap("a")
	if overlap > overlapBound && !c.suspended() {
		c.t.Errorf("violated: the server saw two open sockets for %v", overlap)
	}
	c.overlap = max(c.overlap, overlap)
	c.upgrades += r.Total.Upgrades
	arrived, lost := account(c.t, get[[][]int](c.page, `it.accounts()`), r)
	c.arrived += arrived
	c.lost += lost
	c.s.ClearRecord()
}

// suspended reports whether a handover, with its two connections, may have
// waited in this round until a Worker that ended without a word was missed.
func (c *chaos) suspended() bool {
	did := strings.Join(c.steps, " ")
	return strings.Contains(did, "handover") && strings.Contains(did, "terminateWorker")
}

// account holds what arrived against what was handed to the sockets: each link
// brought the beginning of what one socket was given, and nothing twice.
func account(t *testing.T, handed [][]int, r faultserver.Record) (arrived, lost int) {
	t.Helper()
	sockets := map[int][]int{} // by their first message
	for _, list := range handed {
		lost += len(list)
		if len(list) > 0 {
			sockets[list[0]] = list
		}
	}
	var order []int
	came := map[int][]int{}
	for _, m := range r.Messages {
		digits, numbered := strings.CutPrefix(m.Text, "m")
		if n, err := strconv.Atoi(digits); numbered && err == nil && !m.Binary {
			if came[m.Conn] == nil {
				order = append(order, m.Conn)
			}
			came[m.Conn] = append(came[m.Conn], n)
		} else {
			t.Errorf("violated: the server got %.60q, which nobody sent", m.Text)
		}
	}
	for _, conn := range order {
		list := came[conn]
		given := sockets[list[0]]
		if len(list) > len(given) || !slices.Equal(list, given[:len(list)]) {
			ended, _ := r.ByConn(conn)
			t.Errorf("violated: link %d brought %v, of what a socket was given: %v; the link: %+v; all that was given: %v", conn, list, given, ended, handed)
		}
		delete(sockets, list[0]) // another link cannot bring it again
		arrived += len(list)
		lost -= len(list)
	}
	return arrived, lost
}

// tryJS runs a script and waits for its promise, and returns what failed.
func (p *page) tryJS(ctx context.Context, script string) error {
	return chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](script, chromedp.EvalAwaitPromise))
}

// calm ends all troubles. Links in a black hole end with it.
func (p *page) calm() {
	for _, conn := range p.s.Record().Conns {
		if conn.BlackHole != faultserver.DirNone && !conn.Ended {
			_, err := p.s.Drop(faultserver.EndRST, faultserver.To{Conn: conn.Conn})
			p.must(err)
		}
	}
	p.must(p.s.Reset())
}

package faultserver

import (
	"net/url"
	"testing"

	"github.com/coder/websocket"
)

// upstreamed starts a server whose links another one answers.
func upstreamed(t *testing.T) (front, behind *Server) {
	t.Helper()
	behind = start(t, Options{})
	address, err := url.Parse(behind.URL())
	if err != nil {
		t.Fatal(err)
	}
	return start(t, Options{Upstream: address.Host}), behind
}

// Another server's links pass through, in both directions, and are recorded.
func TestUpstreamAnswers(t *testing.T) {
	front, behind := upstreamed(t)
	c := dial(t, front.URL()+"?client=a", "one")
	write(t, c, "over")
	wantText(t, c, "over")
	if got := behind.Record().Texts(); len(got) != 1 || got[0] != "over" {
		t.Errorf("the upstream got %q", got)
	}
	r := front.Record()
	if got := r.Client("a"); got != (Count{Upgrades: 1, Live: 1, MaxLive: 1, Open: 1, MaxOpen: 1}) {
		t.Errorf("the record counts %+v", got)
	}
	if conn := r.Conns[0]; conn.Path != "/ws" || len(conn.Offered) != 1 || conn.Did != "upgraded" {
		t.Errorf("the record has %+v", conn)
	}
	// What only our own backend could do is done to nobody, at once.
	if n, err := front.CloseAll(1000, ""); n != 0 || err != nil {
		t.Errorf("CloseAll reached %d links, %v", n, err)
	}
	_ = c.Close(websocket.StatusNormalClosure, "")
	wait(t, front, "the end", func(r Record) bool { return r.Total.Live == 0 && r.Conns[0].Ended })
	wait(t, behind, "the end", func(r Record) bool { return r.Conns[0].Close != nil && r.Conns[0].Ended })
}

// The upstream's refusal is passed on, and its absence is a broken dial.
func TestUpstreamRefuses(t *testing.T) {
	front, behind := upstreamed(t)
	if _, _, err := websocket.Dial(testCtx(t), front.Endpoint("/nowhere"), nil); err == nil {
		t.Error("a dial to nowhere succeeded")
	}
	if got := front.Record().Conns[0].Did; got != "status 404 Not Found" {
		t.Errorf("the record says %q", got)
	}
	if err := behind.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := websocket.Dial(testCtx(t), front.URL(), nil); err == nil {
		t.Error("a dial without an upstream succeeded")
	}
	wait(t, front, "the end", func(r Record) bool { return r.Dials == 2 && r.Conns[1].Did == "rejected" && r.Conns[1].Ended })
}

// The faults of TCP are the link's, not the upstream's.
func TestUpstreamIsDropped(t *testing.T) {
	front, behind := upstreamed(t)
	for i, how := range []Ending{EndRST, EndFIN} {
		c := dial(t, front.URL())
		write(t, c, "x")
		wantText(t, c, "x")
		if n, err := front.Drop(how); n != 1 || err != nil {
			t.Fatalf("dropped %d, %v", n, err)
		}
		if _, _, err := c.Read(testCtx(t)); err == nil {
			t.Errorf("%s: the client reads on", how)
		}
		c.CloseNow()
		wait(t, behind, "the end of the link", func(r Record) bool { return r.Total.Live == 0 })
		wait(t, front, "the end of all", func(r Record) bool { return r.Conns[i].Ended })
	}
}

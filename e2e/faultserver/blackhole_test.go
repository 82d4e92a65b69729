package faultserver

import (
	"testing"
)

// "new dials must be able to succeed while old links stay black-holed"
func TestBlackHole(t *testing.T) {
	s := start(t, Options{})
	old := dial(t, s.URL()+"?client=a")
	set(t, s, Faults{BlackHole: BlackHole{Direction: DirBoth}})
	write(t, old, "lost")
	fresh := dial(t, s.URL()+"?client=a")
	write(t, fresh, "heard")
	wantText(t, fresh, "heard")
	wantSilence(t, old)
	if r := s.Record(); len(r.Messages) != 1 || r.Client("a") != (Count{Upgrades: 2, Live: r.Client("a").Live, MaxLive: 2, Open: 1, MaxOpen: 1}) {
		t.Errorf("record %+v", r)
	}
	if s.MaxLive("a") != 2 || s.MaxOpen("a") != 1 {
		t.Errorf("max live %d, max open %d; want 2, 1", s.MaxLive("a"), s.MaxOpen("a"))
	}
	// Setting another fault does not pull the new link in.
	if err := s.Set(func(f *Faults) { f.Pings.Mute = true }); err != nil {
		t.Fatal(err)
	}
	write(t, fresh, "still heard")
	wantText(t, fresh, "still heard")
}

func TestBlackHoleDirections(t *testing.T) {
	s := start(t, Options{})
	down := dial(t, s.URL()+"?client=down")
	up := dial(t, s.URL()+"?client=up")
	if n, err := s.BlackHole(DirDown, false, To{Client: "down"}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := s.BlackHole(DirUp, false, To{Conn: 2}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	write(t, down, "heard")
	wait(t, s, "message", func(r Record) bool { return len(r.Messages) == 1 })
	write(t, up, "lost")
	if n, err := s.Send("pushed"); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	wantText(t, up, "pushed")
	wantSilence(t, down)
	if texts := s.Record().Texts(); len(texts) != 1 || texts[0] != "heard" {
		t.Errorf("server saw %q", texts)
	}
}

func TestBlackHoleNewDials(t *testing.T) {
	s := start(t, Options{Faults: Faults{BlackHole: BlackHole{Direction: DirBoth, NewDials: true}}})
	c := dial(t, s.URL()) // the handshake passes
	write(t, c, "lost")
	wantSilence(t, c)
	if r := s.Record(); r.Total.Upgrades != 1 || r.Total.MaxOpen != 0 || len(r.Messages) != 0 {
		t.Errorf("record %+v", r)
	}
}

func TestBlackHoleKeep(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL())
	set(t, s, Faults{BlackHole: BlackHole{Direction: DirBoth, Keep: true}})
	write(t, c, "one")
	write(t, c, "two")
	if r := s.Record(); len(r.Messages) != 0 || r.Total.Open != 0 || r.Total.Live != 1 {
		t.Errorf("record %+v", r)
	}
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	wantText(t, c, "one")
	wantText(t, c, "two")
	wait(t, s, "open again", func(r Record) bool { return r.Total.Open == 1 })
}

// A black hole swallows the server's end of stream too.
func TestBlackHoleSwallowsClose(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL())
	if _, err := s.BlackHole(DirDown, false); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CloseAll(1012, "restart"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	wantSilence(t, c)
	wait(t, s, "the link ends with its client", func(r Record) bool { return r.CountEvents("end") == 1 })
}

package faultserver

import (
	"testing"
	"time"

	"github.com/coder/websocket"
)

// "A client that speaks control dials beside the link, says Drained on it when
// that is open, and is answered with a close frame." Numbers go on from link to
// link, and the second link waits for its turn.
func TestDrain(t *testing.T) {
	s := start(t, Options{})
	url := s.Endpoint("/count?every=1&client=a")
	old := dial(t, url)
	wantText(t, old, `{"type":"count","n":1}`)
	if n, err := s.Drain(2*time.Second, time.Second); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	next := dial(t, url)
	if err := old.Write(t.Context(), websocket.MessageText, []byte(Drained)); err != nil {
		t.Fatal(err)
	}
	asked, last := false, 1
	for {
		_, data, err := old.Read(t.Context())
		if err != nil {
			if websocket.CloseStatus(err) != 1000 {
				t.Fatalf("the link ended with %v", err)
			}
			break
		}
		if string(data) == `{"type":"drain","within":2000,"spread":1000}` {
			asked = true
			continue
		}
		last++
		if want := countText(last); string(data) != want {
			t.Fatalf("got %s, want %s", data, want)
		}
	}
	if !asked {
		t.Error("nobody asked the client to drain")
	}
	wantText(t, next, countText(last+1))
	r := s.Record()
	if got := r.Client("a"); got.MaxOpen != 2 || r.CountEvents("drained") != 1 || len(r.Messages) != 0 {
		t.Errorf("record: %+v, drained %d times, messages %v", got, r.CountEvents("drained"), r.Messages)
	}
	if _, err := s.Drain(time.Hour, 0); err == nil {
		t.Error("an hour is no error")
	}
}

// Elsewhere the last words are answered at once, after all that was said.
func TestDrainedEcho(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.URL())
	for _, text := range []string{"one", Drained} {
		if err := c.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	wantText(t, c, "one")
	if _, _, err := c.Read(t.Context()); websocket.CloseStatus(err) != 1000 {
		t.Errorf("the link ended with %v", err)
	}
}

package core_test

import (
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// FuzzMachine reads a life out of the bytes: a world, then letters of the
// alphabet. Every invariant is checked after every step, as in TestExhaustive,
// but lives are long. Bytes beyond the alphabet move the clock instead.
func FuzzMachine(f *testing.F) {
	for _, life := range []string{
		"Connect, Opened, Closed 1006, Timer at the deadline, Opened, Close, Closed 1000",
		"Connect, Closed 1006, Timer at the deadline, Closed 1006, Timer at the deadline, Closed 1006, Reconnect",
		"Connect, Opened, TripCircuit, Closed 1008, Wake after a sleep, Timer at the deadline, Opened, crash",
		"Hidden, Connect, Offline, Closed 1006, Online, Visible, Timer at the deadline, Enqueue, Enqueue, Opened",
		"Connect, Opened, Timer at the deadline, Timer at the deadline, Heard never + 7s, Timer at the deadline, Replied",
		"Connect, Opened, Close, Connect, Closed 1000, Enqueue with a time to live + 7s, TakeBack, Dispose, Timer after a sleep",
	} {
		for w := range worlds {
			f.Add(append([]byte{byte(w)}, spell(f, life)...))
		}
	}
	f.Fuzz(func(t *testing.T, life []byte) {
		if len(life) == 0 || len(life) > 1000 {
			return
		}
		w := worlds[int(life[0])%len(worlds)]
		h := &host{cfg: w.config(), roll: func() float64 { return w.roll }}
		h.m = core.New(&h.cfg, h.roll)
		for _, b := range life[1:] {
			if int(b) < len(alphabet) {
				alphabet[b].do(h, t)
				continue
			}
			// Late, or in one case of eight the clock was put back.
			late := tick.Time(1) << (b % 32)
			if b%8 == 7 {
				late = -late
			}
			h.clock = max(h.clock+late, 0)
		}
		h.clock = max(h.clock, h.now)
		h.settle(t)
		h.reload(t)
	})
}

// spell writes a life in bytes.
func spell(t testing.TB, life string) (letters []byte) {
	for name := range strings.SplitSeq(life, ", ") {
		at := -1
		for i, l := range alphabet {
			if l.name == name {
				at = i
			}
		}
		if at < 0 {
			t.Fatalf("no letter is called %q", name)
		}
		letters = append(letters, byte(at))
	}
	return letters
}

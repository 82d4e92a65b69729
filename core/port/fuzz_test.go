package port_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// FuzzHub reads a page's life out of the bytes, and checks after each message
// what must hold for all of them. Longer runs: go test -fuzz FuzzHub ./core/port
func FuzzHub(f *testing.F) {
	for seed := range uint64(20) {
		bytes := make([]byte, 64<<(seed%5))
		chacha := rand.NewChaCha8([32]byte{byte(seed)})
		_, _ = chacha.Read(bytes)
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		source := &byteSource{rest: bytes}
		r := rand.New(source)
		w := &watcher{t: t, hub: new(Hub), clients: map[int]*watched{}}
		for id := 0; len(source.rest) > 0 && id < 2000; id++ {
			w.now += []float64{0, 0, 0.25, 7, 150, 1100, 5000, 61_000}[r.IntN(8)]
			m := randomMessage(r, id)
			if id < 2 {
				m = randomCreate(r, id+1)
			}
			w.send(m)
		}
	})
}

// A byteSource is dice whose rolls are written down, two bytes each. After the
// last they only count, since rand rolls again when it dislikes a number.
type byteSource struct {
	rest  []byte
	extra uint64
}

func (s *byteSource) Uint64() uint64 {
	if len(s.rest) == 0 {
		s.extra += 0x9E37_79B9_7F4A_7C15
		return s.extra
	}
	var roll [2]byte
	s.rest = s.rest[copy(roll[:], s.rest):]
	// Spread over the whole range, since rand looks at the upper bits too.
	return uint64(binary.LittleEndian.Uint16(roll[:])) * 0x0001_0001_0001_0001
}

// A watcher sends messages one at a time and checks the answers.
type watcher struct {
	t       *testing.T
	hub     *Hub
	now     float64
	posted  int
	clients map[int]*watched
	history []message
}

// watched is what is known of a client from outside.
type watched struct {
	gen, live      float64 // the newest dial; and the socket, while it is not dead
	spare          float64 // the dial beside it, until it fails or takes over
	parting        bool
	spareDead      bool
	state, circuit float64 // as told
	waiting        []waits
}

// waits is a message that waits.
type waits struct{ id, priority float64 }

// isNext reports whether no other message is to leave before one that waits.
func (c *watched) isNext(at int) bool {
	w := c.waiting[at]
	return !slices.ContainsFunc(c.waiting, func(o waits) bool {
		return o.priority > w.priority || o.priority == w.priority && o.id < w.id
	})
}

func (w *watcher) send(m message) {
	w.history = append(w.history, m)
	switch c := w.clients[m.client]; {
	case m.op == "Create":
		w.clients[m.client] = &watched{}
	case c == nil:
	case (m.op == "Closed" || m.op == "PutOff" && contract.States[int(c.state)].Go == "StateConnecting") && m.args[0] == c.live:
		c.live = 0
	case m.op == "Closed" && m.args[0] == c.spare && c.parting:
		c.spareDead = true
	case m.op == "Closed" && m.args[0] == c.spare, m.op == "PutOff" && m.args[0] == c.spare && !c.parting:
		c.spare = 0
	case m.op == "Enqueue":
		c.waiting = append(c.waiting, waits{id: m.args[0], priority: m.args[4]})
	case m.op == "TakeBack":
		c.waiting = nil
	}
	if m.op != "Timer" {
		w.posted++
	}
	a := parse(w.t, w.hub.Step(batch(w.now, m)))
	if a.taken != w.posted {
		w.fail("%d messages acknowledged, %d posted", a.taken, w.posted)
	}
	for _, s := range a.messages {
		w.check(s)
	}
	if m.op == "Dispose" {
		delete(w.clients, m.client)
	}
}

func (w *watcher) check(s said) {
	c := w.clients[s.client]
	if c == nil {
		w.fail("%v: there is no such client", s)
	}
	switch s.op {
	case "OpenSocket": // OneSocket, and generations count up
		if c.live != 0 || c.spare != 0 || s.args[0] != c.gen+1 {
			w.fail("%v: after socket %v; alive: %v", s, c.gen, c.live)
		}
		c.gen, c.live = s.args[0], s.args[0]
	case "OpenSpare": // "the second only during a handover"
		if c.live == 0 || c.spare != 0 || s.args[0] != c.gen+1 {
			w.fail("%v: beside socket %v and spare %v", s, c.live, c.spare)
		}
		c.gen, c.spare = s.args[0], s.args[0]
	case "Farewell":
		if c.spare == 0 || s.args[0] != c.live || c.parting {
			w.fail("%v: alive is %v, spare %v", s, c.live, c.spare)
		}
		c.parting = true
	case "TakeOver":
		if c.live != 0 || c.spare == 0 || s.args[0] != c.spare {
			w.fail("%v: alive is %v, spare %v", s, c.live, c.spare)
		}
		if !c.spareDead {
			c.live = c.spare
		}
		c.spare, c.parting, c.spareDead = 0, false, false
	case "Abandon":
		if s.args[0] == c.spare && c.spare != 0 {
			c.spare, c.parting = 0, false
			return
		}
		if s.args[0] != c.live {
			w.fail("%v: alive is %v", s, c.live)
		}
		c.live = 0
	case "CloseSocket", "Probe", "Ask", "EmitOpen": // only of a socket that is alive
		if s.args[0] != c.live {
			w.fail("%v: alive is %v", s, c.live)
		}
	case "Flush", "Drop": // Accounted, and FIFO
		for i := range int(s.args[1]) {
			id := s.args[0] + float64(i)
			at := slices.IndexFunc(c.waiting, func(w waits) bool { return w.id == id })
			if at < 0 || s.op == "Flush" && (!c.isNext(at) || c.parting) {
				w.fail("%v: message %v among those that wait, %v", s, id, c.waiting)
			}
			c.waiting = slices.Delete(c.waiting, at, at+1)
		}
	case "EmitStateChange":
		if s.args[0] == c.state || int(s.args[0]) >= len(contract.States) {
			w.fail("%v: it was %v", s, c.state)
		}
		c.state = s.args[0]
	case "EmitCircuitChange":
		if s.args[0] == c.circuit || int(s.args[0]) >= len(contract.Circuits) {
			w.fail("%v: it was %v", s, c.circuit)
		}
		c.circuit = s.args[0]
	case "AskDelay": // while nothing is alive
		if c.live != 0 || s.args[0] != c.gen || !(s.args[2] >= 0 && s.args[3] >= 0) {
			w.fail("%v: after socket %v; alive: %v", s, c.gen, c.live)
		}
	case "EmitRetry":
		if !(s.args[1] >= 0) || int(s.args[2]) >= len(contract.RetryReasons) {
			w.fail("%v: no such delay or reason", s)
		}
	case "Snapshot":
		w.checkSnapshot(s, c)
	}
}

// A snapshot agrees with what was told before it.
func (w *watcher) checkSnapshot(s said, c *watched) {
	for i, name := range contract.Snapshot {
		n := s.args[i]
		switch name {
		case "State":
			if n != c.state {
				w.fail("%v: the state told is %v", s, c.state)
			}
		case "Circuit":
			if n != c.circuit {
				w.fail("%v: the circuit told is %v", s, c.circuit)
			}
		case "Attempts":
			if n != c.gen {
				w.fail("%v: %s is %v after %v dials", s, name, n, c.gen)
			}
		case "Gen":
			if c.live != 0 && n != c.live {
				w.fail("%v: socket %v, alive is %v", s, n, c.live)
			}
		case "Spare":
			if n != c.spare {
				w.fail("%v: spare %v, there is %v", s, n, c.spare)
			}
		case "CircuitResetIn", "RetryIn", "UpFor", "HandoverIn", "HandoverTill":
			if !(n >= 0 || n == -1) {
				w.fail("%v: %s is %v", s, name, n)
			}
		default:
			if !(n >= 0) {
				w.fail("%v: %s is %v", s, name, n)
			}
		}
	}
}

func (w *watcher) fail(format string, args ...any) {
	w.t.Helper()
	for _, m := range w.history {
		w.t.Logf("%+v", m)
	}
	w.t.Fatalf(format, args...)
}

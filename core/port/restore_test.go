package port_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// A core that dies is replaced by one that knows the last snapshot and the
// messages that wait. From there on it does what the other would have done.
//
// Not part of a snapshot are the dice, a heartbeat's phase, how long a dial or a
// closing handshake has taken, and what the network did. So the property is
// about clients without jitter and heartbeat, with long timeouts and a network
// that stays. Where the tenths of the error rate's window begin is another clock's
// affair.
func TestRestoredHubGoesOnAsOneThatNeverDied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := func(name string, values ...string) string {
			return name + "=" + rapid.SampledFrom(values).Draw(t, name)
		}
		create := create(1, "heartbeatInterval=false", "connectionTimeout=1e9", "closeTimeout=1e9",
			of("maxRetries", "0", "2", "10", "Inf"), of("baseDelay", "0", "10", "1000"), of("maxDelay", "1000", "7000"),
			of("multiplier", "1", "2", "10"), of("minUptime", "0", "50", "5000"),
			of("failureThreshold", "1", "3", "Inf"), of("resetTimeout", "1", "300", "20000"),
			of("maxMessages", "0", "2", "10"), of("maxBytes", "0", "500", "Inf"), of("overflow", "drop-oldest", "drop-newest"))
		first := &world{t: t, hub: new(Hub), wake: inf}
		first.tell(create)

		// live is a few things that happen, the same in one world or two.
		live := func(label string, worlds ...*world) {
			for range rapid.IntRange(0, 25).Draw(t, label) {
				what := rapid.IntRange(0, 9).Draw(t, "what")
				ms := rapid.SampledFrom([]float64{0, 5, 60, 900, 4000, 21_000}).Draw(t, "ms")
				size := float64(rapid.IntRange(0, 300).Draw(t, "size"))
				for _, w := range worlds {
					w.advance(ms)
					w.happen(what, size)
				}
			}
		}
		live("before", first)

		// The core dies; another one starts, with a clock of its own.
		second := *first
		second.hub = new(Hub)
		second.epoch = first.now - float64(rapid.IntRange(0, 1000).Draw(t, "clock"))
		second.waiting = slices.Clone(first.waiting)
		messages := []message{create}
		if first.snapshot != nil {
			messages = append(messages, msg("Restore", 1, first.snapshot...).ago(first.now-first.snapshotAt))
			const closing = 3
			if first.snapshot[0] == closing && !first.closed { // connect() was called since
				messages = append(messages, msg("Connect", 1))
			}
		}
		for _, m := range first.waiting {
			messages = append(messages, m.message(first.now))
		}
		second.tell(messages...)
		first.log, second.log = nil, nil

		for range 25 {
			live("after", first, &second)
			if !slices.Equal(first.log, second.log) {
				t.Fatalf("the one that never died says\n%q\nthe restored one\n%q", first.log, second.log)
			}
		}
		first.tell(msg("TripCircuit", 1))
		second.tell(msg("TripCircuit", 1))
		for _, s := range [][]float64{first.snapshot, second.snapshot} {
			for _, name := range []string{"WindowGood", "WindowBad"} {
				s[slices.Index(contract.Snapshot, name)] = 0
			}
		}
		if got, want := fmt.Sprint(second.snapshot), fmt.Sprint(first.snapshot); got != want {
			t.Fatalf("in the end the restored one is\n%s\nthe other\n%s", got, want)
		}
	})
}

// A world is a page with one client in front of a hub: it dials, answers and
// keeps the messages that wait. What the hub has said is in log.
type world struct {
	t     *rapid.T
	hub   *Hub
	epoch float64 // when the hub was made, on the page's clock
	now   float64
	wake  float64 // when the host's timer runs out

	gen      float64 // of the newest dial
	dialling bool
	live     bool
	closed   bool // by the user
	lastID   float64
	waiting  []waiting

	snapshot   []float64
	snapshotAt float64
	log        []string
}

type waiting struct{ id, bytes, at float64 }

// message tells a core of it; the larger ones have little time.
func (w waiting) message(now float64) message {
	ttl := 0.0
	if w.bytes > 200 {
		ttl = 30 * w.bytes
	}
	return msg("Enqueue", 1, w.id, w.bytes, now-w.at, ttl, float64(int(w.bytes)%3), 0)
}

// tell sends a batch and does what the answer says.
func (w *world) tell(messages ...message) {
	a := parse(w.t, w.hub.Step(batch(w.now-w.epoch, messages...)))
	w.wake = w.now + a.delay
	for _, s := range a.messages {
		switch s.op {
		case "OpenSocket":
			w.gen, w.dialling = s.args[0], true
		case "Abandon":
			w.dialling, w.live = false, false
		case "Flush", "Drop":
			first, count := s.args[0], s.args[1]
			before := len(w.waiting)
			w.waiting = slices.DeleteFunc(w.waiting, func(m waiting) bool { return m.id >= first && m.id < first+count })
			if before-len(w.waiting) != int(count) {
				w.t.Fatalf("%v: not all of these wait", s)
			}
		case "Snapshot":
			w.snapshot, w.snapshotAt = s.args, w.now
			continue
		}
		w.log = append(w.log, fmt.Sprintf("%v ms: %v", w.now, s))
	}
}

// advance lets time pass, with the timers that run out on the way.
func (w *world) advance(ms float64) {
	end := w.now + ms
	for w.wake <= end {
		w.now = w.wake
		w.tell(timer())
	}
	w.now = end
}

// happen is one thing that the user, the server or the network does.
func (w *world) happen(what int, bytes float64) {
	switch what {
	case 0:
		w.closed = false
		w.tell(msg("Connect", 1))
	case 1:
		w.closed = true
		w.tell(msg("Close", 1, 1000))
	case 2:
		w.closed = false
		w.tell(msg("Reconnect", 1))
	case 3:
		w.tell(msg("TripCircuit", 1))
	case 4:
		if !w.dialling { // a dial that began under another circuit does not count; a snapshot does not tell
			w.tell(msg("ResetCircuit", 1))
		}
	case 5, 6:
		if !w.closed { // else the page drops it by itself
			w.lastID++
			w.waiting = append(w.waiting, waiting{w.lastID, bytes, w.now})
			w.tell(w.waiting[len(w.waiting)-1].message(w.now))
		}
	case 7, 8:
		if w.dialling {
			w.dialling, w.live = false, what == 7
			if w.live {
				w.tell(msg("Opened", 1, w.gen))
			} else {
				w.tell(msg("Closed", 1, w.gen, 1006, 0, 1))
			}
		}
	case 9:
		if w.live {
			w.live = false
			w.tell(msg("Closed", 1, w.gen, 1001, 1, 0))
		}
	}
}

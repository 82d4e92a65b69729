package queue_test

import (
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	. "github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A queue that was loaded goes on as the dumped one does.
func TestDump(t *testing.T) {
	for _, n := range []int{0, 1, 5} {
		var q, again Queue
		l := Limits{Messages: 3, Bytes: 100}
		for id := range n {
			pushItem(&q, l, Item{ID: id + 1, Bytes: 10, Priority: id % 2, Until: tick.Time(100 - id)})
		}
		push(&again, l, 99, 1) // is overwritten
		w := dump.Writer(nil)
		q.Visit(w)
		r := dump.Reader(w.Numbers)
		again.Visit(r)
		if len(r.Numbers) != 0 || q.Bytes() != again.Bytes() || q.Deadline() != again.Deadline() {
			t.Errorf("%d numbers are left, %d bytes wait, %d before", len(r.Numbers), again.Bytes(), q.Bytes())
		}
		if a, b := drain(&q), drain(&again); !slices.Equal(a, b) {
			t.Errorf("%v became %v", a, b)
		}
	}
}

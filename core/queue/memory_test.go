package queue

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// An empty queue holds at most the memory of a few messages, however many
// there were.
func TestMemoryIsReleased(t *testing.T) {
	var q Queue
	l := Limits{Messages: 100_000, Bytes: 1 << 30}
	for id := range 100_000 {
		q.Push(l, Item{ID: id, Bytes: 1}, 0, func(Item, Cause) { t.Fatal("it fits") })
	}
	for q.Len() > 0 {
		q.Pop()
	}
	if cap(q.items) > keep || q.bytes != 0 || q.head != 0 {
		t.Fatalf("empty, and room for %d messages, %d bytes", cap(q.items), q.bytes)
	}
}

// A queue that is full for ever moves its messages; it does not grow.
func TestMemoryIsBounded(t *testing.T) {
	var q Queue
	l := Limits{Messages: 1000, Bytes: 1 << 30}
	for id := range 100_000 {
		q.Push(l, Item{ID: id, Bytes: 1}, 0, func(Item, Cause) {})
		if cap(q.items) > 4*l.Messages {
			t.Fatalf("%d messages wait, and there is room for %d", q.Len(), cap(q.items))
		}
	}
}

// A queue of which all expires holds no memory either.
func TestMemoryOfTheExpired(t *testing.T) {
	var q Queue
	for id := range 1000 {
		q.Push(Limits{Messages: 1000, Bytes: 1000}, Item{ID: id, Bytes: 1, Until: 5}, 0, func(Item, Cause) { t.Fatal("it fits") })
	}
	n := 0
	q.Expire(5, func(Item, Cause) { n++ })
	if n != 1000 || q.Len() != 0 || cap(q.items) > keep || q.bytes != 0 {
		t.Fatalf("%d expired, %d wait, there is room for %d", n, q.Len(), cap(q.items))
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	var q Queue
	l := Limits{Messages: 3, Bytes: 100}
	id, left := 0, 0
	gone := func(Item, Cause) { left++ }
	for name, run := range map[string]func(){
		"a push and a pop": func() {
			id++
			q.Push(l, Item{ID: id, Bytes: 1}, 0, gone)
			q.Pop()
		},
		"an overflow": func() {
			id++
			q.Push(l, Item{ID: id, Bytes: 1, Priority: id % 2, Until: tick.Time(id)}, 0, gone)
			q.Deadline()
		},
		"a replacement": func() {
			id++
			q.Push(l, Item{ID: id, Bytes: 1}, id-1, gone)
		},
		"an expiry": func() {
			id++
			q.Push(l, Item{ID: id, Bytes: 1, Until: 7}, 0, gone)
			q.Expire(7, gone)
		},
	} {
		if n := testing.AllocsPerRun(1000, run); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	if left < 2000 {
		t.Errorf("only %d messages left unsent", left)
	}
}

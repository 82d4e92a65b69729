package queue

import "testing"

// An empty queue holds at most the memory of a few messages, however many
// there were.
func TestMemoryIsReleased(t *testing.T) {
	var q Queue
	l := Limits{Messages: 100_000, Bytes: 1 << 30}
	for id := range 100_000 {
		q.Push(l, Item{ID: id, Bytes: 1}, func(Item) { t.Fatal("it fits") })
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
		q.Push(l, Item{ID: id, Bytes: 1}, func(Item) {})
		if cap(q.items) > 4*l.Messages {
			t.Fatalf("%d messages wait, and there is room for %d", q.Len(), cap(q.items))
		}
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	var q Queue
	l := Limits{Messages: 10, Bytes: 100}
	if n := testing.AllocsPerRun(1000, func() {
		q.Push(l, Item{ID: 1, Bytes: 1}, func(Item) {})
		q.Pop()
	}); n != 0 {
		t.Fatalf("%v allocations for a push and a pop", n)
	}
}

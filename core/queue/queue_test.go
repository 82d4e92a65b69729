package queue_test

import (
	"slices"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/queue"
)

const many = int(^uint(0) >> 1)

// ids of what Push made give way, in order.
func push(q *Queue, l Limits, id, bytes int) (evicted []int) {
	q.Push(l, Item{ID: id, Bytes: bytes}, func(it Item) { evicted = append(evicted, it.ID) })
	return evicted
}

func drain(q *Queue) (ids []int) {
	for it, ok := q.Pop(); ok; it, ok = q.Pop() {
		ids = append(ids, it.ID)
	}
	return ids
}

func TestPush(t *testing.T) {
	for _, c := range []struct {
		name    string
		l       Limits
		bytes   []int // of messages 1, 2, 3, …
		evicted []int
		left    []int
	}{
		{"first in, first out", Limits{many, many, DropOldest}, []int{5, 0, 9}, nil, []int{1, 2, 3}},
		{"drop-oldest makes room by dropping from the front", Limits{2, many, DropOldest}, []int{1, 1, 1, 1}, []int{1, 2}, []int{3, 4}},
		{"drop-newest drops the message that does not fit", Limits{2, many, DropNewest}, []int{1, 1, 1, 1}, []int{3, 4}, []int{1, 2}},
		{"as many bytes as are allowed", Limits{many, 10, DropOldest}, []int{4, 6}, nil, []int{1, 2}},
		{"one large message may push out several", Limits{many, 10, DropOldest}, []int{3, 3, 3, 8}, []int{1, 2, 3}, []int{4}},
		{"drop-newest lets a smaller one pass afterwards", Limits{many, 10, DropNewest}, []int{8, 3, 2}, []int{2}, []int{1, 3}},
		{"a message larger than the limit is dropped itself, oldest", Limits{many, 10, DropOldest}, []int{4, 11}, []int{2}, []int{1}},
		{"a message larger than the limit is dropped itself, newest", Limits{many, 10, DropNewest}, []int{4, 11}, []int{2}, []int{1}},
		{"0 queues nothing", Limits{0, many, DropOldest}, []int{1, 0}, []int{1, 2}, nil},
		{"no bytes: only empty messages", Limits{many, 0, DropOldest}, []int{0, 1, 0}, []int{2}, []int{1, 3}},
		{"sizes that add up to more than there are numbers", Limits{many, many, DropOldest}, []int{many, many}, []int{1}, []int{2}},
	} {
		var q Queue
		var evicted []int
		for i, n := range c.bytes {
			evicted = append(evicted, push(&q, c.l, i+1, n)...)
		}
		if left := drain(&q); !slices.Equal(evicted, c.evicted) || !slices.Equal(left, c.left) {
			t.Errorf("%s: evicted %v, left %v; want %v and %v", c.name, evicted, left, c.evicted, c.left)
		}
	}
}

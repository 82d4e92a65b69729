package queue_test

import (
	"slices"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

const many = int(^uint(0) >> 1)

// ids of what Push made give way, in order.
func push(q *Queue, l Limits, id, bytes int) (evicted []int) {
	return pushItem(q, l, Item{ID: id, Bytes: bytes, Until: tick.Never})
}

func pushItem(q *Queue, l Limits, it Item) (evicted []int) {
	q.Push(l, it, 0, func(it Item, _ Cause) { evicted = append(evicted, it.ID) })
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
		{"reject refuses as drop-newest does", Limits{2, many, Reject}, []int{1, 1, 1, 1}, []int{3, 4}, []int{1, 2}},
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

// "The oldest of the lowest priority, which may be the message that comes."
func TestOverflowByPriority(t *testing.T) {
	for _, c := range []struct {
		name       string
		l          Limits
		priorities []int // of messages 1, 2, 3, …, of 10 bytes each
		evicted    []int
		left       []int
	}{
		{"the highest first, and within one priority first in, first out", Limits{many, many, DropOldest}, []int{0, 5, -3, 5, 0}, nil, []int{2, 4, 1, 5, 3}},
		{"the oldest of the lowest gives way", Limits{3, many, DropOldest}, []int{0, 1, 0, 1, 1}, []int{1, 3}, []int{2, 4, 5}},
		{"one that is lower than all gives way itself", Limits{2, many, DropOldest}, []int{1, 1, 0}, []int{3}, []int{1, 2}},
		{"by bytes", Limits{many, 25, DropOldest}, []int{1, 0, 0, 0}, []int{2, 3}, []int{1, 4}},
		{"drop-newest does not look at priorities", Limits{2, many, DropNewest}, []int{0, 0, 9}, []int{3}, []int{1, 2}},
	} {
		var q Queue
		var evicted []int
		for i, p := range c.priorities {
			evicted = append(evicted, pushItem(&q, c.l, Item{ID: i + 1, Bytes: 10, Priority: p, Until: tick.Never})...)
		}
		if left := drain(&q); !slices.Equal(evicted, c.evicted) || !slices.Equal(left, c.left) {
			t.Errorf("%s: evicted %v, left %v; want %v and %v", c.name, evicted, left, c.evicted, c.left)
		}
	}
}

// A message takes another's place: not its place in the order, and not where
// there is no room for it even so.
func TestReplace(t *testing.T) {
	for _, c := range []struct {
		name     string
		l        Limits
		bytes    int // of the one that comes; the others have 10
		replaces int
		gone     []gone
		left     []int
	}{
		{"at the end", Limits{many, many, DropOldest}, 1, 2, []gone{{2, Replaced}}, []int{1, 3, 4}},
		{"one that is gone", Limits{many, many, DropOldest}, 1, 99, nil, []int{1, 2, 3, 4}},
		{"nothing", Limits{many, many, DropOldest}, 1, 0, nil, []int{1, 2, 3, 4}},
		{"in a full queue, without another's giving way", Limits{3, many, DropOldest}, 1, 2, []gone{{2, Replaced}}, []int{1, 3, 4}},
		{"in a full queue that rejects", Limits{3, 30, Reject}, 10, 2, []gone{{2, Replaced}}, []int{1, 3, 4}},
		{"larger than the room that it leaves", Limits{many, 30, DropOldest}, 15, 2, []gone{{2, Replaced}, {1, Full}}, []int{3, 4}},
		{"larger than the room, refused", Limits{many, 30, DropNewest}, 15, 2, []gone{{4, Full}}, []int{1, 2, 3}},
		{"larger than ever fits", Limits{many, 30, DropOldest}, 31, 2, []gone{{4, Full}}, []int{1, 2, 3}},
	} {
		var q Queue
		for id := 1; id <= 3; id++ {
			push(&q, c.l, id, 10)
		}
		var left []gone
		q.Push(c.l, Item{ID: 4, Bytes: c.bytes, Until: tick.Never}, c.replaces, func(it Item, why Cause) { left = append(left, gone{it.ID, why}) })
		if ids := drain(&q); !slices.Equal(left, c.gone) || !slices.Equal(ids, c.left) {
			t.Errorf("%s: %v gave way, %v left; want %v and %v", c.name, left, ids, c.gone, c.left)
		}
	}
}

func TestExpire(t *testing.T) {
	var q Queue
	l := Limits{Messages: many, Bytes: many}
	for id, until := range []tick.Time{30, tick.Never, 10, 20, tick.Never} {
		pushItem(&q, l, Item{ID: id + 1, Bytes: 1, Until: until})
	}
	for _, c := range []struct {
		now     tick.Time
		expired []int
		next    tick.Time
	}{
		{9, nil, 10},
		{10, []int{3}, 20},
		{29, []int{4}, 30},
		{1000, []int{1}, tick.Never},
		{tick.Never - 1, nil, tick.Never},
	} {
		var expired []int
		q.Expire(c.now, func(it Item, _ Cause) { expired = append(expired, it.ID) })
		if !slices.Equal(expired, c.expired) || q.Deadline() != c.next {
			t.Errorf("at %d %v expired and the next is due at %d, want %v and %d", c.now, expired, q.Deadline(), c.expired, c.next)
		}
	}
	if left := drain(&q); !slices.Equal(left, []int{2, 5}) || q.Deadline() != tick.Never {
		t.Errorf("%v are left, the next is due at %d", left, q.Deadline())
	}
}

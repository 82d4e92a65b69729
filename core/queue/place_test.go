package queue_test

import (
	"slices"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/queue"
)

// "One that comes back … goes before those that were sent after it."
func TestPushInPlace(t *testing.T) {
	for _, c := range []struct {
		pushed, popped []int
	}{
		{[]int{4, 5, 3}, []int{3, 4, 5}},
		{[]int{4, 6, 8, 5}, []int{4, 5, 6, 8}},
		{[]int{4, 6, 8, 7}, []int{4, 6, 7, 8}},
		{[]int{9, 8, 7, 6}, []int{6, 7, 8, 9}},
	} {
		var q Queue
		for _, id := range c.pushed {
			push(&q, Limits{Messages: many, Bytes: many}, id, 1)
		}
		if got := drain(&q); !slices.Equal(got, c.popped) {
			t.Errorf("pushed %v, popped %v; want %v", c.pushed, got, c.popped)
		}
	}
}

// What has been popped keeps its place in memory for a while; nothing goes
// back before it.
func TestPushInPlaceAfterPop(t *testing.T) {
	var q Queue
	l := Limits{Messages: many, Bytes: many}
	for _, id := range []int{7, 8, 9} {
		push(&q, l, id, 1)
	}
	q.Pop()
	push(&q, l, 2, 1) // smaller than all, and than the one that is gone
	if got, want := drain(&q), []int{2, 8, 9}; !slices.Equal(got, want) {
		t.Errorf("popped %v, want %v", got, want)
	}
}

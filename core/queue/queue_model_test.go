package queue_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"

	. "github.com/websocket-reconnect/websocket-reconnect/core/queue"
)

// model is the queue as one would write it without a thought for speed: a
// heap of messages, looked through each time.
type model []Item

// gone is a message that left the queue unsent.
type gone struct {
	id  int
	why Cause
}

func (m model) bytes() (n int) {
	for _, it := range m {
		n += it.Bytes
	}
	return n
}

func (m model) fits(l Limits, it Item) bool {
	return len(m) < l.Messages && m.bytes()+it.Bytes <= l.Bytes
}

// first returns the message that is first by an order, -1 if there is none.
func (m model) first(before func(a, b Item) bool) int {
	best := -1
	for i := range m {
		if best < 0 || before(m[i], m[best]) {
			best = i
		}
	}
	return best
}

func (m *model) take(i int) Item {
	it := (*m)[i]
	*m = slices.Delete(*m, i, i+1)
	return it
}

func (m *model) push(l Limits, it Item, replaces int) (left []gone) {
	after := slices.Clone(*m)
	if i := slices.IndexFunc(after, func(o Item) bool { return o.ID == replaces }); i >= 0 {
		left = append(left, gone{after.take(i).ID, Replaced})
	}
	for !after.fits(l, it) {
		weakest := append(after, it).first(func(a, b Item) bool {
			return a.Priority < b.Priority || a.Priority == b.Priority && a.ID < b.ID
		})
		if l.Overflow != DropOldest || weakest == len(after) {
			return []gone{{it.ID, Full}} // and all else stays
		}
		left = append(left, gone{after.take(weakest).ID, Full})
	}
	*m = append(after, it)
	return left
}

func (m *model) pop() int {
	return m.take(m.first(func(a, b Item) bool {
		return a.Priority > b.Priority || a.Priority == b.Priority && a.ID < b.ID
	})).ID
}

func (m *model) expire(now tick.Time) (left []int) {
	for _, it := range *m {
		if it.Until <= now {
			left = append(left, it.ID)
		}
	}
	*m = slices.DeleteFunc(*m, func(it Item) bool { return it.Until <= now })
	return left
}

func (m model) deadline() tick.Time {
	next := tick.Never
	for _, it := range m {
		next = min(next, it.Until)
	}
	return next
}

func TestQueueAgreesWithModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Limits{
			Messages: rapid.IntRange(0, 40).Draw(t, "messages"),
			Bytes:    rapid.IntRange(0, 400).Draw(t, "bytes"),
			Overflow: rapid.SampledFrom([]Overflow{DropOldest, DropNewest, Reject}).Draw(t, "overflow"),
		}
		var q Queue
		var m model
		id, now := 0, tick.Time(0)
		back := []Item{} // popped, and may come back
		push := func(t *rapid.T, it Item, replaces int) {
			want := m.push(l, it, replaces)
			var got []gone
			q.Push(l, it, replaces, func(it Item, why Cause) { got = append(got, gone{it.ID, why}) })
			if !slices.Equal(got, want) {
				t.Fatalf("push of %+v for %d: %v left, want %v", it, replaces, got, want)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				if q.Len() != len(m) || q.Bytes() != m.bytes() || q.Deadline() != m.deadline() {
					t.Fatalf("%d messages, %d bytes, deadline %d; want %d, %d and %d",
						q.Len(), q.Bytes(), q.Deadline(), len(m), m.bytes(), m.deadline())
				}
				// "Limits bound a queue."
				if q.Len() > l.Messages || q.Bytes() > l.Bytes {
					t.Fatalf("%d messages, %d bytes; the limits are %+v", q.Len(), q.Bytes(), l)
				}
			},
			"push": func(t *rapid.T) {
				id++
				it := Item{ID: id, Bytes: rapid.IntRange(0, 30).Draw(t, "size"), Until: tick.Never,
					Priority: rapid.SampledFrom([]int{0, 0, 0, 1, 9, -9}).Draw(t, "priority")}
				if rapid.Bool().Draw(t, "may expire") {
					it.Until = now + tick.Time(rapid.IntRange(1, 50).Draw(t, "until"))
				}
				replaces := 0
				if rapid.Bool().Draw(t, "keyed") { // of what waits, or does not any more
					replaces = rapid.IntRange(0, id-1).Draw(t, "replaces")
				}
				push(t, it, replaces)
			},
			"pop": func(t *rapid.T) {
				it, ok := q.Pop()
				if ok != (len(m) > 0) {
					t.Fatalf("pop: %v, with %d messages", ok, len(m))
				}
				if ok {
					if want := m.pop(); it.ID != want {
						t.Fatalf("pop: %+v, want %d", it, want)
					}
					back = append(back, it)
				}
			},
			"back": func(t *rapid.T) {
				if len(back) == 0 {
					t.Skip("nothing was popped")
				}
				it := back[0]
				back = back[1:]
				push(t, it, 0)
			},
			"time": func(t *rapid.T) {
				now += tick.Time(rapid.IntRange(0, 30).Draw(t, "time"))
				want := m.expire(now)
				var got []int
				q.Expire(now, func(it Item, why Cause) {
					if got = append(got, it.ID); why != Expired {
						t.Fatalf("%d left for %v", it.ID, why)
					}
				})
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Fatalf("at %d %v have expired, want %v", now, got, want)
				}
			},
			"clear": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "really") == 0 {
					q.Clear()
					m = nil
				}
			},
		})
	})
}

package queue_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "github.com/websocket-reconnect/websocket-reconnect/core/queue"
)

// model is the queue as one would write it without a thought for speed.
type model []Item

func (m model) bytes() (n int) {
	for _, it := range m {
		n += it.Bytes
	}
	return n
}

func (m *model) push(l Limits, it Item) (evicted []int) {
	fits := func() bool { return len(*m) < l.Messages && m.bytes()+it.Bytes <= l.Bytes }
	for !fits() {
		if it.Bytes > l.Bytes || l.Messages == 0 || l.Overflow == DropNewest {
			return append(evicted, it.ID)
		}
		evicted = append(evicted, (*m)[0].ID)
		*m = (*m)[1:]
	}
	*m = append(*m, it)
	return evicted
}

func TestQueueAgreesWithModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Limits{
			Messages: rapid.IntRange(0, 40).Draw(t, "messages"),
			Bytes:    rapid.IntRange(0, 400).Draw(t, "bytes"),
			Overflow: rapid.SampledFrom([]Overflow{DropOldest, DropNewest}).Draw(t, "overflow"),
		}
		var q Queue
		var m model
		id := 0
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				if q.Len() != len(m) || q.Bytes() != m.bytes() {
					t.Fatalf("%d messages, %d bytes; want %d and %d", q.Len(), q.Bytes(), len(m), m.bytes())
				}
				// "Limits bound a queue."
				if q.Len() > l.Messages || q.Bytes() > l.Bytes {
					t.Fatalf("%d messages, %d bytes; the limits are %+v", q.Len(), q.Bytes(), l)
				}
			},
			"push": func(t *rapid.T) {
				id++
				n := rapid.IntRange(0, 30).Draw(t, "size")
				want := m.push(l, Item{ID: id, Bytes: n})
				if got := push(&q, l, id, n); !slices.Equal(got, want) {
					t.Fatalf("evicted %v, want %v", got, want)
				}
			},
			"pop": func(t *rapid.T) {
				it, ok := q.Pop()
				if ok != (len(m) > 0) {
					t.Fatalf("pop: %v, with %d messages", ok, len(m))
				}
				if ok {
					if it != m[0] {
						t.Fatalf("pop: %+v, want %+v", it, m[0])
					}
					m = m[1:]
				}
			},
		})
	})
}

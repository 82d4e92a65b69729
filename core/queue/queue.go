// Package queue is the outbox: the ids and sizes of messages that wait for an
// open link, first in, first out. The payloads stay with whoever sent them.
package queue

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// An Overflow says what gives way when the queue is full.
type Overflow uint8

const (
	// DropOldest makes room by dropping from the front.
	DropOldest Overflow = iota
	// DropNewest drops the message that does not fit.
	DropNewest
)

// Limits bound a queue. A message that is larger than Bytes can never fit and
// is dropped itself, whatever the policy.
type Limits struct {
	Messages int
	Bytes    int
	Overflow Overflow
}

// An Item is a message that waits.
type Item struct {
	ID    int
	Bytes int
	At    tick.Time // when it was enqueued
}

// keep is for how many messages an empty queue keeps its memory, so that
// messages which pass one by one allocate nothing.
const keep = 16

// A Queue is an outbox. Its zero value is empty and holds no memory.
type Queue struct {
	items []Item
	head  int
	bytes int
}

// Len returns how many messages wait.
func (q *Queue) Len() int { return len(q.items) - q.head }

// Bytes returns the size of all that waits.
func (q *Queue) Bytes() int { return q.bytes }

// Push enqueues a message. Its place is by its id: one that comes back, because
// the link was gone when it was to be sent, goes before those that were sent
// after it. If it, or others, must give way, evict is called
// with each, before Push returns.
func (q *Queue) Push(l Limits, it Item, evict func(Item)) {
	if it.Bytes > l.Bytes || l.Messages < 1 {
		evict(it)
		return
	}
	for q.Len() >= l.Messages || it.Bytes > l.Bytes-q.bytes {
		if l.Overflow == DropNewest {
			evict(it)
			return
		}
		oldest, _ := q.Pop()
		evict(oldest)
	}
	if q.head > 0 && len(q.items) == cap(q.items) && q.head >= len(q.items)/2 {
		q.items = q.items[:copy(q.items, q.items[q.head:])]
		q.head = 0
	}
	q.items = append(q.items, it)
	for i := len(q.items) - 1; i > q.head && q.items[i-1].ID > it.ID; i-- {
		q.items[i-1], q.items[i] = q.items[i], q.items[i-1]
	}
	q.bytes += it.Bytes
}

// Pop removes the message that waited longest.
func (q *Queue) Pop() (it Item, ok bool) {
	if q.Len() == 0 {
		return Item{}, false
	}
	it = q.items[q.head]
	q.head++
	q.bytes -= it.Bytes
	if q.head == len(q.items) {
		q.head, q.items = 0, q.items[:0]
		if cap(q.items) > keep {
			q.items = nil
		}
	}
	return it, true
}

// Visit dumps or loads the queue.
func (q *Queue) Visit(c *dump.Codec) {
	n := q.Len()
	dump.Int(c, &n)
	waiting := q.items[q.head:]
	if c.Reading() {
		*q = Queue{}
		waiting = make([]Item, min(n, len(c.Numbers)))
	}
	for i := range waiting {
		it := &waiting[i]
		dump.Int(c, &it.ID)
		dump.Int(c, &it.Bytes)
		dump.Int(c, &it.At)
		if c.Reading() {
			q.items = append(q.items, *it)
			q.bytes += it.Bytes
		}
	}
}

// Package queue is the outbox: the ids and sizes of messages that wait for an
// open link. Those of a higher priority come out first, and within one priority
// what went in first. The payloads stay with whoever sent them.
package queue

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// An Overflow says what gives way when the queue is full.
type Overflow uint8

const (
	// DropOldest makes room by dropping the oldest of the lowest priority,
	// which may be the message that comes.
	DropOldest Overflow = iota
	// DropNewest drops the message that does not fit.
	DropNewest
	// Reject does as DropNewest does; whoever sends is told and keeps the message.
	Reject
)

// A Cause says why a message leaves the queue unsent.
type Cause uint8

const (
	Full     Cause = iota // the limits leave no room for it
	Replaced              // a later message has taken its place
	Expired               // it has waited too long
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
	ID       int
	Bytes    int
	Priority int       // the higher come first
	Until    tick.Time // when it has waited too long; [tick.Never]: it may wait
}

// before reports whether a comes out before b.
func before(a, b *Item) bool {
	return a.Priority > b.Priority || a.Priority == b.Priority && a.ID < b.ID
}

// keep is for how many messages an empty queue keeps its memory, so that
// messages which pass one by one allocate nothing.
const keep = 16

// A Queue is an outbox. Its zero value is empty and holds no memory.
type Queue struct {
	items []Item // from head on, in the order in which they come out
	head  int
	bytes int
	next  tick.Time // the earliest Until, if it is known
	known bool
}

// Len returns how many messages wait.
func (q *Queue) Len() int { return len(q.items) - q.head }

// Bytes returns the size of all that waits.
func (q *Queue) Bytes() int { return q.bytes }

// Deadline returns when the next message will have waited too long.
func (q *Queue) Deadline() tick.Time {
	if !q.known {
		q.next, q.known = tick.Never, true
		for i := q.head; i < len(q.items); i++ {
			q.next = min(q.next, q.items[i].Until)
		}
	}
	return q.next
}

// Push enqueues a message. Within its priority its place is by its id: one that
// comes back, because the link was gone when it was to be sent, goes before
// those that were sent after it. It takes the place of the message with the id
// replaces, where that still waits; 0 is no message's id. If it, or others, must
// give way, gone is called with each, before Push returns: none does so for a
// message that finds no room in spite of that.
func (q *Queue) Push(l Limits, it Item, replaces int, gone func(Item, Cause)) {
	if !q.admits(l, &it, replaces) {
		gone(it, Full)
		return
	}
	if old := q.find(replaces); old >= 0 {
		gone(q.remove(old), Replaced)
	}
	for q.Len() >= l.Messages || it.Bytes > l.Bytes-q.bytes {
		gone(q.remove(q.weakest()), Full)
	}
	q.insert(it)
}

// admits reports whether there is room for a message, or would be without those
// that give way to it.
func (q *Queue) admits(l Limits, it *Item, replaces int) bool {
	messages, bytes := l.Messages-q.Len(), l.Bytes-q.bytes
	for i := q.head; i < len(q.items) && (messages < 1 || bytes < it.Bytes); i++ {
		if w := &q.items[i]; w.ID == replaces && replaces != 0 || l.Overflow == DropOldest && givesWay(w, it) {
			messages++
			bytes += w.Bytes
		}
	}
	return messages > 0 && bytes >= it.Bytes
}

// givesWay reports whether a message that waits is dropped before one that comes.
func givesWay(w, it *Item) bool {
	return w.Priority < it.Priority || w.Priority == it.Priority && w.ID < it.ID
}

func (q *Queue) insert(it Item) {
	if q.head > 0 && len(q.items) == cap(q.items) && q.head >= len(q.items)/2 {
		q.items = q.items[:copy(q.items, q.items[q.head:])]
		q.head = 0
	}
	q.items = append(q.items, it)
	for i := len(q.items) - 1; i > q.head && before(&q.items[i], &q.items[i-1]); i-- {
		q.items[i-1], q.items[i] = q.items[i], q.items[i-1]
	}
	q.bytes += it.Bytes
	if q.Len() == 1 {
		q.next, q.known = it.Until, true
	}
	q.next = min(q.next, it.Until)
}

// find returns where the message with an id is, -1 if it does not wait.
func (q *Queue) find(id int) int {
	for i := len(q.items) - 1; i >= q.head && id != 0; i-- {
		if q.items[i].ID == id {
			return i
		}
	}
	return -1
}

// weakest returns where the oldest message of the lowest priority is.
func (q *Queue) weakest() int {
	low, high := q.head, len(q.items)-1
	for low < high {
		if middle := (low + high) / 2; q.items[middle].Priority > q.items[len(q.items)-1].Priority {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

func (q *Queue) remove(i int) Item {
	it := q.items[i]
	if i == q.head {
		q.head++
	} else {
		q.items = append(q.items[:i], q.items[i+1:]...)
	}
	q.bytes -= it.Bytes
	q.known = q.known && it.Until > q.next
	q.release()
	return it
}

// release gives back the memory of an empty queue.
func (q *Queue) release() {
	if q.head < len(q.items) {
		return
	}
	q.head, q.items, q.known = 0, q.items[:0], false
	if cap(q.items) > keep {
		q.items = nil
	}
}

// Pop removes the message that is to be sent next.
func (q *Queue) Pop() (it Item, ok bool) {
	if q.Len() == 0 {
		return Item{}, false
	}
	return q.remove(q.head), true
}

// Expire removes all that has waited too long at now, and calls gone with each.
func (q *Queue) Expire(now tick.Time, gone func(Item, Cause)) {
	if q.Deadline() > now {
		return
	}
	kept := q.items[:q.head]
	for _, it := range q.items[q.head:] {
		if it.Until > now {
			kept = append(kept, it)
			continue
		}
		q.bytes -= it.Bytes
		gone(it, Expired)
	}
	q.items, q.known = kept, false
	q.release()
}

// Clear forgets all that waits.
func (q *Queue) Clear() { *q = Queue{} }

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
		dump.Int(c, &it.Priority)
		dump.Int(c, &it.Until)
		if c.Reading() {
			q.items = append(q.items, *it)
			q.bytes += it.Bytes
		}
	}
}

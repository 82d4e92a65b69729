package fleet

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// An entry of the agenda. Entries are ordered by time; those of one instant
// come in the order in which they were added.
type entry struct {
	at   tick.Time
	seq  uint32
	what uint32 // the client's number and the kind of event
}

func (e entry) before(f entry) bool {
	return e.at < f.at || e.at == f.at && e.seq < f.seq
}

// An agenda is the simulation's one event queue. Entries of the near future
// lie unsorted in buckets, those beyond in a heap; only the bucket whose time
// has come is kept in order, as a small heap that fits in the cache. Adding
// and taking cost the same for a thousand clients as for a million.
//
//	bucket                4.1 ms
//	near future           16,384 buckets, 67 s: nearly every delay and deadline
type agenda struct {
	seq  uint32
	size int
	open int64 // the bucket that is kept in order
	cur  heap  // its entries
	near [][]entry
	held int // entries in near
	far  heap
}

const (
	bucketBits = 12 // of microseconds
	nearBits   = 14
	nearMask   = 1<<nearBits - 1
	// keepEntries is the size up to which a bucket's memory is kept for the
	// next. A storm may fill one bucket with the whole fleet.
	keepEntries = 1 << 12
)

func newAgenda(now tick.Time) *agenda {
	return &agenda{open: int64(now) >> bucketBits, near: make([][]entry, 1<<nearBits)}
}

// add enters an event and returns its number, which is never 0.
func (a *agenda) add(at tick.Time, what uint32) uint32 {
	a.seq++
	if a.seq == 0 {
		panic("fleet: more than 4,294,967,295 events")
	}
	e := entry{at, a.seq, what}
	a.size++
	switch b := int64(at) >> bucketBits; {
	case b <= a.open:
		a.cur.push(e)
	case b <= a.open+nearMask:
		a.near[b&nearMask] = append(a.near[b&nearMask], e)
		a.held++
	default:
		a.far.push(e)
	}
	return e.seq
}

// next takes the earliest entry.
func (a *agenda) next() (e entry, ok bool) {
	if a.size == 0 {
		return entry{}, false
	}
	for len(a.cur) == 0 {
		a.turn()
	}
	a.size--
	return a.cur.pop(), true
}

// turn opens the next bucket.
func (a *agenda) turn() {
	a.open++
	if a.held == 0 { // nothing is near: leap
		a.open = int64(a.far[0].at) >> bucketBits
	}
	slot := &a.near[a.open&nearMask]
	old := a.cur
	a.cur, a.held = heap(*slot), a.held-len(*slot)
	a.cur.order()
	if *slot = nil; cap(old) <= keepEntries {
		*slot = old[:0]
	}
	for len(a.far) > 0 && int64(a.far[0].at)>>bucketBits <= a.open {
		a.cur.push(a.far.pop())
	}
}

// A heap of entries: four children to a parent, which halves the depth.
type heap []entry

func (h *heap) push(e entry) {
	*h = append(*h, e)
	s := *h
	i := len(s) - 1
	for i > 0 {
		p := (i - 1) / 4
		if !e.before(s[p]) {
			break
		}
		s[i] = s[p]
		i = p
	}
	s[i] = e
}

func (h *heap) pop() entry {
	s := *h
	top, last := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	if len(s) > 0 {
		s[0] = last
		s.sink(0)
	}
	return top
}

func (h heap) sink(i int) {
	e := h[i]
	for {
		first := 4*i + 1
		if first >= len(h) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(h)); c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if !h[least].before(e) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = e
}

// order makes a heap of entries in any order.
func (h heap) order() {
	for i := (len(h) - 2) / 4; i >= 0 && len(h) > 1; i-- {
		h.sink(i)
	}
}

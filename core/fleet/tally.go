package fleet

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// Bin is the width of the slots in which dials are counted.
const Bin = 100 * tick.Millisecond

// A tally keeps count of what happens.
type tally struct {
	start tick.Time
	up    tick.Time

	count  [phases]int
	events int
	steps  int

	dials            int
	peakAfter        int32 // the most dials in a bin once the server was back
	admitted, wasted int
	refused          int
	queuePeak        int

	// The current bin, and those before it.
	binEnd    tick.Time
	binDials  int32
	binAfter  int32 // of them, those once the server was back
	binQueue  int32
	queue     *gate
	Dials     []int32 // that reached the server in the bin
	Connected []int32 // clients, at the bin's end
	Queue     []int32 // the longest in the bin
}

func newTally(s *sim) tally {
	return tally{start: s.now, up: s.up, binEnd: s.now.Add(Bin), queue: &s.gate}
}

// reach closes the bins that end at now or before.
func (t *tally) reach(now tick.Time) {
	for t.binEnd <= now {
		t.close()
	}
}

func (t *tally) close() {
	t.Dials = append(t.Dials, t.binDials)
	t.Connected = append(t.Connected, int32(t.count[open]))
	t.Queue = append(t.Queue, t.binQueue)
	t.peakAfter = max(t.peakAfter, t.binAfter)
	t.binDials, t.binAfter, t.binQueue = 0, 0, int32(t.queue.waiting())
	t.binEnd = t.binEnd.Add(Bin)
}

func (t *tally) dial(after bool) {
	t.dials++
	t.binDials++
	if after {
		t.binAfter++
	}
}

func (t *tally) queued(n int) {
	t.binQueue = max(t.binQueue, int32(n))
	t.queuePeak = max(t.queuePeak, n)
}

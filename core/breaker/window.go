package breaker

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// buckets is how finely a window forgets: by tenths.
const buckets = 10

// A window counts the outcomes of the last Config.Window, in a ring of buckets.
// Its zero value is empty.
type window struct {
	slot int64 // of the newest bucket: time in tenths of the window
	good [buckets]uint32
	bad  [buckets]uint32
}

// advance forgets what is too old at now.
func (w *window) advance(cfg Config, now tick.Time) {
	slot := int64(now) / int64(max(cfg.Window/buckets, 1))
	for range min(slot-w.slot, buckets) {
		w.slot++
		w.good[w.slot%buckets], w.bad[w.slot%buckets] = 0, 0
	}
	w.slot = max(w.slot, slot)
}

func (w *window) add(cfg Config, now tick.Time, good, bad int) {
	w.advance(cfg, now)
	w.good[w.slot%buckets] += uint32(good)
	w.bad[w.slot%buckets] += uint32(bad)
}

// count returns the outcomes in the window that ends at now.
func (w *window) count(cfg Config, now tick.Time) (good, bad int) {
	first := int64(now)/int64(max(cfg.Window/buckets, 1)) - buckets + 1
	for slot := max(first, w.slot-buckets+1, 0); slot <= w.slot; slot++ {
		good += int(w.good[slot%buckets])
		bad += int(w.bad[slot%buckets])
	}
	return good, bad
}

func (w *window) visit(c *dump.Codec) {
	dump.Int(c, &w.slot)
	for i := range buckets {
		dump.Int(c, &w.good[i])
		dump.Int(c, &w.bad[i])
	}
}

// Package budget is a token bucket for retries. Whoever finds it empty is
// promised the next token, at a time of its own: so those that wait do not come
// together.
//
// The bucket is one instant, when it is going to be full again: each token that
// is taken puts that off by the time in which a token grows.
package budget

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Endless is a number of tokens that never runs out.
const Endless = int(^uint(0) >> 1)

// A Config is the size of a bucket and how fast it fills.
type Config struct {
	Tokens    int     // that it holds at most; [Endless]: all are free
	PerSecond float64 // that grow in a second
}

// A Budget is one bucket. Its zero value is full.
type Budget struct{ fullAt tick.Time }

// Take takes a token at now, and returns when it may be spent: now, or later if
// the bucket is empty.
func (b *Budget) Take(cfg Config, now tick.Time) tick.Time {
	if cfg.Tokens == Endless {
		return now
	}
	token := tick.Duration(float64(tick.Second)/cfg.PerSecond + 0.5)
	b.fullAt = max(b.fullAt, now).Add(token)
	if float64(token)*float64(cfg.Tokens) >= float64(tick.Forever) {
		return now
	}
	return max(now, b.fullAt.Add(-token*tick.Duration(cfg.Tokens)))
}

// FullAt returns when the bucket is full again; that may be over.
func (b *Budget) FullAt() tick.Time { return b.fullAt }

// Restore sets a bucket to what another showed of itself, unless it knows of
// more that was taken.
func (b *Budget) Restore(fullAt tick.Time) { b.fullAt = max(b.fullAt, fullAt) }

// Visit dumps or loads the bucket.
func (b *Budget) Visit(c *dump.Codec) { dump.Int(c, &b.fullAt) }

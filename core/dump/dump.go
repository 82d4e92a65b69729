// Package dump turns a state into numbers and back, exactly: what [Codec] wrote
// from one value it reads into another, and the two are equal. One method of
// the state visits each field for both directions, so that they cannot drift
// apart.
package dump

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// A Codec writes fields to numbers, or reads them.
type Codec struct {
	Numbers []float64
	reading bool
}

// Writer returns a codec that appends to numbers.
func Writer(numbers []float64) *Codec { return &Codec{Numbers: numbers} }

// Reader returns a codec that consumes numbers. Reading more than there are is
// a panic: the numbers are not what a writer made.
func Reader(numbers []float64) *Codec { return &Codec{Numbers: numbers, reading: true} }

// Reading reports the direction.
func (c *Codec) Reading() bool { return c.reading }

// Float visits a number.
func (c *Codec) Float(f *float64) {
	if !c.reading {
		c.Numbers = append(c.Numbers, *f)
		return
	}
	*f, c.Numbers = c.Numbers[0], c.Numbers[1:]
}

// Bool visits a truth value.
func (c *Codec) Bool(b *bool) {
	var f float64
	if *b {
		f = 1
	}
	c.Float(&f)
	*b = f != 0
}

// integer is what fits a float64 exactly, or is one of tick's endless values.
type integer interface {
	~int | ~int64 | ~uint8 | ~uint32
}

// Int visits a whole number: below 2^53, or the largest int64, which stands
// for "never" and "for ever".
func Int[T integer](c *Codec, n *T) {
	const endless = int64(tick.Never)
	f := float64(*n)
	if int64(*n) == endless {
		f = infinity()
	}
	c.Float(&f)
	if !c.reading {
		return
	}
	if f == infinity() {
		v := endless
		*n = T(v)
		return
	}
	*n = T(f)
}

func infinity() float64 { return tick.Forever.Millis() }

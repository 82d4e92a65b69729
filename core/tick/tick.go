// Package tick is the clock unit of the core: time as a plain number.
//
// The core never reads a clock; every instant is handed to it. The standard
// package time would fit, but merely linking it adds 53 kB (gzip) to the
// WebAssembly module, for a clock, time zones and formats that nobody calls.
package tick

// A Time is an instant: microseconds since its owner's epoch, which is the
// moment a machine was made. Zero is that moment, so a Time that is "not set"
// is written [Never].
type Time int64

// A Duration is a span in microseconds.
type Duration int64

// Never is later than every instant. As a deadline it means "nothing waits".
const Never Time = 1<<63 - 1

// Forever is longer than every span. As a limit it means "no limit".
const Forever Duration = 1<<63 - 1

// Units.
const (
	Microsecond Duration = 1
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

// Add returns t+d, and [Never] where that would overflow or either side is
// unlimited.
func (t Time) Add(d Duration) Time {
	if t == Never || d == Forever {
		return Never
	}
	s := t + Time(d)
	if d > 0 && s < t {
		return Never
	}
	return s
}

// Sub returns the span from u to t.
func (t Time) Sub(u Time) Duration { return Duration(t - u) }

// Earliest returns the smaller of two instants.
func Earliest(a, b Time) Time { return min(a, b) }

// FromMillis converts milliseconds, the unit of the page, to a Duration.
// Infinity and everything beyond 285 years become [Forever], NaN and what is
// below zero become 0.
func FromMillis(ms float64) Duration {
	switch {
	case !(ms > 0):
		return 0
	case ms >= float64(Forever)/1000/1024:
		return Forever
	}
	return Duration(ms*1000 + 0.5)
}

// Millis converts a Duration to milliseconds; [Forever] becomes +Inf.
func (d Duration) Millis() float64 {
	if d == Forever {
		var zero float64
		return 1 / zero
	}
	return float64(d) / 1000
}

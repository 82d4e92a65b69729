package core

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// A CodeRange says what the close codes From to To mean.
type CodeRange struct {
	From, To int
	Verdict  Verdict
}

// VerdictOf returns what the narrowest range of a table that holds the code
// says, [ByCode] if there is none.
func VerdictOf(table []CodeRange, code int) Verdict {
	verdict, width := ByCode, 1<<16
	for _, r := range table {
		if r.From <= code && code <= r.To && r.To-r.From < width {
			verdict, width = r.Verdict, r.To-r.From
		}
	}
	return verdict
}

// DefaultVerdict returns what a close code means unless somebody says otherwise.
func DefaultVerdict(code int) Verdict {
	return max(VerdictOf(closeCodes, code), ComeBack)
}

// verdict is what the event means for the next dial.
func (e Event) verdict() Verdict {
	if e.Verdict == ByCode {
		return DefaultVerdict(e.Code)
	}
	return e.Verdict
}

// hinted reports whether the server has said when to come back.
func (e Event) hinted() bool { return e.RetryAfter > 0 || e.Spread > 0 }

// longestHint is the longest wait that a server can ask for, and the widest
// spread: a slip of its configuration must not silence its clients for days.
const longestHint = tick.Hour

// A hint is when the server wants the next dial: after to after + spread from the
// end of the connection. Zero: it has not said.
type hint struct{ after, spread tick.Duration }

// noteHint keeps what the server says while the connection is open, or is let
// through.
func (m *Machine) noteHint(e Event) {
	if m.state == StateOpen || m.dialing {
		m.said = hint{e.RetryAfter, e.Spread}
	}
}

// hint draws the wait that the server has asked for.
func (m *Machine) hint(e Event) tick.Duration {
	return min(e.RetryAfter, longestHint) + tick.Duration(m.roll()*float64(min(e.Spread, longestHint)))
}

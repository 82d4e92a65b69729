package core_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

func position(name string, line int) string { return name + ":" + strconv.Itoa(line) }

func drawSpan(d tick.Duration) string {
	switch d {
	case tick.Forever:
		return "for ever"
	case -1:
		return "not set"
	}
	return (time.Duration(d) * time.Microsecond).String()
}

func drawTime(t tick.Time) string {
	if t == tick.Never {
		return "never"
	}
	return drawSpan(tick.Duration(t))
}

// A pen draws actions as lines. It remembers where the states came from.
type pen struct {
	state      core.State
	circuit    breaker.State
	maxRetries int
}

func (p *pen) draw(a core.Action) string {
	gen := fmt.Sprintf(" gen=%d", a.Gen)
	switch a.Kind {
	case core.OpenSocket:
		return "open-socket" + gen
	case core.OpenSpare:
		return "open-spare" + gen
	case core.Farewell:
		return "farewell" + gen
	case core.TakeOver:
		if a.Told {
			return "take-over" + gen + " told"
		}
		return "take-over" + gen
	case core.CloseSocket:
		if a.Code != 0 {
			return fmt.Sprintf("close-socket%s code=%d", gen, a.Code)
		}
		return "close-socket" + gen
	case core.Abandon:
		return "abandon" + gen
	case core.Probe:
		return "probe" + gen
	case core.Ask:
		return "ask" + gen
	case core.AskDelay:
		return fmt.Sprintf("ask-delay%s of retry %d: %s after %s?", gen, a.Attempt, drawSpan(a.Delay), drawSpan(a.Before))
	case core.Flush:
		return "flush " + ids(a)
	case core.Drop:
		return "drop " + ids(a) + " (" + a.Reason.String() + ")"
	case core.EmitStateChange:
		from := p.state
		p.state = a.State
		return fmt.Sprintf("state %v -> %v", from, a.State)
	case core.EmitCircuitChange:
		from := p.circuit
		p.circuit = a.Circuit
		return fmt.Sprintf("circuit %v -> %v", from, a.Circuit)
	case core.EmitOpen:
		return "open" + gen
	case core.EmitError:
		return "error " + a.Class.String() + gen
	case core.EmitClose:
		line := "close" + gen
		if a.Code != 0 {
			line += fmt.Sprintf(" code=%d", a.Code)
		}
		if a.Clean {
			line += " clean"
		}
		return line
	case core.EmitRetry:
		return fmt.Sprintf("retry %d/%s in %s (%v)", a.Attempt, count(p.maxRetries), drawSpan(a.Delay), a.Why)
	case core.EmitFailed:
		return fmt.Sprintf("failed after %d dials: %v", a.Attempt, a.Class)
	}
	return "an action that the pen does not know: " + a.Kind.String()
}

func count(n int) string {
	if n == core.Unlimited {
		return "∞"
	}
	return strconv.Itoa(n)
}

func ids(a core.Action) string {
	if a.N == 1 {
		return strconv.Itoa(a.ID)
	}
	return fmt.Sprintf("%d..%d", a.ID, a.ID+a.N-1)
}

func drawSnapshot(s core.Snapshot) []string {
	var lines []string
	add := func(name string, value any) { lines = append(lines, fmt.Sprintf("  %-17s %v", name, value)) }
	add("state", s.State)
	add("circuit", s.Circuit)
	add("circuit failures", s.CircuitFailures)
	add("circuit reset in", drawSpan(s.CircuitResetIn))
	add("retry count", s.RetryCount)
	add("retry in", drawSpan(s.RetryIn))
	add("last delay", drawSpan(s.LastDelay))
	add("gen", s.Gen)
	add("dials", fmt.Sprintf("%d, %d opened", s.Attempts, s.Successes))
	add("up for", drawSpan(s.UpFor))
	add("last error", strings.TrimSpace("- "+s.LastError.String()))
	if s.HandoverTill >= 0 || s.Spare != 0 {
		add("handover", fmt.Sprintf("in %s, until %s, spare %d, parting: %v", drawSpan(s.HandoverIn), drawSpan(s.HandoverTill), s.Spare, s.Parting))
	}
	add("round trip", drawSpan(s.RoundTrip)+", smoothed "+drawSpan(s.Smoothed))
	return lines
}

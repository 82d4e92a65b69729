package core_test

import (
	"fmt"
	"math"
	"slices"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// The invariants of the package comment, each under its name there, and a few
// more. Each looks at one step and returns what is wrong with it. They run in
// this order, and those which follow the sockets and messages keep the host's
// books while they look.
var invariants = []struct {
	name  string
	check func(*host, stride) string
}{
	{"OneSocket", oneSocket},
	{"OneSpeaks", oneSpeaks},
	{"StaleIgnored", staleIgnored},
	{"LegalTransitions", legalTransitions},
	{"FIFO", fifo},
	{"Accounted", accounted},
	{"Fresh", fresh},
	{"RetryCountFalls", retryCountFalls},
	{"SilentWhenClosed", silentWhenClosed},
	{"CircuitHolds", circuitHolds},
	{"BudgetHolds", budgetHolds},
	{"ParkedIsSilent", parkedIsSilent},
	{"StateIsTheSocket", stateIsTheSocket},
	{"DeadlineIffWaiting", deadlineIffWaiting},
	{"StopIsFinal", stopIsFinal},
	{"HintHolds", hintHolds},
	{"AnswerHolds", answerHolds},
	{"ErrorsAreNamed", errorsAreNamed},
}

// "OneSocket: at most one socket is live, and during a handover one spare
// beside it; OpenSocket comes only after the socket before it was closed or
// abandoned."
func oneSocket(h *host, s stride) string {
	h.spoke = ""
	for _, a := range s.acts {
		switch a.Kind {
		case core.OpenSocket:
			if h.live || h.spare != 0 {
				return fmt.Sprintf("socket %d is opened while %d lives, and spare %d", a.Gen, h.newest, h.spare)
			}
			if a.Gen != h.dialled+1 {
				return fmt.Sprintf("socket %d follows %d", a.Gen, h.dialled)
			}
			h.newest, h.live, h.opened, h.asked, h.marked, h.limit = a.Gen, true, false, false, false, h.cfg.ConnectionTimeout
			h.dialled = a.Gen
		case core.OpenSpare:
			if !h.live || !h.opened || h.spare != 0 || a.Gen != h.dialled+1 {
				return fmt.Sprintf("spare %d follows %d, with %d alive; the socket is open: %v", a.Gen, h.dialled, h.spare, h.live && h.opened)
			}
			h.spare, h.spareOpen, h.dialled = a.Gen, false, a.Gen
		case core.Farewell:
			if !h.live || a.Gen != h.newest || !h.spareOpen || h.parting {
				return fmt.Sprintf("socket %d says farewell; the spare is open: %v", a.Gen, h.spareOpen)
			}
			h.parting = true
		case core.TakeOver:
			if h.spare == 0 || a.Gen != h.spare || a.Told && !h.parting {
				return fmt.Sprintf("spare %d takes over; there is %d, parting: %v", a.Gen, h.spare, h.parting)
			}
			if h.live {
				h.spoke = fmt.Sprintf("spare %d takes over from a socket that lives", a.Gen)
			}
			h.newest, h.live, h.opened, h.asked, h.marked, h.limit = a.Gen, !h.spareDead, h.spareOpen, false, false, h.cfg.ConnectionTimeout
			h.noSpare()
		case core.Abandon:
			switch {
			case a.Gen == h.spare && h.spare != 0:
				h.noSpare()
			case !h.live || a.Gen != h.newest:
				return fmt.Sprintf("socket %d is abandoned, but does not live", a.Gen)
			default:
				h.live, h.asked = false, false
			}
		case core.CloseSocket, core.Probe, core.Ask, core.EmitOpen:
			if !h.live || !h.opened || a.Gen != h.newest {
				return fmt.Sprintf("%v of socket %d, which is not open", a.Kind, a.Gen)
			}
			h.asked = a.Kind == core.Ask
		}
		if h.parting && (a.Kind == core.Flush || a.Kind == core.Probe) {
			h.spoke = fmt.Sprintf("%v after the farewell", a.Kind)
		}
	}
	return ""
}

// "OneSpeaks: after the farewell nothing is sent on the socket, and nothing on
// the spare before it has taken over, which it does only when the socket was
// closed or abandoned." A Flush is for the socket, so it says so of both.
func oneSpeaks(h *host, _ stride) string { return h.spoke }

// "StaleIgnored: an event of a socket that is not alive changes nothing, nor
// does an answer to a question that is settled."
func staleIgnored(_ *host, s stride) string {
	if !s.stale {
		return ""
	}
	if len(s.acts) > 0 {
		return "a stale event was answered"
	}
	if s.was != s.is {
		return fmt.Sprintf("a stale event moved the deadline from %s to %s", drawTime(s.was), drawTime(s.is))
	}
	// Spans from now shrink with time, whatever happens.
	for _, snap := range []*core.Snapshot{&s.before, &s.after} {
		snap.CircuitResetIn, snap.RetryIn, snap.UpFor, snap.BudgetFullIn = 0, 0, 0, 0
		snap.WindowGood, snap.WindowBad = 0, 0 // forgotten with time
		snap.HandoverIn, snap.HandoverTill = 0, 0
	}
	if s.before != s.after {
		return fmt.Sprintf("a stale event made %+v of %+v", s.after, s.before)
	}
	return ""
}

// "LegalTransitions: the state moves along the arrows above, and each move
// gives exactly one StateChange."
func legalTransitions(h *host, s stride) string {
	for _, a := range s.acts {
		switch a.Kind {
		case core.EmitStateChange:
			if !core.Legal(h.state, a.State) {
				return move{h.state, a.State}.String()
			}
			h.state = a.State
		case core.EmitCircuitChange:
			if h.circuit == a.Circuit {
				return fmt.Sprintf("the circuit changes from %v to itself", a.Circuit)
			}
			h.circuit = a.Circuit
			h.marked = h.marked && (h.circuit != breaker.HalfOpen || h.cfg.CircuitName != 0) // its own circuit puts the connection on trial
		}
	}
	if h.state != s.after.State || h.circuit != s.after.Circuit {
		return fmt.Sprintf("told %v, circuit %v; is %v, circuit %v", h.state, h.circuit, s.after.State, s.after.Circuit)
	}
	return ""
}

// "FIFO: messages are flushed by priority, and within one priority in the order
// in which they were enqueued."
func fifo(h *host, s stride) string {
	last := math.MaxInt
	for _, a := range s.acts {
		if a.Kind != core.Flush {
			continue
		}
		for id := a.ID; id < a.ID+a.N; id++ {
			i := h.find(id)
			if i < 0 {
				return fmt.Sprintf("message %d is flushed, and does not wait", id)
			}
			p := h.waiting[i].priority
			if p > last {
				return fmt.Sprintf("message %d of priority %d is flushed after one of %d", id, p, last)
			}
			if last = p; id <= h.lastFlush[p] {
				return fmt.Sprintf("message %d is flushed after %d", id, h.lastFlush[p])
			}
			if h.lastFlush == nil {
				h.lastFlush = map[int]int{}
			}
			h.lastFlush[p] = id
		}
	}
	return ""
}

// "Accounted: every enqueued message is flushed once, dropped once with a
// reason, taken back, or still waits."
func accounted(h *host, s stride) string {
	for _, a := range s.acts {
		if a.Kind != core.Flush && a.Kind != core.Drop {
			continue
		}
		for id := a.ID; id < a.ID+a.N; id++ {
			i := h.find(id)
			if i < 0 {
				return fmt.Sprintf("%v of message %d, which does not wait", a.Kind, id)
			}
			if late := h.waiting[i].until <= h.now; late != (a.Kind == core.Drop && a.Reason == core.Expired) && !(a.Kind == core.Drop && a.Reason == core.UserClosed) {
				return fmt.Sprintf("%v (%v) of message %d; it has waited too long: %v", a.Kind, a.Reason, id, late)
			}
			if a.Kind == core.Drop && a.Reason == core.Replaced && (!h.waiting[i].key || s.event.Replaces != id) {
				return fmt.Sprintf("message %d is replaced by %d", id, s.event.ID)
			}
			h.waiting = slices.Delete(h.waiting, i, i+1)
		}
	}
	if s.after.State == core.StateOpen && !s.after.Parting && len(h.waiting) > 0 {
		return fmt.Sprintf("open, and %v wait", h.waiting)
	}
	if len(h.waiting) > h.cfg.QueueMessages {
		return fmt.Sprintf("%d messages wait", len(h.waiting))
	}
	if s.event.Kind == core.Close && len(h.waiting) > 0 {
		return fmt.Sprintf("closed, and %v wait", h.waiting)
	}
	return ""
}

// "Fresh: no message waits longer than it may, and of those with one key only
// the newest waits."
func fresh(h *host, s stride) string {
	keys := 0
	for _, w := range h.waiting {
		if w.until <= h.now && !s.stale {
			return fmt.Sprintf("message %d waits since too long", w.id)
		}
		if w.key {
			keys++
		}
	}
	if keys > 1 {
		return fmt.Sprintf("of %v, %d have the same key", h.waiting, keys)
	}
	return ""
}

// "RetryCountFalls: the retry count falls only when a connection has become
// healthy or the user starts anew; an offline page does not spend retries."
func retryCountFalls(h *host, s stride) string {
	was, is := s.before.RetryCount, s.after.RetryCount
	healthy := s.before.State == core.StateOpen && s.before.UpFor >= 0 && // as of the last step
		(s.event.Kind == core.MarkHealthy || s.after.State != core.StateOpen || s.after.UpFor >= h.cfg.MinUptime || s.after.Gen != s.before.Gen)
	switch {
	case is < 0 || is > h.cfg.MaxRetries:
		return fmt.Sprintf("the count is %d", is)
	case is > was && (h.offline || is != was+1 && !healthy):
		return fmt.Sprintf("the count rose from %d to %d; offline: %v", was, is, h.offline)
	case is >= was:
	case s.event.Kind == core.Connect, s.event.Kind == core.Reconnect:
		if is != 0 {
			return fmt.Sprintf("the user starts anew with %d", is)
		}
	case s.event.Kind == core.Offline && is == was-1:
	case is == was-1 && (s.event.Kind == core.Online || s.event.Kind == core.CircuitIs || s.event.Kind == core.Visible || s.event.Kind == core.Wake):
		// A wait that was cut short: the dial is a gift.
	case h.reopen && is == 0:
	case healthy && is <= 1: // 1: and was lost in the same step
	default:
		return fmt.Sprintf("the count fell from %d to %d", was, is)
	}
	return ""
}

// "SilentWhenClosed: a closed, failed or disposed machine dials only when the
// user says so."
func silentWhenClosed(h *host, s stride) string {
	silent := s.before.State == core.StateClosed || s.before.State == core.StateClosing || s.before.State == core.StateFailed
	asked := s.event.Kind == core.Connect || s.event.Kind == core.Reconnect || h.reopen
	for _, a := range s.acts {
		if h.disposed {
			return "disposed, and answers"
		}
		if a.Kind == core.OpenSocket && silent && !asked {
			return fmt.Sprintf("dials in %v", s.before.State)
		}
	}
	return ""
}

// "CircuitHolds: an open circuit lets no dial through, and BLOCKED is only who
// a circuit holds back; a dial goes on while others open a shared one."
func circuitHolds(h *host, s stride) string {
	for _, a := range s.acts {
		if a.Kind == core.OpenSocket && s.after.Circuit == breaker.Open {
			return "a dial went through"
		}
	}
	if full := h.cfg.CircuitName != 0 && s.after.Circuit == breaker.HalfOpen; s.after.State == core.StateBlocked && s.after.Circuit != breaker.Open && !full {
		return fmt.Sprintf("BLOCKED by a circuit that is %v", s.after.Circuit)
	}
	if s.after.Circuit == breaker.Open && (h.live && !h.opened || h.spare != 0 && !h.parting) && h.cfg.CircuitName == 0 {
		return "a dial is under way"
	}
	return ""
}

// "park waits until it is visible again": nothing but the user's word makes a
// hidden page that is to be parked begin to dial.
func parkedIsSilent(h *host, s stride) string {
	if !h.hidden || h.cfg.HiddenPolicy != core.HiddenPark {
		return ""
	}
	waited := s.before.State == core.StateConnecting && s.before.RetryIn >= 0 || s.before.State == core.StateBlocked
	switch s.event.Kind {
	case core.Connect, core.Reconnect, core.ResetCircuit, core.Hidden:
		return ""
	}
	for _, a := range s.acts {
		if a.Kind == core.OpenSocket && waited {
			return "dials while hidden"
		}
	}
	if s.after.State == core.StateConnecting && s.after.RetryIn >= 0 && s.after.RetryIn != tick.Forever {
		return fmt.Sprintf("hidden, and dials in %s", drawSpan(s.after.RetryIn))
	}
	return ""
}

// The state says what the newest socket is doing.
func stateIsTheSocket(h *host, s stride) string {
	var ok bool
	switch s.after.State {
	case core.StateOpen, core.StateClosing:
		ok = h.live && h.opened
	case core.StateConnecting: // a dial, or the wait for the next one
		ok = h.live && !h.opened && s.after.RetryIn < 0 || !h.live && s.after.RetryIn >= 0
	case core.StateBlocked:
		ok = !h.live && s.after.RetryIn >= 0 && s.after.RetryIn != tick.Forever
	default:
		ok = !h.live && s.after.RetryIn < 0
	}
	ok = ok && s.after.Spare == h.spare && s.after.Parting == h.parting && (h.spare == 0 || s.after.State == core.StateOpen)
	if !ok {
		return fmt.Sprintf("%v, but the socket lives: %v, has opened: %v, and a retry is due in %s",
			s.after.State, h.live, h.opened, drawSpan(s.after.RetryIn))
	}
	return ""
}

// "DeadlineIffWaiting: a deadline exists exactly while something waits."
func deadlineIffWaiting(h *host, s stride) string {
	if h.restored {
		return "" // no step yet
	}
	c := h.cfg
	waits := s.after.RetryIn >= 0 && s.after.RetryIn != tick.Forever || s.after.Circuit == breaker.Open && !h.disposed && s.event.Kind != core.Dispose
	for _, w := range h.waiting {
		waits = waits || w.until != tick.Never
	}
	switch s.after.State {
	case core.StateConnecting:
		waits = waits || h.live && h.limit != tick.Forever
	case core.StateClosing:
		waits = waits || c.CloseTimeout != tick.Forever
	case core.StateOpen:
		beats := c.HeartbeatInterval != tick.Forever && !h.asked
		waits = waits || beats || s.after.UpFor < c.MinUptime && !h.marked || s.after.HandoverIn >= 0 || s.after.Spare != 0
	}
	// At open with minUptime 0, the first step after it finds it healthy.
	due := s.after.State == core.StateOpen && (s.event.Kind == core.Opened || s.after.Gen != s.before.Gen) && c.MinUptime == 0
	if exists := s.is != tick.Never; exists != waits && !due && !s.stale {
		return fmt.Sprintf("deadline %s; something waits: %v", drawTime(s.is), waits)
	}
	return ""
}

// loses reports whether the event ends the connection, or its dial: what is moved
// to a spare does not end.
func (s stride) loses() bool {
	moved := slices.ContainsFunc(s.acts, func(a core.Action) bool { return a.Kind == core.TakeOver && s.after.State == core.StateOpen })
	return s.event.Kind == core.Closed && s.event.Gen == s.before.Gen && !s.stale && !moved && s.before.State != core.StateClosing
}

// silent reports whether the connection was lost for its silence.
func (s stride) silent() bool {
	return slices.ContainsFunc(s.acts, func(a core.Action) bool { return a.Kind == core.EmitError && a.Class == core.HeartbeatLost })
}

// "StopIsFinal: after a verdict of stop the machine is FAILED, and not before
// one or the last retry."
func stopIsFinal(h *host, s stride) string {
	stop := s.event.Verdict == core.Stop && s.loses()
	if stop && s.after.State != core.StateFailed {
		return fmt.Sprintf("told to stop, and is %v", s.after.State)
	}
	if failed := s.after.State == core.StateFailed && s.before.State != core.StateFailed; failed && !stop && s.before.RetryCount < h.cfg.MaxRetries && h.cfg.MinUptime > 0 {
		return fmt.Sprintf("gave up after %d retries", s.before.RetryCount)
	}
	return ""
}

// "HintHolds: when the server has said when to come back, or a dial was put
// off, no dial comes sooner unless the user says so."
func hintHolds(h *host, s stride) string {
	var said tick.Duration
	switch {
	case s.stale:
	case s.event.Verdict != core.Stop && s.loses() && s.event.RetryAfter+s.event.Spread > 0:
		said = min(s.event.RetryAfter, tick.Hour)
	case s.event.Verdict != core.Stop && s.loses() || s.silent():
		said = min(s.before.RetryAfter, tick.Hour)
	case s.event.Kind == core.PutOff && !h.opened:
		said = s.event.Span
	}
	user := []core.EventKind{core.Connect, core.Reconnect, core.ResetCircuit}
	for _, a := range s.acts {
		if a.Kind == core.OpenSocket {
			if h.now < h.notBefore && !slices.Contains(user, s.event.Kind) {
				return fmt.Sprintf("dials at %s, and was asked not to before %s", drawTime(h.now), drawTime(h.notBefore))
			}
			h.notBefore = 0
		}
	}
	if said > 0 {
		h.notBefore = h.now.Add(said)
	}
	return ""
}

// "AnswerHolds: where the delays are the user's own, the machine asks for each
// that is the schedule's, and only for those; the answer is what the retry waits,
// cut to maxDelay, unless something else has settled it meanwhile."
func answerHolds(h *host, s stride) string {
	open, own := h.question, h.cfg.JitterMode == backoff.Custom
	if s.stale {
		return "" // StaleIgnored
	}
	if s.event.Kind == core.Delayed {
		return h.answered(s)
	}
	asked := false
	late := s.event.Kind == core.Timer && open != 0 // the wait is over, and nobody has answered
	for _, a := range s.acts {
		switch {
		case a.Kind == core.AskDelay:
			if !own || a.Gen != s.after.Gen || a.Attempt != s.after.RetryCount || s.after.RetryIn < 0 || a.Delay > h.cfg.MaxDelay || a.Before > h.cfg.MaxDelay {
				return fmt.Sprintf("asks for the delay of retry %d after socket %d", a.Attempt, a.Gen)
			}
			if s.after.RetryIn < s.after.LastDelay && !s.silent() {
				return fmt.Sprintf("would wait %s of the %s that were drawn", drawSpan(s.after.RetryIn), drawSpan(s.after.LastDelay))
			}
			h.question, h.drawn, asked = a.Gen, s.after.RetryIn, true
		case a.Kind == core.EmitRetry && own && a.Why == core.Backoff && a.Delay > 0 && s.after.RetryCount > s.before.RetryCount && s.after.Spare == s.before.Spare:
			return fmt.Sprintf("retry %d waits %s, and nobody was asked", a.Attempt, drawSpan(a.Delay))
		case a.Kind == core.EmitRetry, a.Kind == core.OpenSocket, a.Kind == core.EmitClose:
			if late && a.Kind == core.OpenSocket {
				return "dials, and has told of no retry"
			}
			h.question, late = 0, false
		}
	}
	if s.after.State != core.StateConnecting || s.after.RetryCount < s.before.RetryCount && !asked { // a gift of good news
		h.question = 0
	}
	return ""
}

// answered is what follows an answer that counts.
func (h *host) answered(s stride) string {
	h.question = 0
	want := min(s.event.Span, h.cfg.MaxDelay)
	last := want
	if want < 0 { // as it was drawn, less the silence of a link that was lost for it
		last, want = s.before.LastDelay, min(s.before.LastDelay, h.drawn)
		if least := 500 * tick.Millisecond; h.drawn == least { // which the host has in any case
			want = min(want, max(s.after.RetryIn, 0))
		}
	}
	told := core.Action{Kind: core.EmitRetry, Attempt: s.after.RetryCount, Delay: want, Why: core.Backoff}
	acts := slices.DeleteFunc(slices.Clone(s.acts), func(a core.Action) bool { return a.Kind == core.Drop }) // what has waited too long
	if len(acts) != 1 || acts[0] != told || s.after.RetryIn != want || s.after.LastDelay != last {
		return fmt.Sprintf("was told to wait %s, and waits %s", drawSpan(want), drawSpan(s.after.RetryIn))
	}
	return ""
}

// "ErrorsAreNamed: whoever is told of an error or a failure is told its class."
func errorsAreNamed(_ *host, s stride) string {
	for _, a := range s.acts {
		if (a.Kind == core.EmitError || a.Kind == core.EmitFailed) && a.Class == core.NoError {
			return fmt.Sprintf("%+v has no class", a)
		}
	}
	return ""
}

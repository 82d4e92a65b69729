package port

import (
	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// decodeEvent reads the arguments of a message to the core.
func decodeEvent(kind core.EventKind, args []float64) core.Event {
	e := core.Event{Kind: kind}
	switch kind {
	case core.Close:
		e.Code = int(args[0])
	case core.Opened:
		e.Gen = uint32(args[0])
	case core.Closed:
		e.Gen, e.Code, e.Clean, e.Reached = uint32(args[0]), int(args[1]), args[2] != 0, core.Reach(args[3])
		e.Verdict, e.RetryAfter, e.Spread = core.Verdict(args[4]), tick.FromMillis(args[5]), tick.FromMillis(args[6])
	case core.Phase:
		e.Gen, e.Span, e.Class = uint32(args[0]), tick.FromMillis(args[1]), core.Class(args[2])
	case core.Replied, core.Heard, core.PutOff:
		e.Gen, e.Span = uint32(args[0]), tick.FromMillis(args[1])
	case core.Hint:
		e.Gen, e.RetryAfter, e.Spread = uint32(args[0]), tick.FromMillis(args[1]), tick.FromMillis(args[2])
	case core.Delayed:
		e.Gen, e.Span = uint32(args[0]), millisSpan(args[1])
	case core.Drain:
		e.Within, e.Spread = tick.FromMillis(args[0]), tick.FromMillis(args[1])
	case core.Enqueue:
		e.ID, e.Bytes, e.Span, e.TTL = int(args[0]), int(args[1]), tick.FromMillis(args[2]), tick.FromMillis(args[3])
		e.Priority, e.Replaces = int(args[4]), int(args[5])
	}
	return e
}

// action writes an action as a message to the page.
func (h *Hub) action(id int, a *core.Action) {
	op, gen := int(a.Kind), float64(a.Gen)
	switch a.Kind {
	case core.OpenSocket, core.OpenSpare, core.Farewell, core.Abandon, core.Probe, core.Ask, core.EmitOpen:
		h.say(op, id, gen)
	case core.TakeOver:
		h.say(op, id, gen, flag(a.Told))
	case core.CloseSocket:
		h.say(op, id, gen, float64(a.Code))
	case core.AskDelay:
		h.say(op, id, gen, float64(a.Attempt), a.Delay.Millis(), a.Before.Millis())
	case core.Flush:
		h.say(op, id, float64(a.ID), float64(a.N))
	case core.Drop:
		h.say(op, id, float64(a.ID), float64(a.N), float64(a.Reason))
	case core.EmitStateChange:
		h.say(op, id, float64(a.State))
	case core.EmitCircuitChange:
		h.say(op, id, float64(a.Circuit))
	case core.EmitError:
		h.say(op, id, gen, float64(a.Class))
	case core.EmitClose:
		h.say(op, id, gen, float64(a.Code), flag(a.Clean))
	case core.EmitRetry:
		h.say(op, id, float64(a.Attempt), a.Delay.Millis(), float64(a.Why))
	case core.EmitFailed:
		h.say(op, id, float64(a.Attempt), float64(a.Class))
	}
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

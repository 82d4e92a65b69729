package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// An Action is an output of the machine. Which fields count depends on Kind.
// Actions are carried out in order. Those that tell the user (Emit…) are safe
// to carry out at once: the machine has finished its step, so a listener may
// call anything.
type Action struct {
	Kind    ActionKind
	Gen     uint32        // what concerns a socket: its generation
	ID, N   int           // Flush, Drop: the first message and how many
	Code    int           // CloseSocket: 0, none given; EmitClose: 0, as the socket said
	Clean   bool          // EmitClose
	Told    bool          // TakeOver: the user is to be told
	State   State         // EmitStateChange
	Circuit breaker.State // EmitCircuitChange
	Class   Class         // EmitError, EmitFailed
	Reason  DropReason    // Drop
	Attempt int           // EmitRetry, AskDelay: the retry's number; EmitFailed: how many dials were made
	Delay   tick.Duration // EmitRetry; AskDelay: the schedule's, before any jitter
	Why     RetryReason   // EmitRetry
	Before  tick.Duration // AskDelay: what the retry before it waited; 0: there was none
}

package client

import (
	"context"
	"fmt"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// tell does the actions that are for the user.
func (d *driver) tell(a core.Action) {
	inbox := d.c.inbox
	switch a.Kind {
	case core.EmitStateChange:
		from := d.state
		d.state = a.State
		if from == core.StateOpen {
			d.lostAt, d.wasOpen = d.c.now(), true
		}
		inbox.tell(StateChange{from, a.State})
		if from == core.StateClosing {
			d.resolve(&d.closed, nil) // also where Reconnect has overtaken the close
		}
		if a.State == core.StateClosed && d.machine.State() == core.StateClosed { // else Connect was called meanwhile
			d.settle()
		}
	case core.EmitCircuitChange:
		from := d.circuit
		d.circuit = a.Circuit
		inbox.tell(CircuitChange{from, a.Circuit})
	case core.EmitOpen:
		ev := Open{Protocol: d.sock.conn.protocol(), LastMessage: d.c.count.lastMessage()}
		if d.wasOpen {
			ev.Down = span(d.c.now().Sub(d.lostAt))
		}
		inbox.tell(ev)
		d.resolve(&d.opened, nil)
	case core.EmitError:
		err := &Error{Class: a.Class, Err: d.cause(a.Class)}
		d.c.count.lastError.Store(err)
		inbox.tell(err)
	case core.EmitClose:
		ev := Closed{Code: a.Code, Clean: a.Clean}
		if a.Code == 0 && d.sock != nil {
			ev.Code, ev.Reason = d.sock.end.code, d.sock.end.reason
		}
		if d.sock != nil {
			ev.RequestedCode = d.sock.requested
		}
		d.c.count.close(ev)
		inbox.tell(ev)
	case core.EmitRetry:
		inbox.tell(Retry{Attempt: a.Attempt, MaxRetries: d.c.config.MaxRetries, Delay: span(a.Delay), Reason: a.Why})
	case core.EmitFailed:
		last := d.c.count.lastError.Load()
		inbox.tell(Failed{Attempts: a.Attempt, Err: last})
		d.resolve(&d.opened, fmt.Errorf("%w after %d dials: %w", ErrFailed, a.Attempt, last))
	default:
		panic("client: the machine wants " + a.Kind.String() + ", which this driver does not know")
	}
}

// cause is what the newest socket saw of a failure.
func (d *driver) cause(class core.Class) error {
	late := class == core.ProviderFailed || class == core.OnOpenFailed
	if class == core.TimedOut || late && d.sock.end.err == nil {
		return context.DeadlineExceeded
	}
	return d.sock.end.err
}

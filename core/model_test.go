package core_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// model is the connection's state once more, written down from the options'
// documentation and not from the code: no circuit, no heartbeat, no jitter,
// always online, a timer that is never late.
type model struct {
	state   string
	reopen  bool // connect was called while CLOSING
	dialing bool
	due     tick.Time // of the dial's end, the next dial, or the end of closing
	healthy tick.Time // when an open connection becomes it
	retries int

	own   bool // the user's own jitter says how long to wait
	asked bool // and has not
}

const (
	modelRetries = 4
	modelBase    = tick.Second
	modelMax     = 5 * tick.Second
)

func (m *model) dial(now tick.Time) {
	*m = model{state: "CONNECTING", dialing: true, due: now.Add(10 * tick.Second), healthy: tick.Never, retries: m.retries, own: m.own}
}

func (m *model) rest(state string) {
	*m = model{state: state, due: tick.Never, healthy: tick.Never, retries: m.retries, own: m.own}
}

// closed ends CLOSING, and starts anew where that was asked for.
func (m *model) closed(now tick.Time) {
	again := m.reopen
	m.rest("CLOSED")
	if again {
		m.retries = 0
		m.dial(now)
	}
}

func (m *model) lost(now tick.Time, byPolicy bool) {
	if m.retries == modelRetries {
		m.rest("FAILED")
		return
	}
	m.retries++
	m.rest("CONNECTING")
	delay := modelBase << (m.retries - 1)
	if delay > modelMax || byPolicy {
		delay = modelMax
	}
	if m.own { // drawn from half to all, and the dice lie low; half a second is left for an answer
		delay = max(delay/2, tick.Second/2)
		m.asked = !byPolicy
	}
	m.due = now.Add(delay)
}

func (m *model) step(now tick.Time, e core.Event) {
	if e.Kind == core.Delayed && !m.asked {
		return
	}
	if m.state == "OPEN" && now >= m.healthy {
		m.healthy, m.retries = tick.Never, 0
	}
	live := m.dialing || m.state == "OPEN" || m.state == "CLOSING"
	switch {
	case e.Kind == core.Connect && (m.state == "CLOSED" || m.state == "FAILED"), e.Kind == core.Reconnect:
		m.retries = 0
		m.dial(now)
	case e.Kind == core.Connect && m.state == "CLOSING":
		m.reopen = true
	case e.Kind == core.Close && m.state == "CLOSING":
		m.reopen = false
	case e.Kind == core.Close && m.state == "OPEN":
		m.rest("CLOSING")
		m.due = now.Add(2 * tick.Second)
	case e.Kind == core.Close && m.state != "CLOSING":
		m.rest("CLOSED")
	case e.Kind == core.Opened && m.dialing:
		m.rest("OPEN")
		m.healthy = now.Add(5 * tick.Second)
	case e.Kind == core.Delayed:
		m.asked = false
		m.due = now.Add(min(e.Span, modelMax))
	case e.Kind == core.Closed && m.state == "CLOSING":
		m.closed(now)
	case e.Kind == core.Closed && live:
		m.lost(now, e.Code == 1008)
	case e.Kind == core.Timer && now >= m.due:
		switch {
		case m.state == "CLOSING":
			m.closed(now)
		case m.dialing:
			m.lost(now, false)
		default:
			m.dial(now)
		}
	}
}

func TestMachineAgreesWithModel(t *testing.T) {
	t.Run("no jitter", func(t *testing.T) { agreesWithModel(t, backoff.Proportional) })
	t.Run("a jitter of one's own", func(t *testing.T) { agreesWithModel(t, backoff.Custom) })
}

func agreesWithModel(t *testing.T, mode backoff.Mode) {
	cfg := core.DefaultConfig()
	cfg.MaxRetries, cfg.BaseDelay, cfg.MaxDelay, cfg.Jitter = modelRetries, modelBase, modelMax, 0
	cfg.FailureThreshold, cfg.HeartbeatInterval, cfg.JitterMode = 0, tick.Forever, mode
	rapid.Check(t, func(t *rapid.T) {
		machine, m := core.New(&cfg, func() float64 { return 0 }), &model{own: mode == backoff.Custom}
		m.rest("CLOSED")
		now := tick.Time(0)
		step := func(e core.Event) {
			e.Gen = machine.Snapshot().Gen
			machine.Step(now, e)
			m.step(now, e)
		}
		actions := map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				s, d := machine.Snapshot(), machine.Deadline()
				if s.State.String() != m.state || s.RetryCount != m.retries || d != min(m.due, m.healthy) {
					t.Fatalf("at %s: machine %v, %d retries, deadline %s; model %s, %d retries, deadline %s", drawTime(now),
						s.State, s.RetryCount, drawTime(d), m.state, m.retries, drawTime(min(m.due, m.healthy)))
				}
			},
			"deadline": func(t *rapid.T) {
				if machine.Deadline() == tick.Never {
					t.Skip("nothing waits")
				}
				now = machine.Deadline()
				step(core.Event{Kind: core.Timer})
			},
			"time": func(t *rapid.T) {
				now = min(now.Add(tick.Duration(rapid.IntRange(0, 3000).Draw(t, "ms"))*tick.Millisecond), machine.Deadline())
			},
			"fail": func(t *rapid.T) {
				step(core.Event{Kind: core.Closed, Code: rapid.SampledFrom([]int{1006, 1008}).Draw(t, "code")})
			},
		}
		if m.own {
			actions["answer"] = func(t *rapid.T) {
				step(core.Event{Kind: core.Delayed, Span: tick.Duration(rapid.IntRange(0, 7000).Draw(t, "answer")) * tick.Millisecond})
			}
		}
		for _, kind := range []core.EventKind{core.Connect, core.Close, core.Reconnect, core.Opened, core.Timer} {
			actions[kind.String()] = func(*rapid.T) { step(core.Event{Kind: kind}) }
		}
		for range 3 {
			t.Repeat(actions)
		}
	})
}

package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/budget"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/heartbeat"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Machine is one client. It is not safe for concurrent use.
type Machine struct {
	cfg  *Config
	roll func() float64
	now  tick.Time
	acts []Action

	state     State
	closed    bool // by the user: no message is taken until Connect or Reconnect
	reopen    bool // the user has called connect while the closing handshake is under way
	disposed  bool
	offline   bool
	hidden    bool
	parked    bool // it waits for the page to be visible
	lastError Class

	// The newest socket.
	gen         uint32
	dialing     bool      // it has not opened yet
	dialOffline bool      // its dial began while offline
	phase       Class     // of a dial: what it is called if this part of it fails
	since       tick.Time // when it opened; before that, when its dial began, 0 if that is not known
	said        hint      // what the server has said of the dial after it

	handover handover // to the socket after it

	// What the machine waits for; tick.Never when it does not.
	connectBy tick.Time // the dial's end
	retryAt   tick.Time // the next dial
	healthyAt tick.Time // the end of minUptime
	closeBy   tick.Time // the end of the closing handshake

	notBefore tick.Time // good news does not make a dial come sooner
	tokenAt   tick.Time // nor before its token of the retry budget; 0: it has none
	graceTill tick.Time // until then failures are put down to the network's return

	retryCount int
	counted    bool // the retry that waits is part of retryCount
	asking     bool // the host has been asked how long the retry is to wait
	prompt     bool // the next retry in the time of grace is to be at once
	lastDelay  tick.Duration
	drawn      tick.Duration // while asking: what the retry waits unless the host says otherwise
	attempts   int
	successes  int

	circuit      breaker.Breaker
	budget       budget.Budget
	shownCircuit breaker.State
	permit       breaker.Permit // of the newest dial
	heartbeat    heartbeat.Monitor
	queue        queue.Queue
}

// New returns a machine in state CLOSED. It keeps cfg, which nobody may change
// from then on: machines of the same options share one. roll returns numbers in
// [0, 1); it is called once for each delay that is drawn.
func New(cfg *Config, roll func() float64) *Machine {
	return &Machine{
		cfg: cfg, roll: roll, circuit: breaker.New(),
		connectBy: tick.Never, retryAt: tick.Never, healthyAt: tick.Never, closeBy: tick.Never,
		handover: noHandover,
	}
}

// Step takes one event at now and returns what to do about it. Time never runs
// backwards: a now before the last step counts as the last step's. The slice is
// valid until the next step.
func (m *Machine) Step(now tick.Time, e Event) []Action {
	m.now = max(m.now, now)
	m.acts = m.acts[:0]
	if m.disposed || m.late(e) {
		return m.acts
	}
	if e.Kind == TakeBack {
		m.queue.Clear() // before anything of it can expire
	}
	if e.Kind == CircuitIs { // before anything is done to a copy that is out of date
		m.circuitIs(e.Shared)
		return m.acts
	}
	m.settle()
	switch e.Kind {
	case Timer:
		m.due()
	case Connect:
		m.connect()
	case Close:
		m.close(e.Code)
	case Reconnect:
		m.reconnect()
	case Handover:
		m.handOver(m.now, m.now.Add(handoverTime))
	case Drain:
		m.drain(e.Within, e.Spread)
	case TripCircuit:
		m.tripCircuit()
	case ResetCircuit:
		m.resetCircuit()
	case MarkHealthy:
		m.markHealthy()
	case Delayed:
		m.delayed(e.Span)
	case Dispose:
		m.dispose()
	case Enqueue:
		m.enqueue(e)
	case TakeBack: // see above
	case Online:
		m.goOnline()
	case Offline:
		m.goOffline()
	case Hidden:
		m.hide()
	case Visible:
		m.show()
	case Wake:
		m.wake()
	case BudgetIs:
		m.budget.Visit(dump.Reader(e.Shared))
	default:
		m.socketEvent(e)
	}
	return m.acts
}

// StepInto is [Machine.Step] with memory of the caller's for the actions, which
// need be no longer valid: machines that are stepped one after the other share
// it, and hold none of their own.
func (m *Machine) StepInto(acts []Action, now tick.Time, e Event) []Action {
	m.acts = acts
	acts = m.Step(now, e)
	m.acts = nil
	return acts
}

// Deadline returns when the machine wants a [Timer] event, [tick.Never] when it
// waits for nothing.
func (m *Machine) Deadline() tick.Time {
	if m.disposed {
		return tick.Never
	}
	return min(m.connectBy, m.retryAt, m.healthyAt, m.closeBy, m.heartbeat.Deadline(), m.circuit.Until(), m.handover.deadline(), m.queue.Deadline())
}

// Slack returns how much later than at its [Machine.Deadline] the machine may be
// woken, so that the probes of many clients can leave together: up to a sixteenth
// of the heartbeat's interval where nothing but the next probe is due, but not
// past the next beat that is common to all machines of the same interval. Each
// probe comes nearer to the beat, and once there stays: beats are a little more
// than an interval apart, so that who is woken a little late catches the next.
func (m *Machine) Slack() tick.Duration {
	at := m.heartbeat.Deadline()
	if at == tick.Never || m.heartbeat.Outstanding() || at > m.Deadline() {
		return 0
	}
	interval := m.cfg.HeartbeatInterval
	beat := interval + interval/64
	return min(interval/16, beat-1-tick.Duration(at-1)%beat)
}

// State returns the connection's state.
func (m *Machine) State() State { return m.state }

// live reports whether the newest socket is dialling, open or closing.
func (m *Machine) live() bool { return m.dialing || m.state == StateOpen || m.state == StateClosing }

// knows reports whether a socket is alive: the newest one, or the spare.
func (m *Machine) knows(gen uint32) bool {
	return gen == m.gen && m.live() || gen == m.handover.spare && gen != 0
}

// late reports whether the event is about what is over: a socket that is gone, or
// a question that has settled.
func (m *Machine) late(e Event) bool {
	if e.Kind == Delayed {
		return !m.asking || e.Gen != m.gen
	}
	return e.ofSocket() && !m.knows(e.Gen)
}

func (m *Machine) act(a Action) { m.acts = append(m.acts, a) }

// settle takes note of what time alone has changed, before an event changes
// more: a timer may come later than other news.
func (m *Machine) settle() {
	m.noteCircuit()
	if m.now >= m.healthyAt {
		m.becomeHealthy()
	}
	m.queue.Expire(m.now, m.unsent)
}

// due does what the passing of time asks for.
func (m *Machine) due() {
	switch {
	case m.now >= m.connectBy:
		m.act(Action{Kind: Abandon, Gen: m.gen})
		m.lose(m.phase, codeAbnormal, Event{})
	case m.now >= m.closeBy:
		m.act(Action{Kind: Abandon, Gen: m.gen})
		m.finishClose(codeAbnormal, false)
	case m.now >= m.retryAt:
		m.redial()
	default:
		m.handoverDue()
	}
	if m.state == StateOpen {
		m.beat(m.heartbeat.Due(m.now))
	}
}

func (m *Machine) policy() backoff.Policy {
	return backoff.Policy{Base: m.cfg.BaseDelay, Max: m.cfg.MaxDelay, Multiplier: m.cfg.Multiplier,
		Mode: m.cfg.JitterMode, Jitter: m.cfg.Jitter}
}

func (m *Machine) beats() heartbeat.Config {
	return heartbeat.Config{Interval: m.cfg.HeartbeatInterval, Timeout: m.cfg.HeartbeatTimeout,
		MinTimeout: m.cfg.HeartbeatMinTimeout}
}

func (m *Machine) limits() queue.Limits {
	return queue.Limits{Messages: m.cfg.QueueMessages, Bytes: m.cfg.QueueBytes, Overflow: m.cfg.Overflow}
}

func (m *Machine) breaks() breaker.Config {
	return breaker.Config{FailureThreshold: m.cfg.FailureThreshold, ErrorRate: m.cfg.ErrorRate, Window: m.cfg.ErrorWindow,
		VolumeThreshold: m.cfg.VolumeThreshold, ResetTimeout: m.cfg.ResetTimeout, Trials: m.cfg.HalfOpenMaxRequests}
}

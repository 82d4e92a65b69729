// Package heartbeat schedules probes on an open link and judges, by
// timestamps, whether the link is alive.
//
// Browsers cannot send RFC 6455 Ping frames, so a probe is an ordinary message
// and its reply an ordinary message too. The schedule:
//
//	start ──Interval──▶ Probe ──Timeout──▶ Check ──▶ Alive: next probe
//	                                           └───▶ Lost
//
// Three rules keep healthy links alive and find dead ones:
//
//   - "I hear you" and "you must hear me" are separate: incoming traffic counts
//     as a reply, but it never suppresses a probe, because the server may be
//     waiting for one.
//   - A deadline only asks the question. Whoever receives the messages answers
//     it with how long ago it last heard the peer, so that a late timer cannot
//     kill a link that spoke in the meantime.
//   - A check that itself comes later than [Config.Timeout] plus [Grace] after
//     its deadline proves nothing (the machine slept): the link is probed again,
//     once. Timers that are always late (a hidden page) must not keep it alive.
package heartbeat

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Grace is how late, beyond a further timeout, a check may be before its
// silence is no longer taken as proof.
const Grace = tick.Second

// shortest is how long a reply is awaited at least after waking.
const shortest = tick.Second / 2

// A Config is the heartbeat's pace.
type Config struct {
	Interval tick.Duration // from open to the first probe and from probe to probe; Forever: never
	Timeout  tick.Duration // from a probe to its check; Forever: the probe is sent, its reply not awaited

	// MinTimeout is how far the round trips may shorten Timeout; Forever: not
	// at all.
	MinTimeout tick.Duration
}

// A Verdict says what is due.
type Verdict uint8

const (
	Nothing Verdict = iota // not yet: see Deadline
	Probe                  // send a probe, then call Sent
	Check                  // ask when the peer was last heard, then call Heard
	Lost                   // the peer is gone
)

// A Monitor watches one link. Its zero value is stopped.
type Monitor struct {
	phase    phase
	excused  bool // the last check came too late to tell
	sentAt   tick.Time
	deadline tick.Time
	rtt      estimate
	opening  tick.Duration // what the link took to open, within the bounds of WakeTimeout
}

type phase uint8

const (
	stopped  phase = iota
	idle           // until the next probe
	waiting        // for the reply to a probe
	checking       // for the answer to "when did you last hear it?"
)

// Start begins to watch a link that took so long to open; Forever: not known.
func (m *Monitor) Start(cfg Config, opening tick.Duration, now tick.Time) {
	*m = Monitor{phase: idle, deadline: now.Add(cfg.Interval), opening: min(max(opening, shortest), tick.Second)}
}

// Stop forgets the link.
func (m *Monitor) Stop() { m.phase = stopped }

// Deadline returns when [Monitor.Due] will have something to say.
func (m *Monitor) Deadline() tick.Time {
	if m.phase == idle || m.phase == waiting {
		return m.deadline
	}
	return tick.Never
}

// Due returns [Probe] or [Check] once its deadline has come.
func (m *Monitor) Due(now tick.Time) Verdict {
	switch {
	case m.phase == idle && now >= m.deadline:
		return Probe
	case m.phase == waiting && now >= m.deadline:
		m.phase = checking
		return Check
	}
	return Nothing
}

// Sent records that a probe left now; its reply is awaited for timeout. A probe
// may be sent ahead of schedule, at any time.
func (m *Monitor) Sent(cfg Config, timeout tick.Duration, now tick.Time) {
	if m.phase == stopped {
		return
	}
	m.sentAt = now
	if timeout == tick.Forever {
		m.phase, m.deadline = idle, now.Add(cfg.Interval)
		return
	}
	m.phase, m.deadline = waiting, now.Add(timeout)
}

// ReplyTimeout returns how long a probe's reply is awaited: Timeout, or less
// where the round trips allow it and MinTimeout permits it.
func (m *Monitor) ReplyTimeout(cfg Config) tick.Duration {
	if m.rtt.smoothed == 0 {
		return cfg.Timeout
	}
	return min(cfg.Timeout, max(cfg.MinTimeout, m.rtt.timeout()))
}

// WakeTimeout returns how long the reply is awaited to a probe of a link that
// may have died unnoticed: the retransmission timeout of RFC 6298, but at least
// half a second. Before the first round trip is known it is the time that the
// link took to open, which was two round trips or more (TCP, then the upgrade),
// between half a second and 1 s. Where no reply is awaited it is Forever.
func (m *Monitor) WakeTimeout(cfg Config) tick.Duration {
	if cfg.Timeout == tick.Forever {
		return tick.Forever
	}
	patience := m.opening
	if m.rtt.smoothed != 0 {
		patience = max(m.rtt.timeout(), shortest)
	}
	return min(cfg.Timeout, patience)
}

// Patience returns how long the reply to the outstanding probe was to be awaited.
func (m *Monitor) Patience() tick.Duration { return m.deadline.Sub(m.sentAt) }

// Outstanding reports whether a probe waits for its reply.
func (m *Monitor) Outstanding() bool { return m.phase == waiting || m.phase == checking }

// Replied records a reply that took rtt.
func (m *Monitor) Replied(cfg Config, rtt tick.Duration, now tick.Time) {
	if m.Outstanding() {
		m.rtt.add(rtt)
		m.next(cfg, now)
	}
}

// Heard answers a [Check]: the peer was last heard age ago. It returns
// [Nothing] when the link lives, [Lost] when it does not, and [Probe] when the
// check came too late to tell: to be asked again, with the same patience.
func (m *Monitor) Heard(cfg Config, age tick.Duration, now tick.Time) Verdict {
	if m.phase != checking {
		return Nothing
	}
	if now.Sub(m.sentAt) > age {
		m.next(cfg, now)
		return Nothing
	}
	if late := now.Sub(m.deadline) > m.Patience()+Grace; late && !m.excused {
		m.excused = true
		return Probe
	}
	return Lost
}

// next waits for the probe after this one. Probes keep their pace: the
// interval runs from the last probe, not from its reply.
func (m *Monitor) next(cfg Config, now tick.Time) {
	m.phase, m.deadline = idle, max(m.sentAt.Add(cfg.Interval), now)
	m.excused = false
}

// RoundTrip returns the newest round trip and the smoothed one, both 0 before
// the first reply.
func (m *Monitor) RoundTrip() (last, smoothed tick.Duration) { return m.rtt.last, m.rtt.smoothed }

// Silence returns for how long the newest probe has waited for its reply, or had
// when the link was stopped.
func (m *Monitor) Silence(now tick.Time) tick.Duration { return now.Sub(m.sentAt) }

// Visit dumps or loads the monitor.
func (m *Monitor) Visit(c *dump.Codec) {
	dump.Int(c, &m.phase)
	dump.Int(c, &m.sentAt)
	dump.Int(c, &m.deadline)
	c.Bool(&m.excused)
	dump.Int(c, &m.rtt.last)
	dump.Int(c, &m.rtt.smoothed)
	dump.Int(c, &m.rtt.variation)
	dump.Int(c, &m.opening)
}

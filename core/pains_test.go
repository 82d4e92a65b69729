package core_test

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Pain 4: "Heartbeat closes healthy sockets in background tabs." For an hour the
// browser lets timers run on the minute only. The server answers each probe in
// 50 ms, and the link is kept, whether its replies are told or have to be asked for.
//
// react-use-websocket 4.13.0 (heartbeat.js: what was last heard is older than
// the timeout, 60 s, though no ping went out) closes that link after a minute.
func TestPain04ThrottledTimers(t *testing.T) {
	const (
		rtt  = 50 * tick.Millisecond
		hour = tick.Time(3600 * tick.Second)
	)
	for _, told := range []bool{true, false} {
		m := core.New(new(core.DefaultConfig()), func() float64 { return 0.5 })
		m.Step(0, core.Event{Kind: core.Connect})
		m.Step(0, core.Event{Kind: core.Opened, Gen: 1})
		var probed tick.Time
		probes := 0
		for now := throttled(m.Deadline()); now < hour; now = throttled(m.Deadline()) {
			replied := tick.Time(-1)
			for _, a := range m.Step(now, core.Event{Kind: core.Timer}) {
				switch a.Kind {
				case core.Probe:
					probed, replied = now, now.Add(rtt)
					probes++
				case core.Ask:
					m.Step(now, core.Event{Kind: core.Heard, Gen: a.Gen, Span: now.Sub(probed.Add(rtt))})
				}
			}
			if told && replied > 0 {
				m.Step(replied, core.Event{Kind: core.Replied, Gen: 1, Span: rtt})
			}
			if s := m.Snapshot(); m.State() != core.StateOpen || s.Gen != 1 {
				t.Fatalf("replies told %v: after %v the machine is %v with socket %d, want the first one open", told, now, m.State(), s.Gen)
			}
		}
		if probes < 25 {
			t.Errorf("replies told %v: %d probes in an hour", told, probes)
		}
	}
	if killed := intervalHeartbeat(rtt); killed != tick.Time(60*tick.Second) {
		t.Errorf("react-use-websocket closes the link at %v, want at 60 s: the test shows nothing", killed)
	}
}

// throttled is when a hidden page's timer runs that was set for an instant.
func throttled(at tick.Time) tick.Time {
	const minute = tick.Time(60 * tick.Second)
	return (at + minute - 1) / minute * minute
}

// intervalHeartbeat is react-use-websocket's, on a throttled page; it returns
// when the socket is closed, or an hour.
func intervalHeartbeat(rtt tick.Duration) tick.Time {
	const interval, timeout = 25 * tick.Second, 60 * tick.Second
	var heard tick.Time
	for now := throttled(1); now < tick.Time(3600*tick.Second); now = throttled(now + 1) {
		if heard.Add(timeout) <= now {
			return now
		}
		if heard.Add(interval) <= now {
			heard = now.Add(rtt)
		}
	}
	return tick.Time(3600 * tick.Second)
}

package core_test

import (
	"fmt"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// "Recovery in under 1 s after resume or online": a link that died while the host
// slept is replaced soon after whatever tells of the waking, at whichever moment
// of the heartbeat it fell asleep, though the heartbeat's own deadlines are far
// longer, and whether or not a round trip is known. A page that is looked at again
// says nothing of the network: there the schedule's first delay is kept.
func TestDeadLinkIsReplacedAfterResume(t *testing.T) {
	const ms = tick.Millisecond
	for _, rtt := range []tick.Duration{0, 50 * ms} {
		for signal, bound := range map[core.EventKind]tick.Duration{ // until the next dial begins
			core.Wake: 750 * ms, core.Online: 750 * ms, core.Visible: 1100 * ms,
		} {
			t.Run(fmt.Sprintf("%v/%v", rtt/ms, signal), func(t *testing.T) {
				var worst tick.Duration
				for phase := tick.Duration(0); phase < 40*tick.Second; phase += 250 * tick.Millisecond {
					for _, roll := range []float64{0, 0.5, 0.999} {
						took := resume(t, rtt, phase, signal, roll)
						if took > bound {
							t.Fatalf("asleep %d ms after the last reply, roll %v: the next dial began %d ms after the waking, want %d at most", phase/ms, roll, took/ms, bound/ms)
						}
						worst = max(worst, took)
					}
				}
				t.Logf("the next dial began %d ms after the waking, at worst", worst/ms)
			})
		}
	}
}

// resume has the host fall asleep so long after the last reply, or after the
// open, which took a tenth of a second, and the link die meanwhile. It returns how long after the waking the next
// dial begins.
func resume(t *testing.T, rtt, phase tick.Duration, signal core.EventKind, roll float64) tick.Duration {
	t.Helper()
	cfg := core.DefaultConfig() // probes every 30 s
	cfg.HeartbeatTimeout = 20 * tick.Second
	m := core.New(&cfg, func() float64 { return roll })
	m.Step(0, core.Event{Kind: core.Connect})
	last := tick.Time(100 * tick.Millisecond)
	m.Step(last, core.Event{Kind: core.Opened, Gen: 1})
	for replies := 0; rtt != 0 && replies < 10; {
		now := m.Deadline()
		for _, a := range m.Step(now, core.Event{Kind: core.Timer}) {
			if a.Kind == core.Probe {
				replies++
				last = now.Add(rtt)
				m.Step(last, core.Event{Kind: core.Replied, Gen: 1, Span: rtt})
			}
		}
	}
	// until has the time pass with a link that says nothing, and returns when a dial began.
	until := func(end tick.Time) tick.Time {
		for m.Deadline() <= end {
			now := m.Deadline()
			acts := m.Step(now, core.Event{Kind: core.Timer})
			for len(acts) > 0 {
				a := acts[0]
				acts = acts[1:]
				switch a.Kind {
				case core.Ask:
					acts = append(acts, m.Step(now, core.Event{Kind: core.Heard, Gen: a.Gen, Span: tick.Forever})...)
				case core.OpenSocket:
					return now
				}
			}
		}
		return tick.Never
	}
	asleep := last.Add(phase)
	if signal == core.Visible {
		m.Step(last, core.Event{Kind: core.Hidden})
	}
	if dialled := until(asleep); dialled != tick.Never {
		t.Fatalf("the link was given up at %d, before the sleep at %d", dialled, asleep)
	}
	awake := asleep.Add(3600 * tick.Second)
	m.Step(awake, core.Event{Kind: signal})
	dialled := until(awake.Add(3600 * tick.Second))
	if dialled == tick.Never {
		t.Fatalf("no dial within an hour of the waking, in state %v", m.State())
	}
	return dialled.Sub(awake)
}

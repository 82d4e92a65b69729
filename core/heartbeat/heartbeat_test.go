package heartbeat_test

import (
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/heartbeat"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

const sec = tick.Second

var pace = Config{Interval: 30 * sec, Timeout: 5 * sec}

func at(d tick.Duration) tick.Time { return tick.Time(d) }

func wantDue(t *testing.T, m *Monitor, now tick.Duration, want Verdict, why string) {
	t.Helper()
	if got := m.Due(at(now)); got != want {
		t.Fatalf("at %d s: due is %d, want %d: %s", now/sec, got, want, why)
	}
}

func wantDeadline(t *testing.T, m *Monitor, want tick.Time, why string) {
	t.Helper()
	if got := m.Deadline(); got != want {
		t.Fatalf("deadline is %d, want %d: %s", got, want, why)
	}
}

// probed returns a monitor that started at 0 and has sent a probe at 30 s.
func probed(t *testing.T) *Monitor {
	t.Helper()
	m := new(Monitor)
	m.Start(pace, tick.Forever, 0)
	wantDue(t, m, 30*sec, Probe, "an interval after open")
	m.Sent(pace, pace.Timeout, at(30*sec))
	return m
}

// "Its zero value is stopped."
func TestStopped(t *testing.T) {
	m := new(Monitor)
	wantDeadline(t, m, tick.Never, "nothing is watched")
	wantDue(t, m, 100*sec, Nothing, "nothing is watched")
	m.Sent(pace, pace.Timeout, at(100*sec))
	wantDeadline(t, m, tick.Never, "a probe that was sent late does not start the watch again")

	m = probed(t)
	m.Stop()
	wantDeadline(t, m, tick.Never, "stopped")
	if v := m.Heard(pace, 0, at(40*sec)); v != Nothing || m.Outstanding() {
		t.Fatalf("a stopped monitor answers %d", v)
	}
}

// "start ──Interval──▶ Probe ──Timeout──▶ Check ──▶ Alive: next probe"
func TestAlive(t *testing.T) {
	m := new(Monitor)
	m.Start(pace, tick.Forever, 0)
	wantDeadline(t, m, at(30*sec), "the first probe")
	wantDue(t, m, 29*sec, Nothing, "not yet")
	m = probed(t)
	wantDeadline(t, m, at(35*sec), "the check")
	wantDue(t, m, 34*sec, Nothing, "not yet")
	wantDue(t, m, 35*sec, Check, "a timeout after the probe")
	wantDue(t, m, 36*sec, Nothing, "it was asked already")
	wantDeadline(t, m, tick.Never, "the answer is awaited, no timer")
	if v := m.Heard(pace, 2*sec, at(35*sec)); v != Nothing {
		t.Fatalf("heard 2 s ago, 3 s after the probe: %d", v)
	}
	// "the interval runs from the last probe, not from its reply"
	wantDeadline(t, m, at(60*sec), "the next probe")
}

// "└───▶ Lost"
func TestLost(t *testing.T) {
	for _, c := range []struct {
		age  tick.Duration
		want Verdict
		why  string
	}{
		{tick.Forever, Lost, "never heard"},
		{20 * sec, Lost, "heard before the probe only"},
		{5 * sec, Lost, "heard in the instant of the probe, which is no answer to it"},
		{5*sec - 1, Nothing, "heard just after the probe"},
		{0, Nothing, "heard just now"},
	} {
		m := probed(t)
		wantDue(t, m, 35*sec, Check, "a timeout after the probe")
		if v := m.Heard(pace, c.age, at(35*sec)); v != c.want {
			t.Errorf("%s: %d, want %d", c.why, v, c.want)
		}
	}
}

// "incoming traffic counts as a reply, but it never suppresses a probe"
func TestTrafficDoesNotSuppressProbes(t *testing.T) {
	m := new(Monitor)
	m.Start(pace, tick.Forever, 0)
	m.Heard(pace, 0, at(29*sec))
	wantDue(t, m, 30*sec, Probe, "though the peer was heard a second ago")
}

// "A check that itself comes later than Config.Timeout plus Grace after its
// deadline proves nothing (the machine slept): the link is probed again."
func TestLateCheck(t *testing.T) {
	limit := 35*sec + pace.Timeout + Grace
	m := probed(t)
	wantDue(t, m, limit, Check, "late")
	if v := m.Heard(pace, tick.Forever, at(limit)); v != Lost {
		t.Fatalf("a check at the limit: %d, want Lost", v)
	}
	m = probed(t)
	wantDue(t, m, limit+1, Check, "too late")
	if v := m.Heard(pace, tick.Forever, at(limit+1)); v != Probe {
		t.Fatalf("a check past the limit: %d, want Probe", v)
	}
	m.Sent(pace, pace.Timeout, at(limit+1))
	wantDeadline(t, m, at(limit+1+5*sec), "the check of the second probe")
	// "a late timer cannot kill a link that spoke in the meantime"
	m = probed(t)
	wantDue(t, m, 3600*sec, Check, "far too late")
	if v := m.Heard(pace, 3000*sec, at(3600*sec)); v != Nothing {
		t.Fatalf("heard after the probe: %d, want Nothing", v)
	}
	wantDeadline(t, m, at(3600*sec), "the next probe is overdue, and not in the past")
}

// It is probed again once: a second check in a row that comes too late is proof
// enough, unless the peer was heard in between.
func TestLateChecksInARow(t *testing.T) {
	late := func(m *Monitor, sent tick.Duration) (now tick.Duration, v Verdict) {
		now = sent + 3600*sec
		wantDue(t, m, now, Check, "far too late")
		return now, m.Heard(pace, tick.Forever, at(now))
	}
	for _, heard := range []bool{false, true} {
		m := probed(t)
		now, v := late(m, 30*sec)
		if v != Probe {
			t.Fatalf("the first: %d, want Probe", v)
		}
		m.Sent(pace, pace.Timeout, at(now))
		want := Lost
		if heard {
			want = Probe
			m.Replied(pace, sec, at(now+sec))
			now += pace.Interval
			wantDue(t, m, now, Probe, "an interval after the probe")
			m.Sent(pace, pace.Timeout, at(now))
		}
		if _, v := late(m, now); v != want {
			t.Errorf("the second, heard in between: %v: %d, want %d", heard, v, want)
		}
	}
}

func TestReplied(t *testing.T) {
	m := probed(t)
	if !m.Outstanding() {
		t.Fatal("a probe was sent")
	}
	m.Replied(pace, 80*tick.Millisecond, at(31*sec))
	if m.Outstanding() {
		t.Fatal("the reply came")
	}
	wantDeadline(t, m, at(60*sec), "probes keep their pace")
	if last, smoothed := m.RoundTrip(); last != 80*tick.Millisecond || smoothed != 80*tick.Millisecond {
		t.Fatalf("round trip %d, smoothed %d", last, smoothed)
	}
	m.Replied(pace, sec, at(32*sec))
	if last, _ := m.RoundTrip(); last != 80*tick.Millisecond {
		t.Fatal("a second reply to the same probe counted")
	}

	m = probed(t)
	wantDue(t, m, 35*sec, Check, "a timeout after the probe")
	m.Replied(pace, 4*sec, at(35*sec))
	if v := m.Heard(pace, tick.Forever, at(35*sec)); v != Nothing {
		t.Fatalf("the reply overtook the check: %d, want Nothing", v)
	}
}

// "Interval … Forever: never"
func TestNoInterval(t *testing.T) {
	m := new(Monitor)
	m.Start(Config{Interval: tick.Forever, Timeout: 5 * sec}, tick.Forever, 0)
	wantDeadline(t, m, tick.Never, "no heartbeat")
}

// "Timeout … Forever: the probe is sent, its reply not awaited"
func TestNoTimeout(t *testing.T) {
	cfg := Config{Interval: 30 * sec, Timeout: tick.Forever}
	m := new(Monitor)
	m.Start(cfg, tick.Forever, 0)
	m.Sent(cfg, cfg.Timeout, at(30*sec))
	if m.Outstanding() {
		t.Fatal("no reply is awaited")
	}
	wantDeadline(t, m, at(60*sec), "the next probe")
}

// "A probe may be sent ahead of schedule, at any time."
func TestAheadOfSchedule(t *testing.T) {
	m := new(Monitor)
	m.Start(pace, tick.Forever, 0)
	m.Sent(pace, 2*sec, at(10*sec))
	wantDue(t, m, 12*sec, Check, "its own timeout after it")
	m.Heard(pace, sec, at(12*sec))
	wantDeadline(t, m, at(40*sec), "an interval after that probe")
}

// "The retransmission timeout of RFC 6298, but at least half a second. Before the
// first round trip is known it is the time that the link took to open, … between
// half a second and 1 s. Where no reply is awaited it is Forever."
func TestWakeTimeout(t *testing.T) {
	const ms = tick.Millisecond
	for _, c := range []struct {
		timeout, opening, rtt, want tick.Duration
	}{
		{5 * sec, tick.Forever, 0, sec},
		{5 * sec, 3 * sec, 0, sec},
		{5 * sec, 800 * ms, 0, 800 * ms},
		{5 * sec, 40 * ms, 0, 500 * ms},
		{300 * ms, 40 * ms, 0, 300 * ms},
		{5 * sec, 800 * ms, 20 * ms, 500 * ms},
		{5 * sec, 800 * ms, 400 * ms, 1200 * ms},
		{5 * sec, 800 * ms, 4 * sec, 5 * sec},
		{tick.Forever, 40 * ms, 0, tick.Forever},
		{tick.Forever, 40 * ms, 20 * ms, tick.Forever},
	} {
		cfg := Config{Interval: 30 * sec, Timeout: c.timeout, MinTimeout: tick.Forever}
		if got := roundTrip(c.opening, c.rtt).WakeTimeout(cfg); got != c.want {
			t.Errorf("timeout %d, opened in %d, round trip %d: %d after waking, want %d", c.timeout, c.opening, c.rtt, got, c.want)
		}
	}
}

// "Timeout, or less where the round trips allow it and MinTimeout permits it."
func TestReplyTimeout(t *testing.T) {
	const ms = tick.Millisecond
	for _, c := range []struct {
		least, rtt, want tick.Duration
	}{
		{tick.Forever, 20 * ms, 5 * sec},
		{100 * ms, 0, 5 * sec},
		{100 * ms, 200 * ms, 600 * ms},
		{sec, 200 * ms, sec},
		{100 * ms, 4 * sec, 5 * sec},
	} {
		cfg := Config{Interval: 30 * sec, Timeout: 5 * sec, MinTimeout: c.least}
		if got := roundTrip(0, c.rtt).ReplyTimeout(cfg); got != c.want {
			t.Errorf("at least %d, round trip %d: %d, want %d", c.least, c.rtt, got, c.want)
		}
	}
}

// roundTrip returns a monitor that has seen one reply after so long; none for 0.
func roundTrip(opening, rtt tick.Duration) *Monitor {
	m := new(Monitor)
	m.Start(pace, opening, 0)
	if rtt > 0 {
		m.Sent(pace, pace.Timeout, 0)
		m.Replied(pace, rtt, at(rtt))
	}
	return m
}

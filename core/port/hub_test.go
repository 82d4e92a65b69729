package port_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// "age is how many milliseconds before now the thing happened."
func TestAgesAreTakenIntoAccount(t *testing.T) {
	h := new(Hub)
	a := step(t, h, 5000, create(1), msg("Connect", 1).ago(900), msg("Opened", 1, 1).ago(300))
	if got := a.snapshot(1)["UpFor"]; got != 0 {
		t.Errorf("as of its last step, the connection is up for %v ms, want 0", got)
	}
	a = step(t, h, 5000, msg("Connect", 1))
	if got := a.snapshot(1)["UpFor"]; got != 300 {
		t.Errorf("up for %v ms, want 300", got)
	}
	// minUptime is 5000 ms: from 4700 to 9700.
	if a.delay != 4700 {
		t.Errorf("the next deadline is in %v ms, want 4700", a.delay)
	}
}

// A page that waited ten seconds for its core tells it of times before the
// hub was made. A drop in that time is repaired at once, not after a delay that
// has long passed.
func TestWhatHappenedBeforeTheHubWasMade(t *testing.T) {
	h := new(Hub)
	a := step(t, h, 0, create(1),
		msg("Connect", 1).ago(10_000),
		msg("Opened", 1, 1).ago(9_900),
		msg("Closed", 1, 1, 1006, 0, 0).ago(4_000))
	if a.delay != 0 {
		t.Errorf("the retry is due in %v ms; it was due 3000 ms ago", a.delay)
	}
	a = step(t, h, 0, timer())
	if a.acts() != "OpenSocket 1 2" {
		t.Errorf("answered %q, want a dial", a.acts())
	}
}

// Ages of one batch may be in any order of clients: each machine's own time
// never runs backwards.
func TestAgesThatRunBackwards(t *testing.T) {
	h := new(Hub)
	step(t, h, 1000, create(1), msg("Connect", 1))
	a := step(t, h, 2000, msg("Opened", 1, 1), msg("Connect", 1).ago(1500))
	if got := a.snapshot(1)["UpFor"]; got != 0 {
		t.Errorf("up for %v ms, want 0", got)
	}
}

func TestBroadcastReachesEveryClient(t *testing.T) {
	h := new(Hub)
	step(t, h, 0, create(1), create(2), create(4), msg("Connect", 1), msg("Connect", 2), msg("Connect", 4))
	step(t, h, 1, msg("Opened", 1, 1), msg("Opened", 2, 1), msg("Opened", 4, 1), msg("Dispose", 2))
	a := step(t, h, 2, msg("Offline", broadcast))
	if want := "Probe 1 1\nProbe 4 1"; a.acts() != want {
		t.Errorf("answered\n%s\nwant\n%s", a.acts(), want)
	}
}

// Only those whose deadline has come are stepped; the others are not even
// mentioned.
func TestTimerStepsThoseThatAreDue(t *testing.T) {
	const clients = 500
	h := new(Hub)
	var start []message
	for id := 1; id <= clients; id++ {
		start = append(start, create(id, fmt.Sprintf("baseDelay=%d", 10*id), "maxDelay=60000"),
			msg("Connect", id), msg("Closed", id, 1, 1006, 0, 0))
	}
	a := step(t, h, 0, start...)
	if a.delay != 10 {
		t.Fatalf("the first retry is in %v ms, want 10", a.delay)
	}
	for id := 1; id <= clients; id++ {
		at := float64(10 * id)
		a := step(t, h, at, timer())
		if want := fmt.Sprintf("OpenSocket %d 2", id); a.acts() != want {
			t.Fatalf("at %v ms: %q, want %q", at, a.acts(), want)
		}
		if len(a.messages) != 2 {
			t.Fatalf("at %v ms: %d messages, want the dial and one snapshot", at, len(a.messages))
		}
		// The next retry comes before the first dial's timeout, 10 s after it began, until id 500.
		if want := 10.0; id < clients && a.delay != want {
			t.Fatalf("at %v ms: the next deadline is in %v ms, want %v", at, a.delay, want)
		}
	}
}

func TestTimerTooEarlyDoesNothing(t *testing.T) {
	h := connecting(t)
	a := step(t, h, 9_999, timer())
	if len(a.messages) != 0 || a.delay != 1 {
		t.Errorf("answered %v, next in %v ms; want nothing, next in 1 ms", a.messages, a.delay)
	}
}

// A timer that is three seconds late or more tells of sleep.
func TestLateTimerWakes(t *testing.T) {
	for late, want := range map[float64]string{2999: "", 3000: "Probe 1 1"} {
		a := step(t, opened(t), 4000, msg("Timer", broadcast, late))
		if a.acts() != want {
			t.Errorf("%v ms late: %q, want %q", late, a.acts(), want)
		}
	}
}

func TestDelayIsTheEarliestDeadline(t *testing.T) {
	h := new(Hub)
	if a := step(t, h, 0); !math.IsInf(a.delay, 1) {
		t.Errorf("an empty hub wants to be woken in %v ms", a.delay)
	}
	if a := step(t, h, 0, create(1), create(2)); !math.IsInf(a.delay, 1) {
		t.Errorf("idle clients want to be woken in %v ms", a.delay)
	}
	step(t, h, 0, msg("Connect", 1))
	if a := step(t, h, 100, create(3, "connectionTimeout=20"), msg("Connect", 3)); a.delay != 20 {
		t.Errorf("the earliest deadline is in %v ms, want 20", a.delay)
	}
	// A deadline that has passed without a timer is due now, never before now.
	if a := step(t, h, 500); a.delay != 0 {
		t.Errorf("a deadline that has passed is due in %v ms, want 0", a.delay)
	}
}

// The count is of what the page has posted: not of the host's own messages.
func TestAcknowledgesWhatThePagePosted(t *testing.T) {
	h := new(Hub)
	for i, c := range []struct {
		messages []message
		want     int
	}{
		{nil, 0},
		{[]message{create(1), msg("Connect", 1)}, 2},
		{[]message{timer()}, 2},
		{[]message{msg("Dump", broadcast, 1<<20)}, 2},
		{[]message{msg("Online", broadcast), msg("Opened", 1, 1), timer()}, 4},
		{[]message{msg("Connect", 77), msg("Opened", 1, 9), msg("Dispose", 1), msg("Close", 1, 0)}, 8},
	} {
		if a := step(t, h, float64(i), c.messages...); a.taken != c.want {
			t.Errorf("batch %d: %d acknowledged, want %d", i, a.taken, c.want)
		}
	}
}

func TestUnknownClientsAreIgnored(t *testing.T) {
	h := fresh(t)
	for _, id := range []int{2, 1000, 1 << 30} {
		a := step(t, h, 1, msg("Connect", id), msg("Opened", id, 1), enqueue(id, 1, 1), msg("Restore", id, snapshot()...), msg("Dispose", id))
		if len(a.messages) != 0 {
			t.Errorf("client %d, which nobody has made: %v", id, a.messages)
		}
	}
}

func TestDisposedClientsAreForgotten(t *testing.T) {
	h := opened(t)
	step(t, h, 20, msg("Close", 1, 0))
	a := step(t, h, 21, msg("Dispose", 1))
	if want := "Abandon 1 1\nEmitStateChange 1 0"; a.acts() != want {
		t.Errorf("answered\n%s\nwant\n%s", a.acts(), want)
	}
	if a.snapshot(1) != nil || !math.IsInf(a.delay, 1) {
		t.Errorf("a disposed client has a snapshot or a deadline: %+v", a)
	}
	if a = step(t, h, 22, msg("Connect", 1), msg("Online", broadcast), timer()); len(a.messages) != 0 {
		t.Errorf("a disposed client acts: %v", a.messages)
	}
	// Its number may be used again.
	if a = step(t, h, 23, create(1), msg("Connect", 1)); a.acts() != "EmitStateChange 1 1\nOpenSocket 1 1" {
		t.Errorf("a new client with an old number: %q", a.acts())
	}
}

// One snapshot per client and batch, after all that was done; none for a
// message that joins the queue.
func TestSnapshotsComeLast(t *testing.T) {
	h := new(Hub)
	a := step(t, h, 0, create(1), create(2), msg("Connect", 1), msg("Connect", 2), enqueue(1, 1, 1))
	var ops []string
	for _, s := range a.messages {
		ops = append(ops, fmt.Sprint(s.op, s.client))
	}
	if got, want := strings.Join(ops[len(ops)-2:], " "), "Snapshot1 Snapshot2"; got != want {
		t.Errorf("the answer ends in %s, want %s: %v", got, want, ops)
	}
	if strings.Count(strings.Join(ops, " "), "Snapshot") != 2 {
		t.Errorf("more snapshots than clients: %v", ops)
	}
	if a = step(t, h, 1, enqueue(1, 2, 1)); len(a.messages) != 0 {
		t.Errorf("a message that waits is answered with %v", a.messages)
	}
}

// What one client draws does not depend on the others.
func TestClientsHaveDiceOfTheirOwn(t *testing.T) {
	lose := func(h *Hub, ids ...int) map[int]float64 {
		delays := map[int]float64{}
		for _, id := range ids {
			a := step(t, h, 0, create(id, "jitter=full", "maxDelay=1e6", "baseDelay=1e6"), msg("Connect", id), msg("Closed", id, 1, 1006, 0, 0))
			for _, s := range a.messages {
				if s.op == "EmitRetry" {
					delays[id] = s.args[1]
				}
			}
		}
		return delays
	}
	alone, together := lose(new(Hub), 2), lose(new(Hub), 1, 2, 3)
	if alone[2] != together[2] {
		t.Errorf("client 2 draws %v alone, %v among others", alone[2], together[2])
	}
	if together[1] == together[2] || together[2] == together[3] {
		t.Errorf("clients with the same seed draw the same: %v", together)
	}
}

// "The same batches give the same answers."
func TestSameBatchesSameAnswers(t *testing.T) {
	for seed := range uint64(50) {
		batches := randomBatches(seed, 60)
		var answers [2][]string
		for run := range answers {
			h := new(Hub)
			for _, b := range batches {
				answers[run] = append(answers[run], bits(h.Step(b)))
			}
		}
		if !slices.Equal(answers[0], answers[1]) {
			t.Fatalf("seed %d: the same batches, other answers", seed)
		}
	}
}

// bits tells numbers apart that print or compare alike, such as 0 and -0.
func bits(numbers []float64) string {
	var b strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&b, "%x ", math.Float64bits(n))
	}
	return b.String()
}

package port_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// fresh is a hub with one client that has done nothing yet.
func fresh(t testing.TB, changes ...string) *Hub {
	h := new(Hub)
	step(t, h, 0, create(1, changes...))
	return h
}

// connecting is a hub whose client dials since time 0.
func connecting(t testing.TB, changes ...string) *Hub {
	h := fresh(t, changes...)
	step(t, h, 0, msg("Connect", 1))
	return h
}

// toCore has, for each message of the contract, a hub, the message at time
// 1000, and what the hub must answer.
var toCore = map[string]struct {
	hub  func(t testing.TB) *Hub
	args []float64
	want string
}{
	"Timer": {hub: func(t testing.TB) *Hub {
		h := connecting(t, "baseDelay=900")
		step(t, h, 100, msg("Closed", 1, 1, 1006, 0, 0))
		return h
	}, args: []float64{0}, want: "OpenSocket 1 2"},
	"Connect": {hub: func(t testing.TB) *Hub { return fresh(t) },
		want: "EmitStateChange 1 1\nOpenSocket 1 1"},
	"Close": {hub: func(t testing.TB) *Hub { return opened(t) }, args: []float64{3001},
		want: "EmitStateChange 1 3\nCloseSocket 1 1 3001"},
	"Reconnect": {hub: func(t testing.TB) *Hub { return opened(t) },
		want: "Abandon 1 1\nEmitClose 1 1 1000 0\nEmitStateChange 1 1\nOpenSocket 1 2"},
	"Handover": {hub: func(t testing.TB) *Hub { return opened(t) },
		want: "OpenSpare 1 2"},
	"Drain": {hub: func(t testing.TB) *Hub { return opened(t, "minUptime=0") }, args: []float64{5000, 0},
		want: "OpenSpare 1 2"},
	"TripCircuit": {hub: func(t testing.TB) *Hub { return opened(t) },
		want: "EmitCircuitChange 1 1"},
	"ResetCircuit": {hub: func(t testing.TB) *Hub {
		h := fresh(t)
		step(t, h, 0, msg("TripCircuit", 1))
		return h
	}, want: "EmitCircuitChange 1 0"},
	"Dispose": {hub: func(t testing.TB) *Hub { return opened(t) },
		want: "Abandon 1 1\nEmitStateChange 1 0"},
	"MarkHealthy": {hub: func(t testing.TB) *Hub {
		h := connecting(t)
		step(t, h, 1, msg("TripCircuit", 1), msg("ResetCircuit", 1), msg("Opened", 1, 1))
		return h
	}, want: ""}, // shown by the snapshot: TestMarkHealthyArrives
	"Phase": {hub: func(t testing.TB) *Hub {
		h := connecting(t)
		step(t, h, 0, msg("Phase", 1, 1, 400, 12))
		return h
	}, args: []float64{1, 0, 11}, want: ""}, // shown by what follows: TestPhaseArrives
	"PutOff": {hub: func(t testing.TB) *Hub { return connecting(t) }, args: []float64{1, 700},
		want: "EmitRetry 1 0 700 6"},
	"Delayed": {hub: func(t testing.TB) *Hub {
		h := connecting(t, "jitter=own", "baseDelay=4000")
		step(t, h, 900, msg("Closed", 1, 1, 1006, 0, 0))
		return h
	}, args: []float64{1, 700.5}, want: "EmitRetry 1 1 700.5 0"},
	"Opened": {hub: func(t testing.TB) *Hub { return connecting(t) }, args: []float64{1},
		want: "EmitStateChange 1 2\nEmitOpen 1 1"},
	"Closed": {hub: func(t testing.TB) *Hub { return opened(t) }, args: []float64{1, 1008, 1, 0, 0, 0, 0},
		want: "EmitError 1 1 7\nEmitClose 1 1 0 1\nEmitStateChange 1 1\nEmitRetry 1 1 30000 3"},
	"Replied": {hub: func(t testing.TB) *Hub { return probed(t) }, args: []float64{1, 12}, want: ""},
	"Heard": {hub: func(t testing.TB) *Hub {
		h := probed(t)
		if a := step(t, h, 260, timer()); a.acts() != "Ask 1 1" {
			t.Fatalf("no question: %q", a.acts())
		}
		return h
	}, args: []float64{1, 900},
		// 1000 ms after open nothing was heard for 900 ms: since before the probe, whose 790 ms of silence count.
		want: "Abandon 1 1\nEmitError 1 1 4\nEmitClose 1 1 1006 0\nEmitStateChange 1 1\nEmitRetry 1 1 210 0"},
	"Hint": {hub: func(t testing.TB) *Hub { return opened(t) }, args: []float64{1, 700, 0}, want: ""}, // shown by what follows: TestHintArrives
	"Enqueue": {hub: func(t testing.TB) *Hub { return opened(t) }, args: []float64{7, 100, 0, 0, 0, 0},
		want: "Flush 1 7 1"},
	"TakeBack": {hub: func(t testing.TB) *Hub {
		h := connecting(t)
		step(t, h, 10, enqueue(1, 1, 10))
		return h
	}, want: ""},
	"Online":  {hub: func(t testing.TB) *Hub { return opened(t) }, want: "Probe 1 1"},
	"Offline": {hub: func(t testing.TB) *Hub { return opened(t) }, want: "Probe 1 1"},
	"Hidden": {hub: func(t testing.TB) *Hub {
		h := connecting(t, "hiddenPolicy=park", "baseDelay=5000")
		step(t, h, 100, msg("Closed", 1, 1, 1006, 0, 0))
		return h
	}, want: "EmitRetry 1 1 +Inf 4"},
	"Visible": {hub: func(t testing.TB) *Hub { return opened(t) }, want: "Probe 1 1"},
	"Wake":    {hub: func(t testing.TB) *Hub { return opened(t) }, want: "Probe 1 1"},
	"CircuitIs": {hub: func(t testing.TB) *Hub {
		h := connecting(t, "name=1")
		step(t, h, 100, msg("Closed", 1, 1, 1006, 0, 0))
		return h
	}, args: append([]float64{0}, circuitNumbers(heldOpen)...),
		want: told(1, "CircuitIs") + numbers(circuitNumbers(heldOpen)) + "\nEmitCircuitChange 1 1\nEmitStateChange 1 4\nEmitRetry 1 1 5000 1"},
	"BudgetIs": {hub: func(t testing.TB) *Hub { return connecting(t, "tokens=1") },
		args: []float64{0, 31536000000500}, want: told(1, "BudgetIs") + "3.15360000005e+13"},
	"Create": {hub: func(t testing.TB) *Hub { return new(Hub) }, args: create(1).args, want: ""},
	"Restore": {hub: func(t testing.TB) *Hub { return fresh(t) },
		args: snapshot("State=2", "Gen=4", "Attempts=4", "Successes=2", "UpFor=60000"), want: ""},
}

// heldOpen is a circuit that is open until 6000 ms.
var heldOpen = func() breaker.Breaker {
	c := breaker.New()
	c.Hold(breaker.Config{Window: tick.Minute, ResetTimeout: 5 * tick.Second}, tick.Time(365*24*tick.Hour).Add(tick.Second))
	return c
}()

// told is how an answer tells that a client was told of others.
func told(client int, of string) string { return fmt.Sprintf("Told %d %d 0 ", client, opNumber(of)) }

// numbers spells them as answers are printed.
func numbers(list []float64) string { return strings.Trim(fmt.Sprint(list), "[]") }

// hostOps are told in other ways than by acts: TestDumpAndLoad.
var hostOps = []string{"Dump", "Load"}

const broadcast = 0

// probed is a hub whose client opened at 10 and was probed at 210.
func probed(t testing.TB) *Hub {
	h := opened(t, "heartbeatInterval=200", "heartbeatTimeout=50")
	if a := step(t, h, 210, timer()); a.acts() != "Probe 1 1" {
		t.Fatalf("no probe: %q", a.acts())
	}
	return h
}

// snapshot are the numbers of a snapshot: what is not said is "not set".
func snapshot(fields ...string) []float64 {
	numbers := make([]float64, len(contract.Snapshot))
	for i, name := range contract.Snapshot {
		if slices.Contains([]string{"CircuitResetIn", "RetryIn", "UpFor", "HandoverIn", "HandoverTill"}, name) {
			numbers[i] = -1
		}
		for _, f := range fields {
			if n, value, _ := strings.Cut(f, "="); n == name {
				numbers[i] = optionNumber(contract.Option{}, value)
			}
		}
	}
	return numbers
}

func TestEveryMessageToTheCore(t *testing.T) {
	for _, op := range contract.ToCore {
		t.Run(op.Name, func(t *testing.T) {
			c, ok := toCore[op.Name]
			if slices.Contains(hostOps, op.Name) {
				return
			}
			if !ok {
				t.Fatalf("the contract has %s, this test has not", op.Name)
			}
			client := 1
			if slices.Contains([]string{"Timer", "Online", "Offline", "Hidden", "Visible", "Wake"}, op.Name) {
				client = broadcast
			}
			if want := argCount(op.Args); len(c.args) != want {
				t.Fatalf("%d arguments in the test, %d in the contract (%s)", len(c.args), want, op.Args)
			}
			a := step(t, c.hub(t), 1000, msg(op.Name, client, c.args...))
			if got := a.acts(); got != c.want {
				t.Errorf("answered\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	for name := range toCore {
		opNumber(name) // panics if the contract has it no longer
	}
}

// Each argument of Enqueue arrives where it belongs.
func TestEnqueueArrives(t *testing.T) {
	h := connecting(t)
	a := step(t, h, 0,
		msg("Enqueue", 1, 1, 10, 0, 0, 0, 0), msg("Enqueue", 1, 2, 10, 0, 0, 5, 0),
		msg("Enqueue", 1, 3, 10, 150, 400, 0, 0), msg("Enqueue", 1, 4, 10, 0, 0, 0, 1))
	if a.acts() != "Drop 1 1 1 3" || a.delay != 250 {
		t.Errorf("answered %q and wants a timer in %v ms, want message 1 replaced, and message 3 to expire in 250", a.acts(), a.delay)
	}
	step(t, h, 0, msg("Enqueue", 1, 5, 10, 0, inf, 0, 0))
	a = step(t, h, 300, msg("Opened", 1, 1))
	if want := "Drop 1 3 1 2\nEmitStateChange 1 2\nEmitOpen 1 1\nFlush 1 2 1\nFlush 1 4 2"; a.acts() != want {
		t.Errorf("answered\n%s\nwant\n%s", a.acts(), want)
	}
}

// What was taken back is not heard of again.
func TestTakeBack(t *testing.T) {
	h := connecting(t)
	step(t, h, 0, enqueue(1, 1, 10), msg("Enqueue", 1, 2, 10, 0, 50, 0, 0), msg("TakeBack", 1), enqueue(1, 3, 10))
	if a := step(t, h, 100, msg("Opened", 1, 1)); a.last() != "Flush 1 3 1" || strings.Contains(a.acts(), "Drop") {
		t.Errorf("answered\n%s", a.acts())
	}
}

// Messages that carry numbers but cause no action show in the snapshot.
func TestReplyIsMeasured(t *testing.T) {
	h := probed(t)
	a := step(t, h, 222, msg("Replied", 1, 1, 12.25))
	if got := a.snapshot(1)["RoundTrip"]; got != 12.25 {
		t.Errorf("round trip %v ms, want 12.25", got)
	}
}

// A core that dies in the middle of a handover is replaced by one that brings it
// to its end: the spare opens, the socket before closes.
func TestRestoreInTheMiddleOfAHandover(t *testing.T) {
	h := opened(t)
	step(t, h, 20, msg("Handover", 1))
	snap := h.Step(batch(25, msg("Connect", 1)))
	next := new(Hub)
	restore := message{op: "Restore", client: 1, args: slices.Clone(snap[len(snap)-len(contract.Snapshot):])}
	step(t, next, 0, create(1), restore)
	a := step(t, next, 30, enqueue(1, 1, 5), msg("Opened", 1, 2), enqueue(1, 2, 5))
	if got, want := a.acts(), "Flush 1 1 1\nFarewell 1 1"; got != want {
		t.Errorf("the spare opens: %s, want %s", got, want)
	}
	snap = next.Step(batch(31, msg("Connect", 1)))
	restore.args = slices.Clone(snap[len(snap)-len(contract.Snapshot):])
	last := new(Hub)
	step(t, last, 0, create(1), restore, enqueue(1, 2, 5))
	a = step(t, last, 10, msg("Closed", 1, 1, 1000, 1, 0))
	if got, want := a.acts(), "TakeOver 1 2 1\nFlush 1 2 1"; got != want {
		t.Errorf("the socket before closes: %s, want %s", got, want)
	}
}

// A healthy connection's end does not count against the circuit.
func TestMarkHealthyArrives(t *testing.T) {
	h := opened(t, "failureThreshold=1", "minUptime=60000")
	a := step(t, h, 20, msg("MarkHealthy", 1), msg("Closed", 1, 1, 1006, 0, 0))
	if got := a.snapshot(1)["Circuit"]; got != 0 {
		t.Errorf("circuit %v, want 0, closed", got)
	}
}

// "The dial under way has come to a part that may take so many ms; if it takes
// longer or fails, class is the cause."
func TestHintArrives(t *testing.T) {
	h := opened(t)
	step(t, h, 20, msg("Hint", 1, 1, 7777, 0))
	if got, want := step(t, h, 30, msg("Closed", 1, 1, 1006, 0, 0)).messages[3].String(), "EmitRetry 1 1 7777 5"; got != want {
		t.Errorf("the next dial: %s, want %s", got, want)
	}
}

func TestPhaseArrives(t *testing.T) {
	h := connecting(t)
	if got := delay(step(t, h, 20, msg("Phase", 1, 1, 77, 11))); got != "77" {
		t.Errorf("the phase may take %s ms, want 77", got)
	}
	if got := step(t, h, 97, timer()).messages[1].String(); got != "EmitError 1 1 11" {
		t.Errorf("timed out with %s, want class 11", got)
	}
	h = connecting(t)
	a := step(t, h, 20, msg("Phase", 1, 1, 77, 12), msg("Closed", 1, 1, 1006, 0, 3))
	if got := a.messages[0].String(); got != "EmitError 1 1 12" {
		t.Errorf("failed with %s, want class 12", got)
	}
}

// Each argument of Closed that says when, and whether, to come back.
func TestAdviceArrives(t *testing.T) {
	for _, c := range []struct {
		name string
		args []float64
		want string
	}{
		{"a verdict", []float64{1, 1000, 1, 0, 4, 0, 0}, "EmitFailed 1 1 13"},
		{"a time", []float64{1, 1012, 1, 0, 1, 1234, 0}, "EmitRetry 1 1 1234 5"},
	} {
		if got := step(t, opened(t), 20, msg("Closed", 1, c.args...)).last(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	h := opened(t)
	a := step(t, h, 20, msg("Closed", 1, 1, 1012, 1, 0, 1, 1000, 500))
	if d := a.messages[len(a.messages)-2].args[1]; d < 1000 || d > 1500 || d == 1000 {
		t.Errorf("with a spread of 500 ms: in %v ms", d)
	}
}

func TestRestoreIsDecoded(t *testing.T) {
	h := new(Hub)
	a := step(t, h, 0, create(1), msg("Restore", 1, snapshot(
		"State=1", "Circuit=1", "CircuitFailures=5", "CircuitResetIn=400", "RetryCount=3", "RetryIn=500",
		"LastDelay=4000", "Gen=9", "Attempts=9", "Successes=2", "LastError=3")...),
		msg("Offline", 1)) // a restored client is told of only when it is stepped
	got := a.snapshot(1)
	for name, want := range map[string]float64{
		"State": 1, "Circuit": 1, "CircuitFailures": 5, "CircuitResetIn": 400, "RetryCount": 3,
		"LastDelay": 4000, "Gen": 9, "Attempts": 9, "Successes": 2, "UpFor": -1, "LastError": 3,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
}

// toPage has, for each action, messages that cause it: the last batch, at time
// 1000, must answer with it.
var toPage = map[string]struct {
	hub  func(t testing.TB) *Hub
	msgs []message
	want []string // every occurrence, in order
}{
	"OpenSocket": {func(t testing.TB) *Hub { return fresh(t) }, []message{msg("Connect", 1)}, []string{"OpenSocket 1 1"}},
	"OpenSpare":  {func(t testing.TB) *Hub { return opened(t) }, []message{msg("Handover", 1)}, []string{"OpenSpare 1 2"}},
	"Farewell":   {func(t testing.TB) *Hub { return opened(t) }, []message{msg("Handover", 1), msg("Opened", 1, 2)}, []string{"Farewell 1 1"}},
	"TakeOver": {func(t testing.TB) *Hub { return opened(t) }, []message{
		msg("Handover", 1), msg("Opened", 1, 2), msg("Closed", 1, 1, 1000, 1, 0), // told
		msg("Handover", 1), msg("Closed", 1, 2, 1006, 0, 0), // the dial beside it becomes the retry
	}, []string{"TakeOver 1 2 1", "TakeOver 1 3 0"}},
	"CloseSocket": {func(t testing.TB) *Hub { return opened(t) }, []message{msg("Close", 1, 0)}, []string{"CloseSocket 1 1 0"}},
	"Abandon":     {func(t testing.TB) *Hub { return connecting(t) }, []message{msg("Close", 1, 0)}, []string{"Abandon 1 1"}},
	"Probe":       {func(t testing.TB) *Hub { return opened(t, "heartbeatInterval=100") }, []message{timer()}, []string{"Probe 1 1"}},
	"Ask":         {probed, []message{timer()}, []string{"Ask 1 1"}},
	"AskDelay": {func(t testing.TB) *Hub {
		h := connecting(t, "jitter=own", "baseDelay=200", "multiplier=3")
		step(t, h, 100, msg("Closed", 1, 1, 1006, 0, 0), msg("Delayed", 1, 1, 250))
		step(t, h, 350, timer())
		return h
	}, []message{msg("Closed", 1, 2, 1006, 0, 0)}, []string{"AskDelay 1 2 2 600 250"}},
	"Flush": {func(t testing.TB) *Hub { return connecting(t) }, []message{
		enqueue(1, 1, 10), enqueue(1, 2, 10), enqueue(1, 5, 10), msg("Opened", 1, 1),
	}, []string{"Flush 1 1 2", "Flush 1 5 1"}},
	"Drop": {func(t testing.TB) *Hub { return connecting(t, "maxMessages=2") }, []message{
		enqueue(1, 1, 10), enqueue(1, 2, 10), enqueue(1, 3, 10), msg("Close", 1, 0),
	}, []string{"Drop 1 1 1 0", "Drop 1 2 2 1"}},
	"EmitStateChange":   {func(t testing.TB) *Hub { return connecting(t) }, []message{msg("TripCircuit", 1)}, []string{"EmitStateChange 1 4"}},
	"EmitCircuitChange": {func(t testing.TB) *Hub { return fresh(t) }, []message{msg("TripCircuit", 1), msg("ResetCircuit", 1)}, []string{"EmitCircuitChange 1 1", "EmitCircuitChange 1 0"}},
	"EmitOpen":          {func(t testing.TB) *Hub { return connecting(t) }, []message{msg("Opened", 1, 1)}, []string{"EmitOpen 1 1"}},
	"EmitError":         {func(t testing.TB) *Hub { return connecting(t) }, []message{msg("Closed", 1, 1, 1006, 0, 2)}, []string{"EmitError 1 1 2"}},
	"EmitClose":         {func(t testing.TB) *Hub { return opened(t) }, []message{msg("Closed", 1, 1, 4000, 1, 0)}, []string{"EmitClose 1 1 0 1"}},
	"EmitRetry":         {func(t testing.TB) *Hub { return connecting(t, "baseDelay=12.5") }, []message{msg("Closed", 1, 1, 1006, 0, 0)}, []string{"EmitRetry 1 1 12.5 0"}},
	"EmitFailed":        {func(t testing.TB) *Hub { return connecting(t, "maxRetries=0") }, []message{msg("Closed", 1, 1, 1006, 0, 1)}, []string{"EmitFailed 1 1 1"}},
	"Told": {func(t testing.TB) *Hub { return connecting(t, "tokens=1") }, []message{msg("BudgetIs", 1, 0, 42)},
		[]string{told(1, "BudgetIs") + "42"}},
	"Snapshot": {func(t testing.TB) *Hub { return opened(t) }, []message{msg("Connect", 1)},
		[]string{"Snapshot 1 2 0 0 -1 0 -1 0 1 1 1 990 0 0 0 0 0 -1 -1 0 0 0 0 0 0 0"}},
}

func TestEveryMessageToThePage(t *testing.T) {
	for _, op := range contract.ToPage {
		t.Run(op.Name, func(t *testing.T) {
			if slices.Contains(hostOps, op.Name) {
				return
			}
			c, ok := toPage[op.Name]
			if !ok {
				t.Fatalf("the contract has %s, this test has not", op.Name)
			}
			var got []string
			for _, s := range step(t, c.hub(t), 1000, c.msgs...).messages {
				if s.op == op.Name {
					got = append(got, s.String())
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A drop-in tells of an error only where the WHATWG standard does.
func TestDropInArrives(t *testing.T) {
	dropIn := create(1)
	dropIn.args[1] = 1
	h := new(Hub)
	step(t, h, 0, dropIn, msg("Connect", 1))
	step(t, h, 1, msg("Opened", 1, 1))
	a := step(t, h, 2, msg("Closed", 1, 1, 1011, 1, 0))
	if strings.Contains(a.acts(), "EmitError") {
		t.Errorf("a drop-in that had opened tells of an error:\n%s", a.acts())
	}
}

// A dump holds everything, so a hub that loads it answers as the other.
func TestDumpAndLoad(t *testing.T) {
	a := opened(t)
	step(t, a, 20, msg("Closed", 1, 1, 1011, 1, 0))
	answer := a.Step(batch(30, msg("Dump", broadcast, 1<<20)))
	length, dumped := int(answer[2]), answer[5:]
	if op := contract.ToPage[int(answer[3])].Name; op != "Dump" || answer[4] != 1 || length != len(dumped)+2 {
		t.Fatalf("answered %s of client %v, %d numbers of %d", op, answer[4], len(dumped), length-2)
	}
	arguments := argCount("seed dropIn config…")
	b := new(Hub)
	step(t, b, 30, msg("Create", 1, dumped[:arguments]...), msg("Load", 1, slices.Clone(dumped[arguments:])...))
	for _, m := range []message{timer(), msg("Opened", 1, 2), enqueue(1, 1, 5), msg("Close", 1, 0)} {
		want, got := step(t, a, 2000, m), step(t, b, 2000, m)
		if got.acts() != want.acts() || fmt.Sprint(got.snapshot(1)) != fmt.Sprint(want.snapshot(1)) {
			t.Errorf("%s: the loaded hub answers %+v, the other %+v", m.op, got, want)
		}
	}
}

package port_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// sharing is a hub whose clients, from 1 on, have one circuit and dial.
func sharing(t testing.TB, clients int, changes ...string) *Hub {
	h := new(Hub)
	for id := 1; id <= clients; id++ {
		step(t, h, 0, create(id, append([]string{"name=1", "baseDelay=100", "multiplier=1", "maxRetries=Inf"}, changes...)...), msg("Connect", id))
	}
	return h
}

// of is what an answer says to a client, one message a line.
func (a answer) of(client int) string {
	a.messages = slices.DeleteFunc(slices.Clone(a.messages), func(s said) bool { return s.client != client || s.op == "Told" })
	return a.acts()
}

// Failures of all clients count together, "and when it opens, all of them wait".
func TestOneOpensAllBlock(t *testing.T) {
	h := sharing(t, 3, "failureThreshold=3")
	step(t, h, 1, msg("Closed", 1, 1, 1006, 0, 1))
	a := step(t, h, 2, msg("Closed", 2, 1, 1006, 0, 1))
	for id := 1; id <= 3; id++ {
		if got := a.snapshot(id)["CircuitFailures"]; got != 2 {
			t.Errorf("client %d counts %v failures, want 2", id, got)
		}
	}
	a = step(t, h, 3, msg("Closed", 3, 1, 1006, 0, 1))
	for id := 1; id <= 3; id++ {
		if s := a.snapshot(id); s["Circuit"] != 1 || s["State"] != 4 || s["CircuitTrips"] != 1 {
			t.Errorf("client %d: %v, want BLOCKED by an open circuit", id, s)
		}
	}
	// Who comes later is blocked as well.
	a = step(t, h, 5, create(9, "name=1"), msg("Connect", 9))
	if want := "EmitCircuitChange 9 1\nEmitStateChange 9 4\nEmitRetry 9 0 59998 1"; a.of(9) != want {
		t.Errorf("a new client:\n%s\nwant\n%s", a.of(9), want)
	}
	// Others have nothing to do with it.
	a = step(t, h, 6, create(10, "name=2"), msg("Connect", 10), create(11), msg("Connect", 11))
	for _, id := range []int{10, 11} {
		if want := fmt.Sprintf("EmitStateChange %d 1\nOpenSocket %d 1", id, id); a.of(id) != want {
			t.Errorf("a client with another circuit:\n%s", a.of(id))
		}
	}
}

// "while it is HALF-OPEN, they make halfOpenMaxRequests trials in all"; a trial
// that was called off is given to another, and one that succeeds frees all.
func TestExactlyNTrialsInAll(t *testing.T) {
	const clients, trials = 10, 3
	h := sharing(t, clients, fmt.Sprintf("halfOpenMaxRequests=%d", trials), "resetTimeout=1000", "minUptime=50")
	step(t, h, 1, msg("TripCircuit", 1))
	for id := 1; id <= clients; id++ {
		step(t, h, 2, msg("Closed", id, 1, 1006, 0, 1))
	}
	dials := func(a answer) (ids []int) {
		for _, s := range a.messages {
			if s.op == "OpenSocket" {
				ids = append(ids, s.client)
			}
		}
		return ids
	}
	on := dials(step(t, h, 1001, timer()))
	for range 4 { // the circuit's reset, then the clients' own delays
		on = append(on, dials(step(t, h, 1200, timer()))...)
	}
	if len(on) != trials {
		t.Fatalf("%v dial, want %d trials", on, trials)
	}
	step(t, h, 1300, msg("Dispose", on[0]))
	more := dials(step(t, h, 1600, timer())) // within 100 ms, spread
	if len(more) != 1 {
		t.Fatalf("one trial was called off, and %v dial", more)
	}
	step(t, h, 1700, msg("Opened", on[1], 2))
	a := step(t, h, 1750, timer())
	for id := 1; id <= clients; id++ {
		if s := a.snapshot(id); id != on[0] && s["Circuit"] != 0 {
			t.Errorf("a trial was healthy; client %d has %v", id, s)
		}
	}
	all := dials(step(t, h, 2000, timer()))
	if len(all) != clients-trials-1 {
		t.Errorf("freed, %v dial; want all that waited", all)
	}
}

func TestOneBudgetForThePage(t *testing.T) {
	h := new(Hub)
	for id := 1; id <= 6; id++ {
		step(t, h, 0, create(id, "tokens=2", "perSecond=1", "baseDelay=10"), msg("Connect", id), msg("Closed", id, 1, 1006, 0, 1))
	}
	step(t, h, 0, create(7, "tokens=2", "perSecond=2", "baseDelay=10"), msg("Connect", 7), msg("Closed", 7, 1, 1006, 0, 1))
	a := step(t, h, 10, timer())
	for id, want := range map[int]string{
		1: "OpenSocket 1 2", 2: "OpenSocket 2 2", // two tokens
		3: "EmitRetry 3 1 1000 7", 4: "EmitRetry 4 1 2000 7", 5: "EmitRetry 5 1 3000 7", 6: "EmitRetry 6 1 4000 7",
		7: "OpenSocket 7 2", // of a bucket of its own
	} {
		if got := a.of(id); got != want {
			t.Errorf("client %d: %q, want %q", id, got, want)
		}
	}
	if got := step(t, h, 2010, timer()).acts(); got != "OpenSocket 3 2\nOpenSocket 4 2" {
		t.Errorf("two seconds later:\n%s", got)
	}
}

// A core dies while the circuit is half-open and a trial is under way. The next
// one is told of each client in turn: the circuit is shared still, and the trial
// still counts.
func TestSharedCircuitOutlivesTheCore(t *testing.T) {
	h := sharing(t, 3, "halfOpenMaxRequests=1", "resetTimeout=1000", "jitter=0")
	step(t, h, 1, msg("TripCircuit", 1))
	for id := 1; id <= 3; id++ {
		step(t, h, 2, msg("Closed", id, 1, 1006, 0, 1))
	}
	a := step(t, h, 1001, timer()) // one client dials, the others must wait on
	var snapshots [4][]float64
	for _, s := range a.messages {
		if s.op == "Snapshot" {
			snapshots[s.client] = s.args
		}
	}
	h = new(Hub)
	for id := 1; id <= 3; id++ {
		step(t, h, 0, create(id, "name=1", "halfOpenMaxRequests=1", "resetTimeout=1000", "baseDelay=100"), msg("Restore", id, snapshots[id]...))
	}
	trial := slices.IndexFunc(snapshots[:], func(s []float64) bool {
		return s != nil && s[0] == 1 && s[slices.Index(contract.Snapshot, "RetryIn")] == -1
	})
	if trial < 0 {
		t.Fatalf("no trial was under way: %v", snapshots)
	}
	for range 5 {
		if a := step(t, h, 900, timer()); len(a.acts()) > 0 && slices.ContainsFunc(a.messages, func(s said) bool { return s.op == "OpenSocket" }) {
			t.Fatalf("a second trial:\n%s", a.acts())
		}
	}
	a = step(t, h, 950, msg("Closed", trial, 2, 1006, 0, 1))
	for id := 1; id <= 3; id++ {
		if s := a.snapshot(id); s["Circuit"] != 1 || s["State"] != 4 || s["CircuitResetIn"] != 1000 {
			t.Errorf("the trial failed; client %d: %v", id, s)
		}
	}
}

// A trace holds what one client's machine was given, its page's other clients
// included: alone in a hub, it gives the same answers.
func TestEachClientReplaysAlone(t *testing.T) {
	const rounds, clients = 300, randomClients
	told := 0
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 3))
		h := new(Hub)
		var alone [clients + 1]*Hub
		for id := range alone {
			alone[id] = new(Hub)
		}
		known := map[int]map[string]float64{}
		cut := r.IntN(80) // where the traces of half of the rounds begin
		for n, b := range sharedLife(r, 80) {
			if n == cut && seed%2 == 0 {
				dumps := parse(t, h.Step(batch(b[0], msg("Dump", broadcast, 1<<20))))
				for _, d := range dumps.messages {
					split := argCount("seed dropIn config…")
					alone[d.client] = new(Hub)
					alone[d.client].Step(batch(b[0], msg("Create", d.client, d.args[:split]...), msg("Load", d.client, d.args[split:]...)))
				}
			}
			a := parse(t, h.Step(b))
			for id := 1; id <= clients; id++ {
				if s := a.snapshot(id); s != nil {
					known[id] = s
				}
			}
			sameCircuit(t, known, b)
			for id := 1; id <= clients; id++ {
				mine, want := []float64{b[0]}, ""
				for _, s := range a.messages {
					if s.client == id {
						want += s.String() + "\n"
					}
					if s.client == id && s.op == "Told" {
						told++
						mine = append(append(mine, float64(2+len(s.args)), s.args[0], float64(id), 0), s.args[1:]...)
					}
				}
				for at := 1; at < len(b); at += 1 + int(b[at]) {
					if whose := int(b[at+2]); whose == id || whose == broadcast {
						mine = append(mine, b[at:at+1+int(b[at])]...)
					}
				}
				got := ""
				for _, s := range parse(t, alone[id].Step(mine)).messages {
					got += s.String() + "\n"
				}
				if got != want {
					t.Fatalf("seed %d, batch %d, client %d alone:\n%samong others:\n%s", seed, n, id, got, want)
				}
			}
		}
	}
	if told < 10*rounds {
		t.Errorf("only %d times was one client told of another: the test tests nothing", told)
	}
}

// sameCircuit checks that all clients show the same circuit after a batch.
func sameCircuit(t *testing.T, known map[int]map[string]float64, b []float64) {
	for at := 1; at < len(b); at += 1 + int(b[at]) {
		if contract.ToCore[int(b[at+1])].Name == "Dispose" || contract.ToCore[int(b[at+1])].Name == "Create" {
			delete(known, int(b[at+2])) // gone, or not told of yet
		}
	}
	for _, name := range []string{"Circuit", "CircuitFailures", "CircuitTrips", "CircuitRefusals"} {
		seen := map[float64]int{}
		for id, s := range known {
			seen[s[name]] = id
		}
		if len(seen) > 1 {
			t.Fatalf("%s differs: %v", name, known)
		}
	}
}

// sharedLife is a page's life whose clients share circuits and budgets.
func sharedLife(r *rand.Rand, count int) (batches [][]float64) {
	now := 0.0
	var start []message
	for id := 1; id <= randomClients; id++ {
		start = append(start, sharedCreate(r, id), msg("Connect", id))
	}
	batches = append(batches, batch(now, start...))
	gens := make([]float64, randomClients+1)
	for id := range count {
		now += []float64{0, 10, 60, 300, 1100}[r.IntN(5)]
		var messages []message
		for range 1 + r.IntN(4) {
			m := randomMessage(r, id)
			switch client := 1 + r.IntN(randomClients); r.IntN(4) {
			case 0:
				gens[client]++
				m = msg("Closed", client, float64(1+r.IntN(int(gens[client])+1)), 1006, 0, float64(r.IntN(3)))
			case 1:
				m = msg("Opened", client, float64(1+r.IntN(int(gens[client])+1)))
			case 2:
				m = timer()
			}
			if m.op == "Create" { // in a batch of its own: no page gives a number twice
				batches = append(batches, batch(now, sharedCreate(r, 1+r.IntN(randomClients))))
				continue
			}
			if m.client > randomClients {
				continue
			}
			messages = append(messages, m)
		}
		batches = append(batches, batch(now, messages...))
	}
	return batches
}

func sharedCreate(r *rand.Rand, client int) message {
	of := func(values ...string) string { return values[r.IntN(len(values))] }
	return create(client, "name=1", "maxRetries=Inf", "baseDelay="+of("10", "100"), "multiplier=1", "minUptime="+of("0", "100"),
		"failureThreshold=2", "errorRate="+of("0.5", "false"), "volumeThreshold=3", "resetTimeout="+of("50", "1000"),
		"halfOpenMaxRequests="+of("1", "2"), "tokens="+of("2", "Inf"), "perSecond=10", "hiddenPolicy="+of("normal", "park"))
}

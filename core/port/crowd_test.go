package port_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// Among so many that the answers to a timer are cut, each client is told what it
// would be if it were alone, and in that order; none is forgotten.
func TestEachOfACrowdLivesAsAlone(t *testing.T) {
	const rounds, steps, clients = 6, 25, 500
	cuts := 0
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 4))
		crowd, alone := new(Hub), [clients + 1]*Hub{}
		for id := range alone {
			alone[id] = new(Hub)
		}
		now, early := 0.0, map[int]bool{}
		log, want := [clients + 1]strings.Builder{}, [clients + 1]strings.Builder{}
		note := func(to *strings.Builder, s said) {
			to.WriteString(s.String())
			to.WriteByte('\n')
		}
		tell := func(all []message) answer {
			a := step(t, crowd, now, all...)
			for _, s := range a.messages {
				note(&log[s.client], s)
			}
			for id := 1; id <= clients; id++ {
				var mine []message
				for _, m := range all {
					if m.client == id || m.client == broadcast {
						mine = append(mine, m)
					}
				}
				for _, s := range step(t, alone[id], now, mine...).messages {
					note(&want[id], s)
				}
			}
			return a
		}
		var start []message
		for id := 1; id <= clients; id++ {
			m := randomCreate(r, id)
			if seed%2 == 1 { // all wait for a heartbeat, which may be late
				m = create(id, "heartbeatInterval=1000")
			}
			m.args[2+coreOption(".name")], m.args[2+coreOption(".tokens")] = 0, inf // none tells another
			start = append(start, m, msg("Connect", id))
		}
		a := tell(start)
		for n := range steps {
			now += []float64{10, 300, 1010, 5000}[r.IntN(4)]
			for a = tell([]message{timer()}); a.delay == 0; a = tell([]message{timer()}) {
				cuts++
				if id := 1 + r.IntN(clients); r.IntN(4) == 0 { // the user does not wait for the rest
					tell([]message{msg("Dispose", id)})
					early[id] = true // before its turn, maybe
				}
			}
			var all []message
			for id := 1; id <= clients; id++ {
				m := randomMessage(r, n*clients+id)
				if m.op == "Create" || m.op == "Timer" || m.client == broadcast {
					continue
				}
				m.client = id
				all = append(all, m)
			}
			tell(all)
		}
		for id := 1; id <= clients; id++ {
			if got, want := log[id].String(), want[id].String(); got != want && !early[id] {
				t.Fatalf("seed %d, client %d:\n%s", seed, id, firstDifference(got, want))
			}
		}
	}
	t.Logf("%d answers were cut", cuts)
	if cuts < rounds*steps/2 {
		t.Errorf("only %d answers were cut: the test tests nothing", cuts)
	}
}

func coreOption(name string) int {
	for i, o := range coreOptions() {
		if strings.HasSuffix(o.Name, name) {
			return i
		}
	}
	panic(name)
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range w {
		if i >= len(g) || g[i] != w[i] {
			return "among others: " + strings.Join(g[max(0, i-3):min(len(g), i+3)], "\n") + "\nalone: " + strings.Join(w[max(0, i-3):min(len(w), i+3)], "\n")
		}
	}
	return "more than alone"
}

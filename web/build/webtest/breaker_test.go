package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

var (
	lives    = flag.Int("lives", 500, "how many lives TestBreakerIsTheCores takes through both circuits")
	lifeSeed = flag.Uint64("lifeseed", 0, "the first life's seed; 0: by the clock")
)

// A life is a circuit's configuration, and what happens to it.
type life struct {
	Config map[string]float64 `json:"config"`
	Steps  [][3]any           `json:"steps"` // op, now, which permit
}

// The circuit that the page's breaker has in TypeScript decides as core/breaker
// does.
func TestBreakerIsTheCores(t *testing.T) {
	node, err := tools.Node.Find()
	if node == "" {
		t.Fatalf("no Node: %v", err)
	}
	seed := *lifeSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("%d lives from seed %d on (-lifeseed)", *lives, seed)
	var all []life
	var want [][]string
	states := map[breaker.State]int{}
	for i := range uint64(*lives) {
		l, answers := randomLife(rand.New(rand.NewPCG(seed+i, 0)), states)
		all, want = append(all, l), append(want, answers)
	}
	for _, s := range []breaker.State{breaker.Closed, breaker.Open, breaker.HalfOpen} {
		if states[s] < *lives {
			t.Errorf("%v was seen %d times only", s, states[s])
		}
	}

	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	bundles, err := bundle(root, t.TempDir(), []string{filepath.Join(root, "web", "test", "breaker.driver.ts")})
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, bundles[0])
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr.Bytes())
	}
	var got [][]string
	if err := json.Unmarshal(output, &got); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		for j := range want[i] {
			if got[i][j] != want[i][j] {
				t.Fatalf("life %d (-lifeseed %d -lives 1), %v, step %d, %v: TypeScript says %s, the core %s\nafter %v",
					i, seed+uint64(i), all[i].Config, j, all[i].Steps[j], got[i][j], want[i][j], all[i].Steps[:j])
			}
		}
	}
}

// randomLife makes one, and what the core's circuit answers to it.
func randomLife(r *rand.Rand, states map[breaker.State]int) (l life, answers []string) {
	of := func(values ...float64) float64 { return values[r.IntN(len(values))] }
	l.Config = map[string]float64{
		"failureThreshold": of(1, 3, 1e9), "errorRate": of(0, 0.25, 0.5, 1), "window": of(10, 100, 1005),
		"volumeThreshold": of(0, 1, 4), "resetTimeout": of(0, 50, 300), "trials": of(1, 2, 3),
	}
	cfg := breaker.Config{
		FailureThreshold: int(l.Config["failureThreshold"]), ErrorRate: l.Config["errorRate"], Window: tick.Duration(l.Config["window"]),
		VolumeThreshold: int(l.Config["volumeThreshold"]), ResetTimeout: tick.Duration(l.Config["resetTimeout"]), Trials: int(l.Config["trials"]),
	}
	b := breaker.New()
	var permits []breaker.Permit
	now, given := 0, 0
	for range 80 {
		now += []int{0, 0, 1, 9, 30, 120}[r.IntN(6)]
		which, at := 0, tick.Time(now)
		if len(permits) > 0 {
			which = max(len(permits)-1-r.IntN(4), 0) // of the newest, mostly
		}
		op := []string{"permit", "permit", "permit", "success", "failure", "failure", "release", "trip", "reset"}[r.IntN(9)]
		if (op == "trip" || op == "reset") && r.IntN(4) > 0 {
			op = "permit"
		}
		var p breaker.Permit
		if len(permits) > 0 {
			p = permits[which]
		}
		switch op {
		case "permit":
			p, ok := b.Permit(cfg, at)
			permits, given = append(permits, p), 0
			if ok {
				given = 1
			}
		case "success":
			b.Success(cfg, p, at)
		case "failure":
			b.Failure(cfg, p, at)
		case "release":
			b.Release(p)
		case "trip":
			b.Trip(cfg, at)
		case "reset":
			b.Reset()
		}
		states[b.State(at)]++
		s := b.Summary(cfg, at)
		until := int64(s.Until)
		if s.Until == tick.Never {
			until = -1
		}
		l.Steps = append(l.Steps, [3]any{op, now, which})
		answers = append(answers, fmt.Sprint(given, int(s.State), s.Failures, until, s.Good, s.Bad, s.Trips, s.Refusals))
	}
	return l, answers
}

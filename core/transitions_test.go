package core_test

import (
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

var states = []core.State{core.StateClosed, core.StateConnecting, core.StateOpen, core.StateClosing, core.StateBlocked, core.StateFailed}

// moves lists every pair of different states.
func moves() (all []move) {
	for _, from := range states {
		for _, to := range states {
			if from != to {
				all = append(all, move{from, to})
			}
		}
	}
	return all
}

// "LegalTransitions: the state moves along the arrows above". The arrows of
// the package comment, once more.
func TestTableIsTheDrawing(t *testing.T) {
	arrows := map[string]string{
		"CLOSED":     "CONNECTING BLOCKED", // BLOCKED: connect while the circuit is open
		"CONNECTING": "OPEN BLOCKED FAILED CLOSED",
		"OPEN":       "CONNECTING BLOCKED FAILED CLOSING CLOSED", // CLOSED: dispose
		"CLOSING":    "CLOSED CONNECTING",
		"BLOCKED":    "CONNECTING CLOSED",
		"FAILED":     "CONNECTING BLOCKED CLOSED",
	}
	for _, m := range moves() {
		drawn := strings.Contains(" "+arrows[m.from.String()]+" ", " "+m.to.String()+" ")
		if drawn != core.Legal(m.from, m.to) {
			t.Errorf("%v: drawn %v, legal %v", m, drawn, core.Legal(m.from, m.to))
		}
	}
}

func TestIllegalTransitionsPanic(t *testing.T) {
	for _, mv := range moves() {
		m := core.New(new(core.DefaultConfig()), func() float64 { return 0 })
		m.Force(mv.from)
		panicked := func() (msg any) {
			defer func() { msg = recover() }()
			m.Become(mv.to)
			return nil
		}()
		switch {
		case core.Legal(mv.from, mv.to):
			if panicked != nil || m.State() != mv.to {
				t.Errorf("%v is legal, but: %v", mv, panicked)
			}
		case panicked == nil:
			t.Errorf("%v is illegal, but it happened", mv)
		case !strings.Contains(panicked.(string), mv.String()):
			t.Errorf("%v: the panic says %q", mv, panicked)
		}
	}
}

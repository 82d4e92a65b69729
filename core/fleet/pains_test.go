package fleet

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Pain 12: "Thundering herd after deploy." Two thousand clients lose their
// server for half a minute. Those that draw no delays (partysocket, phoenix,
// supabase) come back as they went, all within one tenth of a second; ours
// never do, least of all with jitter 'decorrelated'.
func TestPain12ReconnectStorm(t *testing.T) {
	run := func(policy string) Report {
		cfg := DefaultConfig()
		cfg.Clients, cfg.Policy = 2000, mustFind(policy)
		cfg.Network = Network{RoundTrips: 1}
		cfg.Server = Server{Admit: 200, Burst: 30}
		cfg.Horizon = 120 * tick.Second
		return Run(cfg, nil)
	}
	for _, rival := range []string{"partysocket", "phoenix", "supabase"} {
		if r := run(rival); r.Peak < 2000 || r.PeakAfter < 1000 {
			t.Errorf("%s dials %d times in 100 ms at most: its formula has changed, the test shows nothing", rival, r.Peak)
		}
	}
	for policy, most := range map[string]int{"default": 1200, "decorrelated": 200} {
		r := run(policy)
		t.Logf("%s: %d, %d", policy, r.Peak, r.PeakAfter)
		if r.Peak > most || r.PeakAfter > most/4 {
			t.Errorf("%s: %d dials in 100 ms, %d once the server is back, want %d and %d at most", policy, r.Peak, r.PeakAfter, most, most/4)
		}
	}
}

// socket.io 4.8.4 caps its delays after it has spread them: from the fifth
// failure on all clients wait as long. Our window slides below the cap.
func TestBugCapAfterJitter(t *testing.T) {
	theirs, ours := map[tick.Duration]bool{}, map[tick.Duration]bool{}
	d := DefaultConfig().Policy.Machine
	p := backoff.Policy{Base: d.BaseDelay, Max: d.MaxDelay, Multiplier: d.Multiplier, Mode: d.JitterMode, Jitter: d.Jitter}
	for roll := 0.05; roll < 1; roll += 0.1 {
		dice := func() float64 { return roll }
		theirs[backo2(6, 0, 0, dice)] = true
		ours[p.Delay(8, d.MaxDelay, roll)] = true
	}
	if len(theirs) != 1 {
		t.Errorf("socket.io's delays at the cap are %v: its formula has changed, the test shows nothing", theirs)
	}
	if len(ours) < 10 {
		t.Errorf("ten clients wait %d different times at the cap", len(ours))
	}
}

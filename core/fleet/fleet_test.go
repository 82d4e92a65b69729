package fleet

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"unsafe"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// small is a fleet that takes a moment.
func small(p Policy) Config {
	cfg := DefaultConfig()
	cfg.Clients, cfg.Server.Admit = 1000, 100
	cfg.Policy = p
	return cfg
}

// variants are small fleets that together reach every branch of the model.
func variants() map[string]Config {
	all := map[string]Config{}
	for _, p := range Policies() {
		all[p.Name] = small(p)
	}
	change := func(name string, f func(*Config)) {
		for _, p := range []Policy{Default(), mustFind("phoenix"), mustFind("signalr")} {
			cfg := small(p)
			f(&cfg)
			all[p.Name+", "+name] = cfg
		}
	}
	change("restart", func(c *Config) { c.Outage.Drop = Restart })
	change("silent", func(c *Config) { c.Outage.Drop = Silent })
	change("lost dials", func(c *Config) { c.Outage.Dials, c.Server.Overflow = Lose, Lose })
	change("hanging dials", func(c *Config) { c.Outage.Dials, c.Server.Overflow = Hang, Hang })
	change("offline", func(c *Config) { c.Offline.Share = 0.3 })
	change("toll", func(c *Config) { c.Server.Toll = 0.2 })
	change("no queue", func(c *Config) { c.Server.Backlog = 0 })
	change("long queue", func(c *Config) { c.Server.Backlog, c.Server.Admit = 1e6, 20 })
	change("no network", func(c *Config) { c.Network = Network{RoundTrips: 1} })
	change("no outage", func(c *Config) { c.Outage.Length = 0 })
	change("to the end", func(c *Config) { c.Full = true })
	return all
}

func mustFind(name string) Policy {
	p, ok := Find(name)
	if !ok {
		panic("no policy " + name)
	}
	return p
}

// Every client is in exactly one phase, the phase is what the machine says,
// time never goes back, and the server's books add up.
func TestConservation(t *testing.T) {
	for name, cfg := range variants() {
		cfg.Clients = 200
		s := newSim(cfg)
		s.begin()
		last, n := s.now, 0
		for e, ok := s.agenda.next(); ok && e.at <= s.up.Add(5*tick.Minute); e, ok = s.agenda.next() {
			if e.at < last {
				t.Fatalf("%s: an event at %d after %d", name, e.at, last)
			}
			s.tally.reach(e.at)
			s.now, last = e.at, e.at
			s.handle(e)
			if n++; n%97 == 0 {
				checkBooks(t, name, s)
			}
		}
		checkBooks(t, name, s)
	}
}

func checkBooks(t *testing.T, name string, s *sim) {
	t.Helper()
	var count [phases]int
	welcomed := 0
	for i := range s.clients {
		c := &s.clients[i]
		count[c.phase]++
		if c.phase == open {
			welcomed++
			if c.openedAt < s.up {
				t.Fatalf("%s: client %d opened %v ms before the server's return", name, i, s.up.Sub(c.openedAt).Millis())
			}
		}
		if m, ok := s.side.(*machines); ok {
			isOpen := m.clients[i].State() == core.StateOpen
			if isOpen != (c.phase == open || c.phase == cut) {
				t.Fatalf("%s: client %d is in phase %d, its machine is %v", name, i, c.phase, m.clients[i].State())
			}
			if (m.clients[i].State() == core.StateFailed) != (c.phase == gaveUp) {
				t.Fatalf("%s: client %d is in phase %d, its machine is %v", name, i, c.phase, m.clients[i].State())
			}
		}
		if d := s.side.deadline(i); c.phase != gaveUp && d != tick.Never && c.timer > max(d, s.now) {
			t.Fatalf("%s: client %d waits until %d, its timer is at %d", name, i, d, c.timer)
		}
	}
	if count != s.tally.count {
		t.Fatalf("%s: phases %v, counted %v", name, count, s.tally.count)
	}
	if welcomed > s.tally.admitted-s.tally.wasted {
		t.Fatalf("%s: %d connected, %d admitted of which %d wasted", name, welcomed, s.tally.admitted, s.tally.wasted)
	}
	if span := s.now.Sub(s.up).Millis() / 1000; span >= 0 {
		if most := float64(s.gate.full)/token + s.cfg.Server.Admit*span + 1e-3; float64(s.tally.admitted) > most {
			t.Fatalf("%s: %d admitted in %v s, at most %v", name, s.tally.admitted, span, most)
		}
	} else if s.tally.admitted > 0 {
		t.Fatalf("%s: %d admitted while the server was down", name, s.tally.admitted)
	}
}

// The same Config gives the same Report, byte for byte; another seed another.
func TestDeterminism(t *testing.T) {
	for name, cfg := range variants() {
		cfg.Clients = 300
		a, b := asJSON(t, Run(cfg, nil)), asJSON(t, Run(cfg, nil))
		if a != b {
			t.Errorf("%s: two runs of one Config differ", name)
		}
		if cfg.Seed++; strings.Contains(name, "default") && asJSON(t, Run(cfg, nil)) == a {
			t.Errorf("%s: seed %d gives what seed %d gave", name, cfg.Seed, cfg.Seed-1)
		}
	}
}

func asJSON(t *testing.T, r Report) string {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Without jitter, and without a network that spreads them, all clients dial at
// the same moment: N dials in one slot, at each step of the schedule.
func TestNoJitterIsOneSpike(t *testing.T) {
	cfg := small(machine("spike", "", func(c *core.Config) { c.Jitter, c.FailureThreshold = 0, core.Unlimited }))
	cfg.Network = Network{RoundTrips: 1}
	r := Run(cfg, nil)
	for _, second := range []int{1, 3, 7, 15} { // 1, +2, +4, +8
		if got := r.Series.Dials[second*10]; got != int32(cfg.Clients) {
			t.Errorf("%d dials in the 100 ms from %d s on, want %d", got, second, cfg.Clients)
		}
	}
	if r.Peak != cfg.Clients {
		t.Errorf("peak %d, want %d", r.Peak, cfg.Clients)
	}
}

// Full jitter over a first window W puts N × 100 ms / W dials in a slot.
func TestFullJitterIsAsFlatAsItsWindow(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Clients, cfg.Network = 50_000, Network{RoundTrips: 1}
	cfg.Policy = machine("wide", "", func(c *core.Config) { c.JitterMode, c.BaseDelay = backoff.Full, 10*tick.Second })
	cfg.Outage.Length, cfg.Horizon = 2*tick.Second, 0
	r := Run(cfg, nil)
	want := float64(cfg.Clients) * 0.1 / 10
	// The first retries alone, in the first two seconds; second ones come on top later.
	for i := range 15 {
		if got := float64(r.Series.Dials[i]); math.Abs(got-want) > 6*math.Sqrt(want) {
			t.Errorf("%v dials in slot %d, want %v ± %.0f", got, i, want, 6*math.Sqrt(want))
		}
	}
}

// A server that can take everybody at once is full again after one round of
// delays; one that cannot fills at its rate and no sooner.
func TestIdealDrain(t *testing.T) {
	cfg := small(machine("ideal", "", func(c *core.Config) { c.MaxRetries, c.FailureThreshold = core.Unlimited, core.Unlimited }))
	cfg.Outage.Length = 10 * tick.Second
	cfg.Server.Admit = 1e6
	if r := Run(cfg, nil); r.Connected != 1 || r.P99 > 8000 || r.Refused > 0 {
		t.Errorf("a server without limits: %v connected, p99 %v ms, %d refused", r.Connected, r.P99, r.Refused)
	}
	cfg.Server = Server{Admit: 10, Burst: 1, Backlog: 100}
	if r := Run(cfg, nil); r.P50 < 49_900 || r.P99 < 98_900 {
		t.Errorf("1,000 clients at 10 a second: p50 %v ms, p99 %v ms; want no less than 50 s and 99 s", r.P50, r.P99)
	}
}

// A progress function that says no ends the run; its report says so.
func TestProgress(t *testing.T) {
	cfg := small(Default())
	cfg.Clients, cfg.Full = 5000, true
	calls, last := 0, tick.Duration(-1)
	r := Run(cfg, func(done, total tick.Duration) bool {
		if done < last || done > total || total != cfg.Outage.Length+cfg.Horizon {
			t.Errorf("progress %v of %v after %v", done, total, last)
		}
		calls, last = calls+1, done
		return calls < 3
	})
	if calls != 3 || !r.Stopped {
		t.Errorf("%d calls, stopped %v; want 3, true", calls, r.Stopped)
	}
}

func TestCheck(t *testing.T) {
	cfg := Config{Clients: -1, Outage: Outage{Length: -1}, Server: Server{Backlog: -1}, Network: Network{Spread: 9}, Offline: Offline{Share: 2}}
	err := cfg.Check()
	if err == nil {
		t.Fatal("a senseless Config passed")
	}
	for _, part := range []string{"clients", "policy", "outage", "admission", "backlog", "spread", "round trips", "offline share"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not tell of the %s:\n%v", part, err)
		}
	}
	if err := DefaultConfig().Check(); err != nil {
		t.Errorf("the default Config: %v", err)
	}
}

// The machine allocates nothing per step once its list of actions has grown.
func TestMachineDoesNotAllocate(t *testing.T) {
	cfg := core.DefaultConfig()
	cfg.MaxRetries, cfg.FailureThreshold = core.Unlimited, 3
	m := core.New(&cfg, func() float64 { return 0.5 })
	m.Step(0, core.Event{Kind: core.Connect})
	gen := uint32(1)
	fail := func() {
		now := max(m.Deadline(), 0)
		m.Step(now, core.Event{Kind: core.Closed, Gen: gen, Code: 1006})
		for live := false; !live; {
			for _, a := range m.Step(m.Deadline(), core.Event{Kind: core.Timer}) {
				if live = live || a.Kind == core.OpenSocket; live {
					gen = max(gen, a.Gen)
				}
			}
		}
	}
	if n := testing.AllocsPerRun(1000, fail); n != 0 {
		t.Errorf("%v allocations per dial, loss, wait and blocked circuit", n)
	}
	if gen < 900 {
		t.Errorf("only %d dials were made", gen)
	}
}

// Twenty more minutes cost the simulator some growth of its buckets, and
// nothing per event.
func TestNoAllocationPerEvent(t *testing.T) {
	cfg := small(Default())
	cfg.Clients, cfg.Full = 2000, true
	run := func(horizon tick.Duration) (allocs float64, events int) {
		cfg.Horizon = horizon
		return testing.AllocsPerRun(1, func() { events = Run(cfg, nil).Events }), events
	}
	short, few := run(20 * tick.Minute)
	long, many := run(40 * tick.Minute)
	if more := (long - short) / float64(many-few); more > 0.05 || many-few < 100*cfg.Clients {
		t.Errorf("%.0f more allocations in %d more events", long-short, many-few)
	}
}

// A million clients have to fit in 16 GiB, with room to spare.
func TestBytesPerClient(t *testing.T) {
	size := unsafe.Sizeof(client{}) + unsafe.Sizeof(core.Machine{}) + 8*unsafe.Sizeof(core.Action{})
	t.Logf("%d bytes per client: simulator %d, machine %d, its actions %d", size, unsafe.Sizeof(client{}), unsafe.Sizeof(core.Machine{}), 8*unsafe.Sizeof(core.Action{}))
	if size > 4096 {
		t.Errorf("%d bytes per client", size)
	}
}

// A server that says goodbye and asks its clients to come back one by one is
// not stormed.
func TestSpreadEndsTheStorm(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Clients, cfg.Server.Admit = 2000, 200
	cfg.Outage = Outage{Length: 2 * tick.Second, Drop: Restart}
	storm := Run(cfg, nil)
	cfg.Outage.RetryAfter, cfg.Outage.Spread = 2*tick.Second, 11*tick.Second
	told := Run(cfg, nil)
	if told.Peak*5 > storm.Peak || told.Dials != cfg.Clients || told.P99 < 0 || told.Refused != 0 {
		t.Errorf("told: peak %d, %d dials, %d refused, 99 %% after %v ms; not told: peak %d", told.Peak, told.Dials, told.Refused, told.P99, storm.Peak)
	}
	cfg.Outage.Drop = Reset
	if err := cfg.Check(); err == nil {
		t.Error("a server that is gone without a word says when to come back")
	}
}

// yours runs a small fleet of machines with these options before a server that
// keeps nobody waiting.
func yours(t *testing.T, options string, outage Outage) Report {
	t.Helper()
	o, err := ParseOptions([]byte(options))
	if err != nil {
		t.Fatal(err)
	}
	cfg := DefaultConfig()
	cfg.Policy = Policy{Name: "yours", Machine: &o}
	cfg.Clients, cfg.Server.Admit, cfg.Horizon, cfg.Outage = 500, 100_000, tick.Hour, outage
	return Run(cfg, nil)
}

// Clients are connected "for different times" when a story begins, "long enough
// to be healthy and to have been probed", however long that is.
func TestClientsAreOldEnough(t *testing.T) {
	for _, seconds := range []float64{30, 120, 600} {
		r := yours(t, fmt.Sprintf(`{"heartbeatInterval":%v}`, 1000*seconds), Outage{Drop: Silent})
		// Probes are due at any time of the interval, and a reply is missed 5 s later by default.
		if half := r.P50 / 1000; half < 0.35*seconds || half > 0.65*seconds+10 {
			t.Errorf("an interval of %v s: half are back after %.1f s", seconds, half)
		}
	}
	for _, uptime := range []string{"5000", "150000"} {
		if r := yours(t, `{"minUptime":`+uptime+`,"circuitBreaker":{"failureThreshold":1}}`, Outage{Drop: Reset}); r.P50 > 5000 {
			t.Errorf("minUptime %s: half are back after %.1f s; the circuit took the end of a healthy connection for a failure", uptime, r.P50/1000)
		}
	}
}

func TestPeakAfterTheReturn(t *testing.T) {
	for _, ms := range []tick.Duration{1000, 1001, 1050} {
		cfg := DefaultConfig()
		cfg.Policy, _ = Find("sockette") // which dials after 1 s
		cfg.Clients, cfg.Server.Admit, cfg.Outage.Length = 500, 1e6, ms*tick.Millisecond
		cfg.Network = Network{Latency: 60 * tick.Millisecond, RoundTrips: 3}
		if r := Run(cfg, nil); r.Peak != 500 || r.PeakAfter != 500 {
			t.Errorf("away for %d ms: %d dials in 100 ms, %d once the server is back; want all of them", ms, r.Peak, r.PeakAfter)
		}
	}
}

func TestWhatIsNotSeenIsUnknown(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Clients, cfg.Server.Admit, cfg.Horizon = 500, 50, tick.Second
	if r := Run(cfg, nil); r.Connected300 != -1 {
		t.Errorf("1 s after the return it says that %v are connected after 300 s", r.Connected300)
	}
	cfg.Horizon = 10 * tick.Minute
	if r := Run(cfg, nil); r.Connected300 != 1 {
		t.Errorf("%v are connected after 300 s", r.Connected300)
	}
}

func TestConfigsThatWouldBeOthers(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"the latency":  func(c *Config) { c.Network.Latency = 11 * tick.Second },
		"admission of": func(c *Config) { c.Server.Admit = 0.0009 },
	} {
		cfg := DefaultConfig()
		change(&cfg)
		if err := cfg.Check(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if g := newGate(Server{Admit: 0.0019}); g.rate != 1 {
		t.Errorf("0.0019 a second are %d in 1,000 s, more than that", g.rate)
	}
	for _, rate := range []float64{0.001, 0.3, 0.7, 1.1, 1000, 123.456} {
		if g := newGate(Server{Admit: rate}); math.Abs(float64(g.rate)-1000*rate) > 1e-6 {
			t.Errorf("%v a second are %d in 1,000 s", rate, g.rate)
		}
	}
}

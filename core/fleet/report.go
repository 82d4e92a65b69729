package fleet

import (
	"slices"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Report is what became of a fleet. Times are in milliseconds; those of the
// recovery count from the server's return, and -1 means that it never happened,
// or not within the horizon.
type Report struct {
	Policy   string  `json:"policy"`
	Clients  int     `json:"clients"`
	Seed     uint64  `json:"seed"`
	OutageMs float64 `json:"outage"`
	Stopped  bool    `json:"stopped,omitempty"` // the progress function ended it

	Dials          int     `json:"dials"`          // that reached the server
	DialsPerClient float64 `json:"dialsPerClient"` //
	Peak           int     `json:"peak"`           // most dials in 100 ms
	PeakAt         float64 `json:"peakAt"`         // ms from the loss
	PeakAfter      int     `json:"peakAfter"`      // the same, after the server's return
	Refused        int     `json:"refused"`        // dials turned away by a server that was up
	Wasted         int     `json:"wasted"`         // admissions of clients that had given up waiting
	QueuePeak      int     `json:"queuePeak"`      //

	P50          float64 `json:"p50"`          // ms until half of all clients were connected
	P99          float64 `json:"p99"`          //
	Connected300 float64 `json:"connected300"` // share, 300 s after the server's return; -1 where the run did not come so far
	Connected    float64 `json:"connected"`    // share at the end
	GaveUp       float64 `json:"gaveUp"`       // share that stopped for good
	EndMs        float64 `json:"end"`          // what was simulated, ms from the loss

	Events int `json:"events"` // of the simulation
	Steps  int `json:"steps"`  // of the clients' machines

	// By bins of 100 ms from the loss on.
	Series Series `json:"series"`
}

// A Series is a run's course in bins of 100 ms.
type Series struct {
	Dials     []int32 `json:"dials"`     // that reached the server
	Connected []int32 `json:"connected"` // at the bin's end
	Queue     []int32 `json:"queue"`     // longest
}

// Run simulates one Config. progress, which may be nil, is called now and then
// with how much of the virtual time has passed; it ends the run by returning
// false. A Config that makes no sense is a panic: see [Config.Check].
func Run(cfg Config, progress func(done, total tick.Duration) bool) Report {
	if err := cfg.Check(); err != nil {
		panic(err)
	}
	s := newSim(cfg)
	s.begin()
	total := cfg.Outage.Length + cfg.Horizon
	finished := s.run(func() bool { return progress == nil || progress(s.now.Sub(s.down), total) })
	if s.tally.binDials > 0 || len(s.tally.Connected) == 0 || int(s.tally.Connected[len(s.tally.Connected)-1]) != s.tally.count[open] {
		s.tally.close() // a run that settled ends inside of a bin
	}
	return s.report(finished)
}

func (s *sim) report(finished bool) Report {
	t := &s.tally
	n := float64(s.cfg.Clients)
	r := Report{
		Policy: s.cfg.Policy.Name, Clients: s.cfg.Clients, Seed: s.cfg.Seed, OutageMs: s.cfg.Outage.Length.Millis(), Stopped: !finished,
		Dials: t.dials, DialsPerClient: float64(t.dials) / n, Refused: t.refused, Wasted: t.wasted,
		PeakAfter: int(t.peakAfter), QueuePeak: t.queuePeak,
		Connected: float64(t.count[open]) / n, GaveUp: float64(t.count[gaveUp]) / n,
		EndMs: s.now.Sub(s.down).Millis(), Events: t.events, Steps: t.steps,
		Series: Series{Dials: t.Dials, Connected: t.Connected, Queue: t.Queue},
	}
	r.peaks()
	r.P50, r.P99 = s.quantiles()
	at := int((s.cfg.Outage.Length + 300*tick.Second) / Bin)
	r.Connected300 = r.Connected
	switch {
	case at < len(t.Connected):
		r.Connected300 = float64(t.Connected[at]) / n
	case !s.settled() && (!finished || s.cfg.Horizon < 300*tick.Second):
		r.Connected300 = -1
	}
	return r
}

func (r *Report) peaks() {
	for i, d := range r.Series.Dials {
		if int(d) > r.Peak {
			r.Peak, r.PeakAt = int(d), float64(i)*Bin.Millis()
		}
	}
}

// quantiles returns when half of the clients, and 99 % of them, were back.
func (s *sim) quantiles() (p50, p99 float64) {
	back := make([]tick.Duration, 0, s.tally.count[open])
	for i := range s.clients {
		if c := &s.clients[i]; c.phase == open {
			back = append(back, max(c.openedAt.Sub(s.up), 0))
		}
	}
	slices.Sort(back)
	quantile := func(q float64) float64 {
		k := int(q*float64(len(s.clients))+0.999999) - 1
		if k >= len(back) {
			return -1
		}
		return back[max(k, 0)].Millis()
	}
	return quantile(0.5), quantile(0.99)
}

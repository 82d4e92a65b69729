package fleet

import (
	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A phase is where a client stands. Each is in exactly one.
type phase uint8

const (
	open     phase = iota // connected
	cut                   // it believes so, but the server is gone
	dialling              // a dial is under way
	idle                  // it waits for its next dial
	gaveUp                // it has stopped for good
	phases
)

// kinds of events on the agenda.
const (
	timer   uint32 = iota // a client's deadline
	arrival               // a dial reaches the server
	verdict               // a dial's refusal, or a connection's end, reaches the client
	welcome               // a dial's success reaches the client
	reply                 // a probe's reply reaches the client
	service               // the server can admit a dial that waits
	offline
	online

	kindBits = 3
	kindMask = 1<<kindBits - 1
)

// A client is what the network and the clock know of it.
type client struct {
	dice     dice
	deadline tick.Time // when it wants a Timer event
	timer    tick.Time // of its earliest timer on the agenda; tick.Never: none
	heardAt  tick.Time // when a message of the server last came
	openedAt tick.Time // when its newest connection opened
	latency  uint32    // one way, in microseconds
	news     uint32    // the agenda's number of what comes next from the network; 0: nothing
	dial     uint32    // numbers its dials
	gen      uint32    // the machine's number for the same
	phase    phase
	dialling bool
	offline  bool
	tries    uint8 // packets lost in this dial
}

// A side is the clients' half of the simulation.
type side interface {
	// age is for how long connections have been open at the least, at 0.
	age() tick.Duration
	// start opens the connection of client i, which lives until the outage.
	start(i int, opened, until tick.Time) phase
	// deadline returns when the client wants a Timer event.
	deadline(i int) tick.Time
	// step gives the client an event and returns where it stands after it.
	step(i int, now tick.Time, e core.Event) phase
	// unplugged tells that the client's connection has died without a sign.
	unplugged(i int, now tick.Time)
}

type sim struct {
	cfg      Config
	now      tick.Time
	down, up tick.Time // the outage
	agenda   *agenda
	clients  []client
	side     side
	gate     gate
	serving  tick.Time // of the service entry on the agenda
	rolling  int       // whose dice the machine that is stepped rolls
	dice     func() float64
	tally    tally
}

func newSim(cfg Config) *sim {
	s := &sim{cfg: cfg, clients: make([]client, cfg.Clients), gate: newGate(cfg.Server), serving: tick.Never}
	s.dice = func() float64 { return s.clients[s.rolling].dice.roll() }
	if cfg.Policy.Machine != nil {
		s.side = newMachines(s, *cfg.Policy.Machine)
	} else {
		s.side = newSoloists(s, *cfg.Policy.Formula)
	}
	return s
}

// begin brings every client to where the story begins: connected, for times
// that are spread over as long as the youngest has been.
func (s *sim) begin() {
	age := max(s.side.age(), tick.Second)
	s.down = tick.Time(2 * age)
	s.up = s.down.Add(s.cfg.Outage.Length)
	s.now = s.down
	s.agenda = newAgenda(s.down)
	s.tally = newTally(s)
	s.gate.openAt(s.up)
	for i := range s.clients {
		c := &s.clients[i]
		c.dice = newDice(s.cfg.Seed, i)
		c.latency = uint32(min(float64(s.cfg.Network.Latency)*c.dice.factor(s.cfg.Network.Spread), float64(maxLatency)))
		c.timer = tick.Never
		c.openedAt = tick.Time(float64(age) * c.dice.roll())
		c.heardAt = s.down
		away := c.dice.roll() < s.cfg.Offline.Share
		s.rolling = i
		c.phase = s.side.start(i, c.openedAt, s.down)
		s.tally.count[c.phase]++
		s.lose(i)
		c.deadline = s.side.deadline(i)
		if away {
			s.agenda.add(s.now, what(i, offline))
			s.agenda.add(s.now.Add(s.cfg.Offline.Length), what(i, online))
		}
		s.arm(i)
	}
}

// lose takes the server away from under a connection.
func (s *sim) lose(i int) {
	s.move(i, cut)
	if s.cfg.Outage.Drop == Silent {
		s.rolling = i
		s.side.unplugged(i, s.now)
		return
	}
	s.send(i, verdict, 1)
}

// run goes through the agenda until the horizon. It stops early when
// keepOn says so.
func (s *sim) run(keepOn func() bool) (finished bool) {
	end := s.up.Add(s.cfg.Horizon)
	const often = 1 << 16
	for n := 1; ; n++ {
		e, ok := s.agenda.next()
		if !ok || e.at > end {
			s.tally.reach(end)
			return true
		}
		if e.at < s.now {
			panic("fleet: time went back")
		}
		s.tally.reach(e.at)
		s.now = e.at
		s.tally.events++
		s.handle(e)
		if !s.cfg.Full && s.settled() {
			return true
		}
		if n%often == 0 && !keepOn() {
			return false
		}
	}
}

// settled reports whether nothing is left but heartbeats.
func (s *sim) settled() bool {
	n := &s.tally.count
	return n[dialling] == 0 && n[idle] == 0 && n[cut] == 0 && s.gate.waiting() == 0 && s.now >= s.up
}

func what(i int, kind uint32) uint32 { return uint32(i)<<kindBits | kind }

func (s *sim) handle(e entry) {
	i := int(e.what >> kindBits)
	c := &s.clients[i]
	switch kind := e.what & kindMask; kind {
	case service:
		s.serve()
	case timer:
		if c.timer != e.at {
			return // a deadline that was put off meanwhile
		}
		c.timer = tick.Never
		if c.deadline <= s.now {
			s.step(i, core.Event{Kind: core.Timer})
		} else {
			s.arm(i)
		}
	case offline, online:
		c.offline = kind == offline
		if c.offline {
			s.step(i, core.Event{Kind: core.Offline})
		} else {
			s.step(i, core.Event{Kind: core.Online})
		}
	default: // from the network
		if c.news != e.seq {
			return // of a socket that was given up
		}
		c.news = 0
		s.deliver(i, kind)
	}
}

// deliver carries out what comes from the network.
func (s *sim) deliver(i int, kind uint32) {
	c := &s.clients[i]
	switch kind {
	case arrival:
		s.arrive(i)
	case welcome:
		c.dialling = false
		c.openedAt, c.heardAt = s.now, s.now
		s.step(i, core.Event{Kind: core.Opened, Gen: c.gen})
	case reply:
		c.heardAt = s.now
		s.step(i, core.Event{Kind: core.Replied, Gen: c.gen, Span: 2 * tick.Duration(c.latency)})
	case verdict:
		e := core.Event{Kind: core.Closed, Gen: c.gen, Code: 1006}
		if c.dialling {
			e.Reached = core.NobodyThere
			if s.now >= s.up {
				e.Reached = core.SomebodyThere
			}
		} else if s.cfg.Outage.Drop == Restart {
			e.Code, e.Clean = 1012, true
			e.RetryAfter, e.Spread = s.cfg.Outage.RetryAfter, s.cfg.Outage.Spread
		}
		c.dialling = false
		s.step(i, e)
	}
}

// step gives a client an event, notes where it stands, and arms its timer.
func (s *sim) step(i int, e core.Event) {
	s.tally.steps++
	s.rolling = i
	p := s.side.step(i, s.now, e)
	c := &s.clients[i]
	if p == open && c.openedAt < s.down {
		p = cut
	}
	s.move(i, p)
	c.deadline = s.side.deadline(i)
	s.arm(i)
}

func (s *sim) move(i int, p phase) {
	c := &s.clients[i]
	s.tally.count[c.phase]--
	s.tally.count[p]++
	c.phase = p
}

// arm sees to it that the agenda holds a timer no later than the client's
// deadline. One that is too early finds out when it fires.
func (s *sim) arm(i int) {
	c := &s.clients[i]
	if c.deadline < c.timer {
		c.timer = max(c.deadline, s.now)
		s.agenda.add(c.timer, what(i, timer))
	}
}

// roller returns the dice of client i, for as long as no other is stepped.
func (s *sim) roller(i int) func() float64 {
	s.rolling = i
	return s.dice
}

func (s *sim) rollOf(i int) float64 { return s.clients[i].dice.roll() }

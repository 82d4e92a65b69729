package fleet

import "github.com/websocket-reconnect/websocket-reconnect/core/tick"

// send puts on the agenda what reaches the client, or the server from it,
// after a number of latencies. It replaces what was on its way.
func (s *sim) send(i int, kind uint32, latencies int) {
	c := &s.clients[i]
	d := tick.Duration(c.latency) * tick.Duration(latencies)
	if j := s.cfg.Network.Jitter; j > 0 {
		d += tick.Duration(c.dice.roll() * float64(j))
	}
	c.news = s.agenda.add(s.now.Add(d), what(i, kind))
}

// dial is the client's action: a socket is asked for.
func (s *sim) dial(i int) {
	c := &s.clients[i]
	c.dial++
	c.dialling = true
	c.tries = 0
	if c.offline { // the client's own system says no
		c.news = s.agenda.add(s.now.Add(tick.Millisecond), what(i, verdict))
		return
	}
	s.send(i, arrival, 1)
}

// hangUp is the client's action: the socket is given up. What was on its way
// no longer matters to the client; the server may not know yet.
func (s *sim) hangUp(i int) {
	c := &s.clients[i]
	c.dialling = false
	c.news = 0
}

// probe is the client's action: a heartbeat. It is answered unless the
// connection is dead.
func (s *sim) probe(i int) {
	c := &s.clients[i]
	if c.phase != cut && !c.offline {
		s.send(i, reply, 2)
	}
}

// heard answers how long ago a message of the server last came.
func (s *sim) heard(i int) tick.Duration { return s.now.Sub(s.clients[i].heardAt) }

// arrive is a dial at the server's door.
func (s *sim) arrive(i int) {
	c := &s.clients[i]
	again := c.tries > 0
	if !again {
		s.tally.dial(s.now >= s.up)
	}
	if s.now < s.up {
		s.turnAway(i, s.cfg.Outage.Dials)
		return
	}
	admitted, queued := s.gate.arrive(s.now, waiting{int32(i), c.dial})
	switch {
	case admitted:
		s.admit(i)
	case queued:
		s.tally.queued(s.gate.waiting())
		s.callService()
	default:
		s.tally.refused++
		s.turnAway(i, s.cfg.Server.Overflow)
	}
}

// kernelTries is how often a client's kernel sends a lost dial again, and
// kernelGivesUp when it says that the dial timed out: net.ipv4.tcp_syn_retries.
const (
	kernelTries   = 6
	kernelGivesUp = 64 * tick.Second
)

// turnAway ends a dial that is not served.
func (s *sim) turnAway(i int, how Dials) {
	c := &s.clients[i]
	switch {
	case how == Refuse:
		s.send(i, verdict, 1)
	case how == Lose && c.tries < kernelTries:
		c.news = s.agenda.add(s.now.Add(tick.Second<<c.tries), what(i, arrival))
		c.tries++
	case how == Lose:
		c.news = s.agenda.add(s.now.Add(kernelGivesUp), what(i, verdict))
	}
}

// admit lets a dial in; the client hears of it when the handshakes are done.
func (s *sim) admit(i int) {
	s.tally.admitted++
	s.send(i, welcome, 2*s.cfg.Network.RoundTrips-1)
}

// serve admits the dial that has waited longest. Whether its client is still
// there the server finds out only then.
func (s *sim) serve() {
	s.serving = tick.Never
	if w, ok := s.gate.serve(s.now); ok {
		if c := &s.clients[w.client]; c.dial == w.dial && c.dialling {
			s.admit(int(w.client))
		} else {
			s.tally.admitted++
			s.tally.wasted++
		}
	}
	s.callService()
}

// callService keeps one service entry on the agenda while a dial waits.
func (s *sim) callService() {
	if at := s.gate.next(); at < s.serving {
		s.serving = at
		s.agenda.add(max(at, s.now), what(0, service))
	}
}

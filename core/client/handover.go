package client

import (
	"encoding/json"
	"slices"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// farewellText is the last message on a socket whose server speaks control.
const farewellText = `{"type":"drained"}`

// openSpare dials beside the open socket. Its messages wait in the network.
func (d *driver) openSpare(gen uint32) {
	d.spare = newSocket(d.c, gen)
	d.spare.held = make(chan struct{})
	d.c.wg.Add(1)
	go d.spare.run(nil)
}

func (d *driver) dropSpare() {
	d.c.inbox.detach(d.spare)
	d.spare.cancel()
	d.spare = nil
}

// spareEnded notes how the spare ended; it takes no more messages.
func (d *driver) spareEnded(e ending) {
	d.spare.end = e
	d.spare.out.seize()
}

// sayFarewell sends the socket's last message; the server is to close it then.
func (d *driver) sayFarewell() {
	if d.c.opts.Control {
		d.sock.out.add(&message{Message: Message{Text, []byte(farewellText)}, heartbeat: true})
	}
	d.sock.out.part()
}

// takeOver makes the spare the socket. What the socket before did not live to
// write goes first: it left the machine's queue before all that is there. Where
// the spare is still a dial, it goes back to the outbox as ever.
func (d *driver) takeOver(told bool) {
	d.sock, d.spare = d.spare, nil
	d.returned = slices.DeleteFunc(d.returned, func(m *message) bool { return m.heartbeat || d.state == core.StateOpen && d.sock.out.add(m) })
	if told {
		d.c.inbox.tell(Handover{d.sock.conn.protocol()})
	}
	close(d.sock.held)
}

// waitToSpeak reports false where the socket was dropped while it waited to
// take over.
func (s *socket) waitToSpeak() bool {
	if s.held == nil {
		return true
	}
	select {
	case <-s.held:
		return true
	case <-s.ctx.Done():
		return false
	}
}

const (
	longestControl = 200 // bytes
	usualWithin    = 30 * tick.Second
	longestWithin  = 10 * tick.Minute
)

// obey does what a control message asks for. What is not quite one is ignored.
func (s *socket) obey(m Message) {
	if m.Type != Text || len(m.Data) > longestControl || len(m.Data) == 0 || m.Data[0] != '{' {
		return
	}
	var asked map[string]any
	if json.Unmarshal(m.Data, &asked) != nil {
		return
	}
	spread, ok := millisIn(asked, "spread", 0)
	if !ok {
		return
	}
	switch asked["type"] {
	case "drain":
		if within, ok := millisIn(asked, "within", usualWithin); ok {
			s.c.post(input{event: core.Event{Kind: core.Drain, Within: min(within, longestWithin), Spread: min(spread, longestWithin)}})
		}
	case "reconnect":
		if after, ok := millisIn(asked, "retryAfter", 0); ok {
			s.c.post(input{event: core.Event{Kind: core.Hint, Gen: s.gen, RetryAfter: after, Spread: spread}})
		}
	}
}

// millisIn reads a server's number of milliseconds. It reports false for what is
// there and is none.
func millisIn(given map[string]any, name string, unset tick.Duration) (tick.Duration, bool) {
	value, there := given[name]
	if !there {
		return unset, true
	}
	ms, ok := value.(float64)
	return tick.FromMillis(ms), ok && ms >= 0
}

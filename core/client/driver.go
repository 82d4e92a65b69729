package client

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A driver owns the machine. It runs in one goroutine, never waits for anybody
// but its inputs and its one timer, and does what the machine says.
type driver struct {
	c       *Client
	machine *core.Machine
	timer   *time.Timer
	knows   int           // the version of the circle's circuit that the machine has
	news    chan struct{} // there is another
	armed   tick.Time     // when the timer fires; tick.Never: it does not

	sock     *socket          // the newest, the spare aside
	spare    *socket          // of a handover
	outbox   map[int]*message // by id, what the machine's queue holds
	keys     map[string]int   // of messages in the outbox: their ids
	bytes    int              // of the outbox
	nextID   int
	returned []*message   // unwritten, of a socket that is gone
	answers  []core.Event // to what the machine asked for
	stepping bool

	state    State
	circuit  breaker.State
	farewell farewell     // what the user's close said
	opened   []chan error // Connects that wait
	closed   []chan error // Closes that wait
	disposed bool

	wasOpen bool      // at least once
	lostAt  tick.Time // when it ceased to be, last
}

// An input is a core.Event with what the machine need not know.
type input struct {
	event  core.Event
	end    *ending       // Closed
	bye    farewell      // Close
	msg    *message      // Enqueue
	opened chan error    // Connect: told when it is open, or will not be
	closed chan error    // Close: told when it is closed
	taken  *[]Unsent     // TakeBack: what was in the outbox
	wait   chan struct{} // closed when the machine has taken it
}

func newDriver(c *Client) *driver {
	c.opts.Trace.start(c.config, c.opts.Seed)
	d := &driver{
		c: c, outbox: map[int]*message{}, keys: map[string]int{}, armed: tick.Never, news: make(chan struct{}, 1),
		machine: core.New(&c.config, c.roll),
		timer:   time.NewTimer(time.Hour),
	}
	d.timer.Stop()
	return d
}

func (d *driver) run() {
	defer close(d.c.gone)
	defer d.timer.Stop()
	for !d.disposed {
		select {
		case in := <-d.c.in:
			d.take(in)
		case <-d.timer.C:
			d.armed = tick.Never
			d.step(core.Event{Kind: core.Timer})
		case <-d.news:
			d.step(core.Event{Kind: core.CircuitIs})
		}
		d.arm()
	}
	if d.c.circle != nil {
		d.c.circle.leave(d)
	}
	d.c.inbox.end()
}

// arm sets the timer to the machine's deadline.
func (d *driver) arm() {
	at := d.machine.Deadline()
	if at == d.armed {
		return
	}
	d.armed = at
	if at == tick.Never {
		d.timer.Stop()
		return
	}
	d.timer.Reset(time.Until(d.c.epoch.Add(span(tick.Duration(at)))))
}

func (d *driver) take(in input) {
	live := d.sock != nil && in.event.Gen == d.sock.gen
	switch in.event.Kind {
	case core.Enqueue:
		d.nextID++
		in.msg.id, in.msg.at = d.nextID, d.c.now()
		d.enqueue(in.msg)
	case core.TakeBack:
		*in.taken = d.takeBack()
		d.step(in.event)
	case core.Closed:
		if live && !d.sock.detached {
			d.sock.end = *in.end
			d.letGo()
		}
		if d.spare != nil && in.event.Gen == d.spare.gen {
			d.spareEnded(*in.end)
		}
		d.step(in.event)
	case core.Close:
		d.farewell = in.bye
		d.closed = append(d.closed, in.closed)
		d.step(in.event)
		d.settle()
	case core.Connect:
		d.opened = append(d.opened, in.opened)
		d.step(in.event)
		d.settle()
	case core.PutOff:
		if d.spare != nil && in.event.Gen == d.spare.gen {
			d.spareEnded(ending{code: codeAbnormal})
		}
		d.step(in.event)
	default:
		d.step(in.event)
	}
	if in.wait != nil {
		close(in.wait)
	}
}

// step gives the machine one event, does what it says, and gives it what
// follows from that.
func (d *driver) step(e core.Event) {
	var now tick.Time
	var actions []core.Action
	if d.c.circle != nil {
		now, actions = d.c.circle.step(d, e)
	} else {
		now = d.c.now()
		actions = d.feed(now, e)
	}
	d.publish(now) // who is told of a step can ask for what it led to
	for _, a := range actions {
		if d.c.acted != nil {
			d.c.acted(now, a)
		}
		d.act(now, a)
	}
	d.disposed = d.disposed || e.Kind == core.Dispose
	d.publish(now)
	if d.stepping {
		return
	}
	d.stepping = true
	defer func() { d.stepping = false }()
	for len(d.answers)+len(d.returned) > 0 {
		if len(d.answers) > 0 {
			answer := d.answers[0]
			d.answers = d.answers[1:]
			d.step(answer)
			continue
		}
		m := d.returned[0]
		d.returned = d.returned[1:]
		d.enqueue(m)
	}
	if d.disposed {
		d.settle()
	}
}

// feed gives the machine one event, and the trace.
func (d *driver) feed(now tick.Time, e core.Event) []core.Action {
	d.c.opts.Trace.step(now, e)
	return d.machine.Step(now, e)
}

// act does one action.
func (d *driver) act(now tick.Time, a core.Action) {
	switch a.Kind {
	case core.OpenSocket:
		before := d.sock
		d.sock = newSocket(d.c, a.Gen)
		d.sock.attempt = d.machine.Snapshot().RetryCount
		d.c.wg.Add(1)
		go d.sock.run(before)
	case core.OpenSpare:
		d.openSpare(a.Gen)
	case core.Farewell:
		d.sayFarewell()
	case core.TakeOver:
		d.takeOver(a.Told)
	case core.CloseSocket:
		d.sayGoodbye()
	case core.Abandon:
		if d.spare != nil && a.Gen == d.spare.gen {
			d.dropSpare()
			return
		}
		d.letGo()
		d.sock.cancel()
	case core.Probe:
		d.sock.probe(now)
	case core.Ask:
		d.answers = append(d.answers, d.sock.measure(core.Heard, d.sock.silence(now)))
	case core.AskDelay:
		d.answers = append(d.answers, core.Event{Kind: core.Delayed, Gen: a.Gen, Span: d.c.jitter(a)})
	case core.Flush:
		d.each(a, func(m *message) {
			if !d.sock.out.add(m) {
				d.returned = append(d.returned, m)
			}
		})
	case core.Drop:
		d.each(a, func(m *message) { d.drop(m, a.Reason) })
	default:
		d.tell(a)
	}
}

// letGo detaches the newest socket: nothing of it is told any more, and what
// it has not written goes back to the outbox. That is empty while a connection
// is open, so the order stays.
func (d *driver) letGo() {
	d.c.inbox.detach(d.sock)
	d.returned = append(d.returned, d.sock.out.seize()...)
}

func (d *driver) sayGoodbye() {
	bye := d.farewell
	if bye.code == 0 {
		bye.code = codeNormal
	}
	if code := wireCode(bye.code); code != bye.code {
		d.sock.requested = bye.code
		bye.code = code
	}
	d.sock.out.finish(bye)
}

// enqueue puts a message into the machine's queue, from where it comes back at
// once if a connection is open.
func (d *driver) enqueue(m *message) {
	switch {
	case m.heartbeat:
		return // of a connection that is gone
	case m.withdrawn():
		return // nobody waits for it
	case d.disposed:
		d.drop(m, core.UserClosed)
		return
	case m.how.Key != "" && d.keys[m.how.Key] > m.id: // it comes back from a socket
		if m.accept() {
			m.reply(nil) // a Send that waits hears what it would of one that has waited here
		}
		d.drop(m, core.Replaced)
		return
	case m.how.Volatile && (d.state != core.StateOpen || d.sock.out.hasParted()):
		d.drop(m, core.Volatile)
		return
	}
	d.outbox[m.id] = m
	d.bytes += len(m.Data)
	d.step(core.Event{
		Kind: core.Enqueue, ID: m.id, Bytes: len(m.Data), Span: d.c.now().Sub(m.at), TTL: ticks(m.how.TTL),
		Priority: m.how.Priority, Replaces: d.keys[m.how.Key],
	})
	if _, waits := d.outbox[m.id]; !waits {
		return
	}
	if m.how.Key != "" {
		d.keys[m.how.Key] = m.id
	}
	if m.accept() {
		m.reply(nil)
	}
}

// each takes the messages of an action out of the outbox.
func (d *driver) each(a core.Action, do func(*message)) {
	for id := a.ID; id < a.ID+a.N; id++ {
		m := d.outbox[id]
		if m == nil {
			continue // the user has taken it back, of which the machine is not told yet
		}
		d.remove(m)
		do(m)
	}
}

func (d *driver) remove(m *message) {
	delete(d.outbox, m.id)
	d.bytes -= len(m.Data)
	if d.keys[m.how.Key] == m.id {
		delete(d.keys, m.how.Key)
	}
}

// takeBack empties the outbox.
func (d *driver) takeBack() (all []Unsent) {
	waiting := slices.SortedFunc(maps.Values(d.outbox), func(a, b *message) int {
		return cmp.Or(cmp.Compare(b.how.Priority, a.how.Priority), cmp.Compare(a.id, b.id))
	})
	for _, m := range waiting {
		d.remove(m)
		all = append(all, Unsent{m.Message, m.how, span(d.c.now().Sub(m.at))})
	}
	return all
}

// drop reports, once, a message that will not be sent: to the Send that still
// waits for it, or as an event.
func (d *driver) drop(m *message, why core.DropReason) {
	if m.heartbeat {
		return
	}
	if m.answer == nil || why != core.UserClosed {
		d.c.count.dropped.Add(1)
	}
	if m.answer == nil {
		d.c.inbox.tell(Drop{m.Message, why})
		return
	}
	m.reply(refusals[why])
}

// refusals are what Send returns for a message that will not be sent.
var refusals = map[core.DropReason]error{
	core.UserClosed: ErrClosed, core.Overflow: ErrQueueFull, core.Expired: ErrExpired, core.Volatile: ErrNotOpen,
	core.Replaced: nil, // a message is replaced only when it has waited
}

// settle answers those who wait for what the state says already.
func (d *driver) settle() {
	switch d.state {
	case core.StateOpen:
		d.resolve(&d.opened, nil)
	case core.StateClosed:
		d.resolve(&d.opened, ErrClosed)
		d.resolve(&d.closed, nil)
	}
}

func (d *driver) resolve(waiting *[]chan error, err error) {
	for _, w := range *waiting {
		if w != nil {
			w <- err
		}
	}
	*waiting = nil
}

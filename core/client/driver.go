package client

import (
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
	armed   tick.Time // when the timer fires; tick.Never: it does not

	sock     *socket          // the newest, the spare aside
	spare    *socket          // of a handover
	outbox   map[int]*message // by id, what the machine's queue holds
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
}

// An input is a core.Event with what the machine need not know.
type input struct {
	event  core.Event
	end    *ending       // Closed
	bye    farewell      // Close
	msg    *message      // Enqueue
	opened chan error    // Connect: told when it is open, or will not be
	closed chan error    // Close: told when it is closed
	wait   chan struct{} // closed when the machine has taken it
}

func newDriver(c *Client) *driver {
	c.opts.Trace.start(c.config, c.opts.Seed)
	d := &driver{
		c: c, outbox: map[int]*message{}, armed: tick.Never,
		machine: core.New(c.config, c.roll),
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
		}
		d.arm()
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
		in.msg.id = d.nextID
		d.enqueue(in.msg)
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
	now := d.c.now()
	d.c.opts.Trace.step(now, e)
	actions := d.machine.Step(now, e)
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
	if m.heartbeat {
		return // of a connection that is gone
	}
	if d.disposed {
		d.drop(m, core.UserClosed)
		return
	}
	d.outbox[m.id] = m
	d.bytes += len(m.Data)
	d.step(core.Event{Kind: core.Enqueue, ID: m.id, Bytes: len(m.Data)})
	if _, waits := d.outbox[m.id]; waits && m.accept() {
		m.reply(nil)
	}
}

// each takes the messages of an action out of the outbox.
func (d *driver) each(a core.Action, do func(*message)) {
	for id := a.ID; id < a.ID+a.N; id++ {
		m := d.outbox[id]
		delete(d.outbox, id)
		d.bytes -= len(m.Data)
		do(m)
	}
}

// drop reports, once, a message that will not be sent: to the Send that still
// waits for it, or as an event.
func (d *driver) drop(m *message, why core.DropReason) {
	switch {
	case m.heartbeat:
	case m.answer == nil:
		d.c.count.dropped.Add(1)
		d.c.inbox.tell(Drop{m.Message, why})
	case why == core.UserClosed:
		m.reply(ErrClosed)
	default:
		d.c.count.dropped.Add(1)
		m.reply(ErrQueueFull)
	}
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

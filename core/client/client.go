package client

import (
	"bytes"
	"context"
	"iter"
	"math/rand/v2"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Client keeps a WebSocket connected. Its methods may be called from any
// goroutine. Make one with [New], and [Client.Close] it.
type Client struct {
	opts   Options
	config core.Config
	roll   func() float64
	url    *url.URL
	epoch  time.Time
	circle *circle // whose circuit it has; nil: its own

	refresh atomic.Bool // the next URL and HeaderFor are to make everything new

	dial  dialFunc
	clean func() // frees what dials share

	in    chan input
	gone  chan struct{} // closed when the driver has ended
	wg    sync.WaitGroup
	inbox *inbox
	view  view
	count counts

	// For tests: what the machine does, and another word on what was measured
	// for a Replied or Heard.
	acted    func(tick.Time, core.Action)
	measured func(core.EventKind, tick.Duration) tick.Duration
}

// New returns a client that does nothing yet; see [Client.Connect]. Options may
// be nil. An address or option that cannot be used is a [*BadInputError].
func New(url string, opts *Options) (*Client, error) {
	c, err := newClient(url, opts)
	if err != nil {
		return nil, err
	}
	c.dial, c.clean = c.dialer()
	c.start()
	return c, nil
}

func newClient(address string, opts *Options) (*Client, error) {
	var u *url.URL
	if address != "" || opts == nil || opts.URL == nil {
		var err error
		if u, err = checkURL(address); err != nil {
			return nil, err
		}
	}
	c := &Client{url: u, in: make(chan input), gone: make(chan struct{}), clean: func() {}}
	if opts != nil {
		c.opts = *opts
	}
	if err := c.opts.check(); err != nil {
		return nil, err
	}
	c.opts.fill()
	c.config = c.opts.config()
	c.epoch = time.Now()
	if c.circle = circleOf(c.opts.CircuitName); c.circle != nil {
		c.epoch, c.config.CircuitName = c.circle.epoch, 1
	}
	c.roll = rand.New(rand.NewPCG(c.opts.Seed, 0)).Float64
	c.inbox = newInbox(c.opts.InboxMessages)
	return c, nil
}

// fill gives the options that the machine does not know their defaults, and
// makes them the client's own.
func (o *Options) fill() {
	o.Protocols = append([]string(nil), o.Protocols...)
	o.Header = o.Header.Clone()
	if o.ReadLimit == 0 {
		o.ReadLimit = defaultReadLimit
	}
	if o.InboxMessages == 0 {
		o.InboxMessages = defaultInbox
	}
	if o.ServerPong == nil {
		o.ServerPong = &Message{Text, []byte(`{"type":"pong"}`)}
	}
	if o.HeartbeatMessage == nil && !hasPings {
		o.HeartbeatMessage = &Message{Text, []byte(`{"type":"ping"}`)}
	}
	if o.Seed == 0 {
		o.Seed = rand.Uint64()
	}
}

func (c *Client) start() {
	d := newDriver(c)
	if c.circle != nil {
		c.circle.join(d)
		d.step(core.Event{Kind: core.CircuitIs})
	}
	d.publish(c.now())
	go d.run()
}

// now is the machine's time.
func (c *Client) now() tick.Time { return tick.Time(ticks(time.Since(c.epoch))) }

// post gives the driver an input; false if it has ended. Where the input says
// so, it waits until the machine has taken it.
func (c *Client) post(in input) bool {
	select {
	case c.in <- in:
	case <-c.gone:
		return false
	}
	if in.wait != nil {
		<-in.wait
	}
	return true
}

// do gives the machine an event of the user's and waits until it is taken, so
// that State tells of it.
func (c *Client) do(kind core.EventKind) {
	c.post(input{event: core.Event{Kind: kind}, wait: make(chan struct{})})
}

// Connect starts to connect, and waits until the connection is open. If it is
// already, or already under way, nothing is started. The error is the
// context's when that ends first: then the client goes on trying. It is
// [ErrFailed], with the last dial's error, when the client gives up, and
// [ErrClosed] when it is closed meanwhile.
func (c *Client) Connect(ctx context.Context) error {
	opened := make(chan error, 1)
	if !c.post(input{event: core.Event{Kind: core.Connect}, opened: opened, wait: make(chan struct{})}) {
		return ErrClosed
	}
	return await(ctx, opened)
}

func await(ctx context.Context, answer <-chan error) error {
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Send sends a message, and returns once it is written to the socket; while
// the connection is not open, or when it is lost before, it returns once the
// message waits in the outbox, from where it goes out, in order, at the next
// open. Nothing is kept of data.
//
// [ErrQueueFull] and [ErrClosed] say that the message will not be sent. So
// does the context's error, unless the write had begun. A message is never
// sent twice: one whose write had begun when the connection was lost may have
// arrived or not, and the error is an [*Error].
func (c *Client) Send(ctx context.Context, typ MessageType, data []byte) error {
	return c.SendWith(ctx, typ, data, SendOptions{})
}

// SendWith is [Client.Send] with a say in how the message waits. [ErrNotOpen]
// and [ErrExpired] say that it will not be sent, too.
func (c *Client) SendWith(ctx context.Context, typ MessageType, data []byte, how SendOptions) error {
	if err := firstError(checkPayload("data", typ, data), how.check()); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	answer := make(chan error, 1)
	m := &message{Message: Message{typ, bytes.Clone(data)}, how: how, answer: answer}
	select {
	case c.in <- input{event: core.Event{Kind: core.Enqueue}, msg: m}:
	case <-c.gone:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
	}
	if !m.claim.CompareAndSwap(unclaimed, withdrawn) {
		select {
		case err := <-answer:
			return err
		default:
		}
	}
	return ctx.Err()
}

// Events yields what happens, in order, from the client's making on. It ends
// with the context, or when the client is closed and everything has been
// yielded. Two loops at once share the events.
//
// Messages wait for the loop, [Options.InboxMessages] at most, and then hold
// the server back. Other events never wait: of those the newest 1024 are kept.
// The body may call any method, Close included.
func (c *Client) Events(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for ev := c.inbox.next(ctx); ev != nil && yield(ev); ev = c.inbox.next(ctx) {
		}
	}
}

// Reconnect replaces whatever connection or dial there is by a new dial, now.
// The retry count and the backoff start anew.
func (c *Client) Reconnect() { c.do(core.Reconnect) }

// Handover moves an open connection to a new socket, make before break: the new
// one is open before the old one closes, and nothing is lost or reordered. The
// state stays OPEN, and a [Handover] event tells when it is done. Where nothing
// is open it does nothing; where the dial fails it is tried again for 30 s, and
// then the connection stays as it is.
//
// The old socket is kept until the server closes it, CloseTimeout at most (or
// 10 s), and what is sent waits in the outbox meanwhile. With [Options.Control] its last message is
// {"type":"drained"}, which asks the server to.
func (c *Client) Handover() { c.do(core.Handover) }

// MarkHealthy says that the connection is healthy, before MinUptime has passed:
// the retry count and the circuit's failures fall to zero.
func (c *Client) MarkHealthy() { c.do(core.MarkHealthy) }

// OpenCircuit opens the circuit by hand: no dial until ResetTimeout has passed.
// A connection that is open stays open.
func (c *Client) OpenCircuit() { c.do(core.TripCircuit) }

// CloseCircuit closes the circuit by hand; a client that waits for it dials.
func (c *Client) CloseCircuit() { c.do(core.ResetCircuit) }

// Online says that the host has a network (again): a dial that waits is made
// within 250 ms, an open connection is probed.
func (c *Client) Online() { c.do(core.Online) }

// Offline says that the host has none: dials go on at MaxDelay, and count
// against nothing.
func (c *Client) Offline() { c.do(core.Offline) }

// Wake says that the host was suspended: an open connection is probed, a dial
// under way made anew.
func (c *Client) Wake() { c.do(core.Wake) }

// Disconnect closes the connection and stops dialling, until the next Connect
// or Reconnect. What the outbox holds is dropped. It waits for the closing
// handshake, CloseTimeout at most; the context's error ends the wait only.
func (c *Client) Disconnect(ctx context.Context, code int, reason string) error {
	closed, err := c.disconnect(code, reason)
	if err != nil {
		return err
	}
	return await(ctx, closed)
}

func (c *Client) disconnect(code int, reason string) (<-chan error, error) {
	if err := checkClose(code, reason); err != nil {
		return nil, err
	}
	closed := make(chan error, 1)
	in := input{event: core.Event{Kind: core.Close, Code: code}, bye: farewell{code, reason}, closed: closed, wait: make(chan struct{})}
	if !c.post(in) {
		return nil, ErrClosed
	}
	return closed, nil
}

// Close is Disconnect, for good: after it nothing of the client runs. Codes are
// those that RFC 6455 lets a client send; usual is 1000.
func (c *Client) Close(code int, reason string) error {
	closed, err := c.disconnect(code, reason)
	if err != nil {
		return err
	}
	c.inbox.hurry() // nobody may be reading
	<-closed
	return c.CloseNow()
}

// CloseNow ends the connection without a closing handshake, and the client
// with it.
func (c *Client) CloseNow() error {
	c.inbox.hurry()
	c.do(core.Dispose)
	<-c.gone
	c.wg.Wait()
	c.clean()
	return nil
}

package client

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Stats are what a dashboard needs of a client, at one moment.
type Stats struct {
	State           State
	Circuit         CircuitState
	Retries         int           // since the last healthy connection
	NextRetry       time.Time     // when the next dial is due; zero when none is scheduled
	CircuitFailures int           // in a row
	Attempts        int           // dials made
	Successes       int           // dials that opened
	Uptime          time.Duration // of the connection; 0 when it is not open
	LastError       *Error        // nil before the first
	LastClose       *Closed       // nil before the first

	MessagesIn, MessagesOut int64 // the heartbeat's own included, pings and pongs not
	BytesIn, BytesOut       int64 // of payload
	LastActivity            time.Time

	QueueLength, QueueBytes int   // what waits in the outbox
	Dropped                 int64 // by Drop events, ErrQueueFull, ErrNotOpen and ErrExpired

	RoundTrip, SmoothedRoundTrip time.Duration // of the heartbeat; 0 before the first
}

// SuccessRate returns Successes ÷ Attempts, 1 before the first attempt.
func (s Stats) SuccessRate() float64 {
	if s.Attempts == 0 {
		return 1
	}
	return float64(s.Successes) / float64(s.Attempts)
}

// counts are what the machine does not know.
type counts struct {
	messagesIn, messagesOut, bytesIn, bytesOut, dropped, activity, heard atomic.Int64
	lastClose                                                            atomic.Pointer[Closed]
	lastError                                                            atomic.Pointer[Error]
}

func (c *counts) in(bytes int) {
	c.messagesIn.Add(1)
	c.bytesIn.Add(int64(bytes))
	now := time.Now().UnixNano()
	c.activity.Store(now)
	c.heard.Store(now)
}

func (c *counts) out(bytes int) {
	c.messagesOut.Add(1)
	c.bytesOut.Add(int64(bytes))
	c.activity.Store(time.Now().UnixNano())
}

// lastMessage is when a message last came, zero for never.
func (c *counts) lastMessage() time.Time {
	if at := c.heard.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

func (c *counts) close(ev Closed) { c.lastClose.Store(&ev) }

// A view is what was known after the newest step.
type view struct {
	mu       sync.Mutex
	at       tick.Time
	snap     core.Snapshot
	waiting  int
	bytes    int
	deadline tick.Time
}

func (d *driver) publish(now tick.Time) {
	v := &d.c.view
	v.mu.Lock()
	defer v.mu.Unlock()
	v.at, v.snap, v.waiting, v.bytes = now, d.machine.Snapshot(), len(d.outbox), d.bytes
	v.deadline = d.machine.Deadline()
}

// Stats returns the client's numbers.
func (c *Client) Stats() Stats {
	v, n := &c.view, &c.count
	v.mu.Lock()
	defer v.mu.Unlock()
	s := Stats{
		State: v.snap.State, Circuit: v.snap.Circuit, Retries: v.snap.RetryCount, CircuitFailures: v.snap.CircuitFailures,
		Attempts: v.snap.Attempts, Successes: v.snap.Successes, LastError: n.lastError.Load(), LastClose: n.lastClose.Load(),
		MessagesIn: n.messagesIn.Load(), MessagesOut: n.messagesOut.Load(),
		BytesIn: n.bytesIn.Load(), BytesOut: n.bytesOut.Load(),
		QueueLength: v.waiting, QueueBytes: v.bytes, Dropped: n.dropped.Load(),
		RoundTrip: span(v.snap.RoundTrip), SmoothedRoundTrip: span(v.snap.Smoothed),
	}
	if at := n.activity.Load(); at != 0 {
		s.LastActivity = time.Unix(0, at)
	}
	if v.snap.RetryIn >= 0 {
		s.NextRetry = c.epoch.Add(span(tick.Duration(v.at)) + span(v.snap.RetryIn))
	}
	if v.snap.UpFor >= 0 {
		s.Uptime = span(v.snap.UpFor) + span(c.now().Sub(v.at))
	}
	return s
}

// State returns the connection's state.
func (c *Client) State() State {
	c.view.mu.Lock()
	defer c.view.mu.Unlock()
	return c.view.snap.State
}

// Circuit returns the circuit's state.
func (c *Client) Circuit() CircuitState {
	c.view.mu.Lock()
	defer c.view.mu.Unlock()
	return c.view.snap.Circuit
}

package client

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// ErrStop, returned or wrapped by a function of the options, ends it all: no
// more dials, StateFailed. Of a handover it ends that only.
var ErrStop = errors.New("client: told to stop")

// A Pause, returned or wrapped by Options.URL or Options.HeaderFor as its error,
// puts the dial off for so long: no failure, and nothing is told but a [Retry]
// whose reason is "asked". [Client.Reconnect] cuts it short.
type Pause time.Duration

func (p Pause) Error() string { return "client: the dial is put off for " + time.Duration(p).String() }

// DialInfo says which dial it is.
type DialInfo struct {
	Attempt   int     // 0 for the first, n for the n-th retry since the last healthy connection
	LastClose *Closed // how the connection or dial before ended; nil before the first
	Refresh   bool    // what was used last time is of no use any more: make everything new
}

// JitterInfo says which retry is to wait.
type JitterInfo struct {
	Attempt   int           // 1 for the first since the last healthy connection
	Delay     time.Duration // what the schedule says: at most MaxDelay, not jittered
	Previous  time.Duration // what was said for the retry before; 0 for the first
	LastClose *Closed       // how the connection or dial before ended
}

// A Handshake is an open connection of which the client does not know yet.
// It must not be used once [Options.OnOpen] has returned.
type Handshake struct {
	Protocol string // the subprotocol that the server selected; "" for none
	Attempt  int    // as of DialInfo

	s     *socket
	ended *ending
}

// Send sends a message ahead of the outbox.
func (h *Handshake) Send(typ MessageType, data []byte) error {
	if err := checkPayload("data", typ, data); err != nil {
		return err
	}
	err := h.s.conn.write(typ, data)
	if err == nil {
		h.s.c.count.out(len(data))
	}
	return err
}

// Receive waits for the next message. It is the handshake's own: Events does
// not yield it.
func (h *Handshake) Receive() (Message, error) {
	typ, data, err := h.s.conn.read()
	if err != nil {
		e := h.s.conn.ending(err)
		h.ended = &e
		return Message{}, err
	}
	h.s.c.count.in(len(data))
	return Message{typ, data}, nil
}

// A target is what a socket dials.
type target struct {
	url    *url.URL
	header http.Header
}

// enter tells the machine that the dial has come to a part that may take so
// long, and what its failure is called.
func (s *socket) enter(limit tick.Duration, failure core.Class) {
	s.c.post(input{event: core.Event{Kind: core.Phase, Gen: s.gen, Span: limit, Class: failure}})
}

// provide returns what to dial: as told once and for all, or for this dial.
func (s *socket) provide() (t target, err error) {
	o := &s.c.opts
	t = target{s.c.url, o.Header}
	if o.URL == nil && o.HeaderFor == nil {
		return t, nil
	}
	s.enter(s.c.limitOf(o.ProviderTimeout), core.ProviderFailed)
	info := DialInfo{Attempt: s.attempt, LastClose: s.c.count.lastClose.Load(), Refresh: s.c.refresh.Load()}
	if o.URL != nil {
		address, err := o.URL(s.ctx, info)
		if err != nil {
			return t, err
		}
		if t.url, err = checkURL(address); err != nil {
			return t, err
		}
	}
	if o.HeaderFor != nil {
		if t.header, err = o.HeaderFor(s.ctx, info); err != nil {
			return t, err
		}
		if err = checkHeader(t.header); err != nil {
			return t, err
		}
	}
	if s.ctx.Err() == nil {
		s.c.refresh.Store(false)
		s.enter(s.c.config.ConnectionTimeout, core.TimedOut)
	}
	return t, nil
}

// notProvided tells the machine that there is nothing to dial.
func (s *socket) notProvided(err error) {
	var pause Pause
	if errors.As(err, &pause) {
		s.c.post(input{event: core.Event{Kind: core.PutOff, Gen: s.gen, Span: ticks(max(time.Duration(pause), 0))}})
		return
	}
	s.closed(hookEnding(err))
}

// admit lets OnOpen have the connection first. It reports false where that has
// not let it through, and the machine knows.
func (s *socket) admit() bool {
	o := &s.c.opts
	if o.OnOpen == nil {
		return true
	}
	s.enter(s.c.limitOf(o.OnOpenTimeout), core.OnOpenFailed)
	h := &Handshake{Protocol: s.conn.protocol(), Attempt: s.attempt, s: s}
	err := o.OnOpen(s.ctx, h)
	switch {
	case s.ctx.Err() != nil:
		return false
	case err == nil && h.ended == nil:
		return true
	case h.ended != nil && !errors.Is(err, ErrStop):
		s.fail(*h.ended)
	default:
		s.closed(hookEnding(err))
	}
	return false
}

// hookEnding is the end of a dial by a function of the options.
func hookEnding(err error) ending {
	e := ending{code: codeAbnormal, reached: core.HookFailed, err: err, advice: advice{verdict: ComeBack}}
	if errors.Is(err, ErrStop) {
		e.verdict = Stop
	}
	return e
}

// limitOf is a limit of the options' for the machine; 0 is what
// ConnectionTimeout is.
func (c *Client) limitOf(own time.Duration) tick.Duration {
	limit := c.config.ConnectionTimeout
	fillSpan(&limit, own)
	return limit
}

// jitter asks how long a retry is to wait; -1: the function does not say.
func (c *Client) jitter(a core.Action) tick.Duration {
	delay := c.opts.JitterFunc(JitterInfo{Attempt: a.Attempt, Delay: span(a.Delay), Previous: span(a.Before), LastClose: c.count.lastClose.Load()})
	if delay < 0 {
		return -1
	}
	return ticks(delay)
}

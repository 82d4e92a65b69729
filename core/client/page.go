//go:build js

package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall/js"
)

// hasPings: a browser has no way to send RFC 6455 pings.
const hasPings = false

// wireCode maps the codes that a browser refuses to send, with an exception
// that would leave the socket open.
func wireCode(code int) int {
	if code == codeNormal || code >= 3000 && code <= 4999 {
		return code
	}
	return codeNormal
}

func (o *Options) checkPlatform() error {
	const allowed = "unset in a browser, whose WebSocket has no such thing"
	switch {
	case len(o.Header) > 0:
		return bad("Header", "set", allowed)
	case o.HeaderFor != nil:
		return bad("HeaderFor", "set", allowed)
	case o.Host != "":
		return bad("Host", o.Host, allowed)
	case o.HTTPClient != nil:
		return bad("HTTPClient", "set", allowed)
	case o.TLS != nil:
		return bad("TLS", "set", allowed)
	case o.CompressionThreshold != 0:
		return bad("CompressionThreshold", o.CompressionThreshold, allowed)
	}
	return nil
}

// dialer wraps the browser's own WebSocket. Not coder/websocket's half for
// browsers, which cannot let go of a socket: at the end of a dial's context,
// and in CloseNow, it asks for codes that browsers refuse, so that the socket
// stays.
func (c *Client) dialer() (dialFunc, func()) {
	o := &c.opts
	return func(ctx context.Context, to target, heard func()) (conn, error) {
		address := *to.url
		switch address.Scheme {
		case "http":
			address.Scheme = "ws"
		case "https":
			address.Scheme = "wss"
		}
		p := &pageConn{heard: heard, limit: o.ReadLimit, changed: make(chan struct{}, 1), over: make(chan struct{})}
		if err := p.open(address.String(), o.Protocols); err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, p.drop)
		if err := p.await(ctx); err != nil {
			stop()
			p.drop()
			return nil, err
		}
		return p, nil
	}, func() {}
}

// A pageConn is a conn over the browser's WebSocket.
type pageConn struct {
	ws      js.Value
	heard   func()
	limit   int
	changed chan struct{} // it opened, or a message came
	over    chan struct{} // closed when it has ended
	release func()

	mu      sync.Mutex
	opened  bool
	ended   *ending
	waiting []Message
}

var errNoConnection = errors.New("the browser does not say why")

func (p *pageConn) open(address string, protocols []string) (err error) {
	defer thrown(&err)
	offer := make([]any, len(protocols))
	for i, name := range protocols {
		offer[i] = name
	}
	p.ws = js.Global().Get("WebSocket").New(address, offer)
	p.ws.Set("binaryType", "arraybuffer")
	funcs := map[string]js.Func{
		"open":    p.listen(func(js.Value) { p.opened = true }),
		"message": p.listen(p.message),
		"close": p.listen(func(ev js.Value) {
			e := &CloseError{ev.Get("code").Int(), ev.Get("reason").String()}
			p.finish(&ending{code: e.Code, reason: e.Reason, clean: ev.Get("wasClean").Bool(), err: e})
		}),
	}
	for name, f := range funcs {
		p.ws.Call("addEventListener", name, f)
	}
	p.release = sync.OnceFunc(func() {
		for name, f := range funcs {
			p.ws.Call("removeEventListener", name, f)
			f.Release()
		}
	})
	return nil
}

// thrown turns what JavaScript has thrown into an error.
func thrown(err *error) {
	switch r := recover().(type) {
	case nil:
	case js.Error:
		*err = r
	case error:
		*err = r
	default:
		*err = fmt.Errorf("%v", r)
	}
}

func (p *pageConn) listen(do func(js.Value)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		p.mu.Lock()
		defer p.mu.Unlock()
		do(args[0])
		select {
		case p.changed <- struct{}{}:
		default:
		}
		return nil
	})
}

func (p *pageConn) message(ev js.Value) {
	p.heard()
	data := ev.Get("data")
	m := Message{Type: Text}
	if data.Type() == js.TypeString {
		m.Data = []byte(data.String())
	} else {
		view := js.Global().Get("Uint8Array").New(data)
		m.Type, m.Data = Binary, make([]byte, view.Length())
		js.CopyBytesToGo(m.Data, view)
	}
	if len(m.Data) > p.limit {
		e := &CloseError{codeTooBig, "message larger than ReadLimit"}
		p.finish(&ending{code: e.Code, reason: e.Reason, err: e})
		return
	}
	p.waiting = append(p.waiting, m)
}

func (p *pageConn) finish(e *ending) {
	if p.ended == nil {
		p.ended = e
		close(p.over)
	}
}

// await waits for the dial's outcome.
func (p *pageConn) await(ctx context.Context) error {
	for {
		p.mu.Lock()
		opened, ended := p.opened, p.ended
		p.mu.Unlock()
		switch {
		case ended != nil:
			return errNoConnection
		case opened:
			return nil
		}
		select {
		case <-p.changed:
		case <-p.over:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *pageConn) protocol() string { return p.ws.Get("protocol").String() }

func (p *pageConn) read() (MessageType, []byte, error) {
	for {
		p.mu.Lock()
		if len(p.waiting) > 0 {
			m := p.waiting[0]
			p.waiting = p.waiting[1:]
			p.mu.Unlock()
			return m.Type, m.Data, nil
		}
		ended := p.ended
		p.mu.Unlock()
		if ended != nil {
			return 0, nil, ended.err
		}
		select {
		case <-p.changed:
		case <-p.over:
		}
	}
}

func (p *pageConn) write(typ MessageType, data []byte) (err error) {
	defer thrown(&err)
	if typ == Text {
		p.ws.Call("send", string(data))
		return nil
	}
	array := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(array, data)
	p.ws.Call("send", array)
	return nil
}

func (p *pageConn) ping() error { return errors.ErrUnsupported }

// shut does the closing handshake. The error is there in any case, as it holds
// the server's answer.
func (p *pageConn) shut(code int, reason string) (err error) {
	defer thrown(&err)
	p.ws.Call("close", wireCode(code), reason)
	<-p.over
	return p.ended.err
}

// drop lets go of the socket: nothing of it is heard any more, and the browser
// closes it in its own time.
func (p *pageConn) drop() {
	var err error
	defer thrown(&err)
	p.release()
	p.mu.Lock()
	p.finish(&ending{code: codeAbnormal, err: errors.New("abandoned")})
	p.mu.Unlock()
	p.ws.Call("close", codeNormal)
}

func (p *pageConn) ending(err error) ending {
	select {
	case <-p.over:
		return *p.ended
	default: // send or close has thrown
		return ending{code: codeAbnormal, err: err}
	}
}

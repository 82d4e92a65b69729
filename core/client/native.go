//go:build !js

package client

import (
	"cmp"
	"context"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// hasPings: RFC 6455 pings can be sent.
const hasPings = true

func wireCode(code int) int { return code }

func (o *Options) checkPlatform() error {
	switch {
	case o.HTTPClient != nil && o.TLS != nil:
		return bad("TLS", "set", "nil where HTTPClient is set: give that a transport with the TLS configuration")
	case o.HeartbeatReply != nil && o.HeartbeatMessage == nil:
		return bad("HeartbeatReply", "set", "nil where HeartbeatMessage is: a ping is answered by a pong")
	}
	return nil
}

// dialer returns how to dial, and what frees what the dials share.
func (c *Client) dialer() (dialFunc, func()) {
	o, clean := &c.opts, func() {}
	hc := cmp.Or(o.HTTPClient, http.DefaultClient)
	if o.HTTPClient == nil && (hc.Transport == nil || o.TLS != nil) {
		if transport := ownTransport(o.TLS); transport != nil {
			own := *hc
			own.Transport = transport
			hc, clean = &own, transport.CloseIdleConnections
		}
	}
	hc = impatient(hc, o.Protocols)
	mode := [...]websocket.CompressionMode{
		NoCompression: websocket.CompressionDisabled, NoContextTakeover: websocket.CompressionNoContextTakeover,
		ContextTakeover: websocket.CompressionContextTakeover,
	}[o.Compression]
	return func(ctx context.Context, to target, heard func()) (conn, error) {
		wire := newLink(heard)
		ctx = context.WithValue(ctx, linkOf{}, wire)
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) { limitUnsent(got.Conn) }})
		ws, resp, err := websocket.Dial(ctx, to.url.String(), &websocket.DialOptions{
			HTTPClient: hc, HTTPHeader: to.header, Host: o.Host, Subprotocols: o.Protocols,
			CompressionMode: mode, CompressionThreshold: o.CompressionThreshold,
			OnPingReceived: func(context.Context, []byte) bool {
				heard()
				return !wire.stuck(stalledWrite)
			},
			OnPongReceived: func(context.Context, []byte) { heard() },
		})
		if err != nil {
			return nil, classifyDial(resp, err)
		}
		limit := int64(o.ReadLimit)
		if o.ReadLimit == Unlimited {
			limit = -1
		}
		ws.SetReadLimit(limit)
		return &nativeConn{ws: ws, ctx: ctx, heard: heard}, nil
	}, clean
}

// ownTransport returns the default transport without its limit for the TLS
// handshake, since ConnectionTimeout is for all of a dial; nil where the program
// has put another in its place, and nothing is to be changed.
func ownTransport(config *tls.Config) *http.Transport {
	transport, ok := http.DefaultTransport.(*http.Transport)
	switch {
	case ok:
		transport = transport.Clone()
		transport.TLSHandshakeTimeout = 0
	case config != nil:
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment}
	default:
		return nil
	}
	if config != nil {
		transport.TLSClientConfig = config.Clone()
	}
	return transport
}

// mostRedirects is what net/http allows where nobody has said; websocket.Dial
// puts a function of its own in the place of that.
const mostRedirects = 10

// refusalTimeout is how long the body of a refusal may take, which may have no
// end: websocket.Dial reads from it for 3 s.
const refusalTimeout = 500 * time.Millisecond

// impatient returns a copy of the HTTP client without a timeout of its own,
// that does not wait for bodies: for that of an upgrade which is wrong not at
// all, since nothing comes. That of a right one becomes a link.
func impatient(hc *http.Client, offered []string) *http.Client {
	own := *hc
	own.Timeout = 0
	if own.CheckRedirect == nil {
		own.CheckRedirect = func(_ *http.Request, via []*http.Request) error {
			if len(via) >= mostRedirects {
				return fmt.Errorf("stopped after %d redirects", mostRedirects)
			}
			return nil
		}
	}
	own.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
		transport := hc.Transport
		if transport == nil {
			transport = http.DefaultTransport
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusSwitchingProtocols {
			body := resp.Body
			time.AfterFunc(refusalTimeout, func() { body.Close() })
			return resp, nil
		}
		if !upgradeIsRight(req, resp, offered) {
			resp.Body.Close()
		}
		if rwc, ok := resp.Body.(io.ReadWriteCloser); ok {
			wire := req.Context().Value(linkOf{}).(*link)
			wire.ReadWriteCloser, resp.Body = rwc, wire
			// websocket.Conn.Close reads what comes before the server's close frame
			// without a limit. The request's context is the socket's, and ends with it.
			context.AfterFunc(req.Context(), func() { rwc.Close() })
		}
		return resp, nil
	})
	return &own
}

type roundTripper func(*http.Request) (*http.Response, error)

func (rt roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return rt(req) }

// upgradeIsRight foresees two of websocket.Dial's checks (RFC 6455, section
// 4.1); it makes them again itself.
func upgradeIsRight(req *http.Request, resp *http.Response, offered []string) bool {
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	selected := resp.Header.Get("Sec-WebSocket-Protocol")
	return resp.Header.Get("Sec-WebSocket-Accept") == base64.StdEncoding.EncodeToString(sum[:]) &&
		(selected == "" || slices.ContainsFunc(offered, func(o string) bool { return strings.EqualFold(o, selected) }))
}

// classifyDial tells whether somebody answered. A dial that was cut off before
// an answer, or never got through, found nobody.
func classifyDial(resp *http.Response, err error) *dialError {
	if resp != nil {
		return &dialError{core.SomebodyThere, newHandshakeError(resp, err)}
	}
	var op *net.OpError
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &op) && op.Op != "remote error", errors.As(err, &dns), // remote error: a TLS alert
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &dialError{core.NobodyThere, trim(err)}
	}
	return &dialError{core.SomebodyThere, newHandshakeError(nil, trim(err))}
}

func newHandshakeError(resp *http.Response, err error) *HandshakeError {
	e := &HandshakeError{Err: err}
	if resp != nil {
		e.StatusCode, e.Header = resp.StatusCode, resp.Header
		if resp.Body != nil {
			e.Body, _ = io.ReadAll(io.LimitReader(resp.Body, 1024))
		}
	}
	return e
}

// trim takes off what says no more than that it was a request, and repeats the
// address, in which there may be a token.
func trim(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

// A nativeConn is a conn over TCP.
type nativeConn struct {
	ws    *websocket.Conn
	ctx   context.Context
	heard func()
}

var errInvalidUTF8 = &CloseError{Code: codeInvalidData, Reason: "text that is not UTF-8"}

func (n *nativeConn) protocol() string { return n.ws.Subprotocol() }

// read takes each part of a message for a sign of life, as a long one on a
// slow link keeps all else waiting.
func (n *nativeConn) read() (MessageType, []byte, error) {
	typ, r, err := n.ws.Reader(n.ctx)
	if err != nil {
		return 0, nil, err
	}
	n.heard()
	data := make([]byte, 0, 512)
	for {
		got, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+got]
		if got > 0 {
			n.heard()
		}
		switch {
		case err == io.EOF && typ == Text && !utf8.Valid(data):
			return 0, nil, errInvalidUTF8
		case err == io.EOF:
			return typ, data, nil
		case err != nil:
			return 0, nil, err
		case len(data) == cap(data):
			data = append(data, 0)[:len(data)]
		}
	}
}

// longestFrame is what a frame of a message may have: between frames there is
// room for pings and pongs, which a slow network is not to hold back.
const longestFrame = 32 << 10

func (n *nativeConn) write(typ MessageType, data []byte) error {
	if len(data) <= longestFrame {
		return n.ws.Write(n.ctx, typ, data)
	}
	w, err := n.ws.Writer(n.ctx, typ)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(data, longestFrame) {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return w.Close()
}

func (n *nativeConn) ping() error { return n.ws.Ping(n.ctx) }

func (n *nativeConn) shut(code int, reason string) error {
	return n.ws.Close(websocket.StatusCode(code), reason)
}

func (n *nativeConn) drop() { _ = n.ws.CloseNow() }

func (n *nativeConn) ending(err error) ending {
	var theirs websocket.CloseError
	var ours *CloseError
	switch {
	case errors.As(err, &theirs) && !utf8.ValidString(theirs.Reason):
		e := &CloseError{codeInvalidData, "a close frame's reason that is not UTF-8"}
		return ending{code: e.Code, reason: e.Reason, err: e}
	case errors.As(err, &theirs):
		e := &CloseError{int(theirs.Code), theirs.Reason}
		return ending{code: e.Code, reason: e.Reason, clean: true, err: e}
	case errors.As(err, &ours):
		return ending{code: ours.Code, reason: ours.Reason, err: ours}
	case errors.Is(err, websocket.ErrMessageTooBig):
		e := &CloseError{codeTooBig, "message larger than ReadLimit"}
		return ending{code: e.Code, reason: e.Reason, err: e}
	}
	return ending{code: codeAbnormal, err: err}
}

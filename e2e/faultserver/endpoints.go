package faultserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/coder/websocket"
)

// endpoint is what a path does besides answering pings.
type endpoint struct {
	echo  bool
	every time.Duration // of the feed or the count; 0 for none
	count bool
}

// findEndpoint reads path and query; status is for the answer on error.
func findEndpoint(u *url.URL) (e endpoint, status int, err error) {
	switch u.Path {
	case "/ws", "/echo", "/":
		return endpoint{echo: true}, 0, nil
	case "/sink":
		return endpoint{}, 0, nil
	case "/feed", "/count":
		ms := 1000
		if text := u.Query().Get("every"); text != "" {
			if ms, err = strconv.Atoi(text); err != nil || ms < 1 || ms > maxMs {
				return e, http.StatusBadRequest, fmt.Errorf("every: %q: must be milliseconds, 1 to %d", text, maxMs)
			}
		}
		return endpoint{every: time.Duration(ms) * time.Millisecond, count: u.Path == "/count"}, 0, nil
	}
	return e, http.StatusNotFound, fmt.Errorf("path: %q: must be /ws, /echo, /sink, /feed or /count", u.Path)
}

// live runs a link that is open, until its end.
func (l *link) live(ws *websocket.Conn, e endpoint) {
	after := l.s.takeAfterOpen()
	// ready must be closed now: actions wait for it.
	l.becomeReady()

	ctx, cancel := context.WithCancel(l.s.ctx)
	defer cancel()
	if after.Action != EndNot {
		l.handlers.Go(func() { l.endAfter(ctx, after) })
	}
	switch {
	case e.count:
		l.handlers.Go(func() { l.count(ctx, e.every) })
	case e.every > 0:
		l.handlers.Go(func() { l.feed(ctx, e.every) })
	}
	for {
		kind, data, err := ws.Read(ctx)
		if err != nil {
			var ce websocket.CloseError
			if errors.As(err, &ce) {
				l.s.rec.note(l.n, "close", fmt.Sprintf("%d %s", int(ce.Code), ce.Reason), func(c *Conn) {
					c.Close = &Close{int(ce.Code), ce.Reason}
				})
			}
			l.markGone("closed")
			return
		}
		if pong := pongFor(kind, data); pong != nil {
			if l.mayPong() {
				_ = l.write(ctx, websocket.MessageText, pong)
			}
			continue
		}
		if string(data) == Drained {
			l.drain(e)
			continue
		}
		l.s.rec.message(l.n, kind == websocket.MessageBinary, data)
		if e.echo {
			_ = l.write(ctx, kind, data) // Read reports what breaks the link
		}
	}
}

// pongFor returns the answer to a ping, or nil if data is not one. A JSON
// ping is answered with all its fields, type changed to "pong".
func pongFor(kind websocket.MessageType, data []byte) []byte {
	if kind != websocket.MessageText || len(data) > 4096 {
		return nil
	}
	data = bytes.TrimSpace(data)
	if string(data) == "PING" {
		return []byte("PONG")
	}
	var fields map[string]json.RawMessage
	if !bytes.HasPrefix(data, []byte("{")) || json.Unmarshal(data, &fields) != nil {
		return nil
	}
	if string(fields["type"]) != `"ping"` {
		return nil
	}
	fields["type"] = json.RawMessage(`"pong"`)
	pong, err := json.Marshal(fields)
	if err != nil {
		return nil
	}
	return pong
}

// mayPong says whether a ping is to be answered, and records it either way.
func (l *link) mayPong() bool {
	f := l.s.Faults().Pings
	rec := l.s.rec
	rec.mu.Lock()
	defer rec.mu.Unlock()
	c := rec.byConn[l.n]
	if c == nil || f.Mute && c.Pongs >= f.MuteAfter {
		rec.noteLocked(l.n, "muted", "", func(c *Conn) { c.MutedPings++ })
		return false
	}
	rec.noteLocked(l.n, "pong", "", func(c *Conn) { c.Pongs++ })
	return true
}

// takeTurn waits until the link may write; the message before may be stuck
// behind a client that does not read.
func (l *link) takeTurn(ctx context.Context) error {
	select {
	case l.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errStuck
	}
}

func (l *link) giveTurn() { <-l.turn }

// write sends one message; raw bytes wait until it is complete.
func (l *link) write(ctx context.Context, kind websocket.MessageType, data []byte) error {
	if err := l.takeTurn(ctx); err != nil {
		return err
	}
	defer l.giveTurn()
	return l.ws.Write(ctx, kind, data)
}

func (l *link) feed(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for n := 1; ; n++ {
		select {
		case <-ticker.C:
			if l.write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"type":"feed","n":%d}`, n)) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (l *link) endAfter(ctx context.Context, a AfterOpen) {
	timer := time.NewTimer(time.Duration(a.AfterMs) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return
	}
	if a.Action != EndClose {
		l.s.rec.note(l.n, "drop", string(a.Action), nil)
		l.drop(a.Action, string(a.Action))
		return
	}
	code := a.Code
	if code == 0 {
		code = 1000
	}
	_ = l.sendClose(code, a.Reason)
}

// sendClose writes a close frame. The client answers with its own; a client
// that does not within finGrace is cut off.
func (l *link) sendClose(code int, reason string) error {
	l.s.rec.note(l.n, "closing", fmt.Sprintf("%d %s", code, reason), nil)
	if err := l.writeRaw(CloseFrame(code, reason), true); err != nil {
		return err
	}
	l.handlersGo(func() {
		timer := time.NewTimer(finGrace)
		defer timer.Stop()
		select {
		case <-timer.C:
			l.back.Close() // its FIN goes the way of all bytes, also into a black hole
		case <-l.tcpGone:
		}
	})
	return nil
}

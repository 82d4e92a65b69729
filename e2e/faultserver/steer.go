package faultserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/coder/websocket"
)

// To chooses links for an action. Fields that are zero choose any. An action
// without To is for all links; with several, for each link that fits one.
type To struct {
	Client string `json:"client"` // client key, the URL query "client="
	Conn   int    `json:"conn"`   // dial number
}

func matches(to []To, l *link) bool {
	l.mu.Lock()
	key := l.key
	l.mu.Unlock()
	return len(to) == 0 || slices.ContainsFunc(to, func(t To) bool {
		return (t.Client == "" || t.Client == key) && (t.Conn == 0 || t.Conn == l.n)
	})
}

// Drop ends links by EndRST or EndFIN, without a close frame, and returns how
// many. It also ends dials that hang or are held.
func (s *Server) Drop(how Ending, to ...To) (int, error) {
	if err := oneOf("how", how, EndRST, EndFIN); err != nil {
		return 0, fmt.Errorf("faultserver: %w", err)
	}
	return s.eachLink(to, func(l *link) {
		s.rec.note(l.n, "drop", string(how), nil)
		l.drop(how, string(how))
	}), nil
}

// CloseAll sends a close frame on open links and returns how many. The code
// must be legal on the wire (1000-1003, 1007-1014, 3000-4999), or 1005 for a
// frame without a body; the reason at most 123 bytes of UTF-8. A client that
// does not answer within 5 s is cut off.
func (s *Server) CloseAll(code int, reason string, to ...To) (int, error) {
	if err := firstError(checkCode("code", code), checkReason("reason", reason)); err != nil {
		return 0, fmt.Errorf("faultserver: %w", err)
	}
	return s.eachOpen(to, func(l *link) error { return l.sendClose(code, reason) })
}

// BlackHole puts links that exist into a black hole, or with DirNone lifts
// it, and returns how many. New dials are not affected. keep is explained at
// [BlackHole].
func (s *Server) BlackHole(d Direction, keep bool, to ...To) (int, error) {
	if err := oneOf("direction", d, withNone(directions)...); err != nil {
		return 0, fmt.Errorf("faultserver: %w", err)
	}
	return s.eachLink(to, func(l *link) { l.setHole(d, keep) }), nil
}

// Send pushes a text message to open links and returns how many got it. Text
// that is not UTF-8 is sent as it is. A client that does not read is given
// 10 s, then that link is reset and named in the error.
func (s *Server) Send(text string, to ...To) (int, error) {
	return s.sendMessage(websocket.MessageText, []byte(text), to)
}

// SendBinary pushes a binary message.
func (s *Server) SendBinary(data []byte, to ...To) (int, error) {
	return s.sendMessage(websocket.MessageBinary, data, to)
}

func (s *Server) sendMessage(kind websocket.MessageType, data []byte, to []To) (int, error) {
	return s.eachOpen(to, func(l *link) error {
		s.rec.note(l.n, "send", fmt.Sprintf("%s, %d bytes", kind, len(data)), nil)
		ctx, cancel := context.WithTimeout(s.ctx, s.patience)
		defer cancel()
		err := l.write(ctx, kind, data)
		if ctx.Err() != nil {
			err = errStuck
		}
		if err != nil {
			l.drop(EndRST, "rst")
		}
		return err
	})
}

// SendRaw writes bytes between two messages of open links, as they are: see
// [Frame] and [CloseFrame]. A client that does not read is given 10 s, then
// that link is reset.
func (s *Server) SendRaw(raw []byte, to ...To) (int, error) {
	return s.eachOpen(to, func(l *link) error {
		s.rec.note(l.n, "send", fmt.Sprintf("raw, %d bytes", len(raw)), nil)
		return l.writeRaw(raw, len(raw) > 1 && raw[0]&0x0F == byte(OpClose))
	})
}

// SendGarbage writes n bytes, 1 to 1 MiB, that are not a frame.
func (s *Server) SendGarbage(n int, to ...To) (int, error) {
	if err := inRange("bytes", n, 1, 1<<20); err != nil {
		return 0, fmt.Errorf("faultserver: %w", err)
	}
	return s.SendRaw(garbage(n), to...)
}

// SendOversized sends a text message of n bytes, 0 to 256 MiB, in one frame.
func (s *Server) SendOversized(n int, to ...To) (int, error) {
	if err := inRange("bytes", n, 0, 256<<20); err != nil {
		return 0, fmt.Errorf("faultserver: %w", err)
	}
	payload := make([]byte, n)
	for i := range payload {
		payload[i] = 'x'
	}
	return s.SendRaw(Frame{Opcode: OpText, Payload: payload}.Bytes(), to...)
}

// SendFragmented sends a text message in 1 to 1000 frames.
func (s *Server) SendFragmented(text string, parts int, to ...To) (int, error) {
	if err := inRange("parts", parts, 1, 1000); err != nil {
		return 0, fmt.Errorf("faultserver: %w", err)
	}
	return s.SendRaw(fragments(text, parts), to...)
}

// SendInvalidUTF8 sends a text message that is not UTF-8, which a client must
// answer by failing the connection (RFC 6455, section 8.1).
func (s *Server) SendInvalidUTF8(to ...To) (int, error) {
	return s.SendRaw(Frame{Opcode: OpText, Payload: []byte("a\xff\xfeb")}.Bytes(), to...)
}

// eachOpen calls f for the chosen links that are open, all at once, and
// returns how many succeeded. A link that ends meanwhile is no error.
func (s *Server) eachOpen(to []To, f func(*link) error) (int, error) {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		done int
		errs []error
	)
	s.eachLink(to, func(l *link) {
		wg.Go(func() {
			if !l.waitReady() {
				return
			}
			err := f(l)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if errors.Is(err, errStuck) {
				errs = append(errs, fmt.Errorf("faultserver: conn %d: %w", l.n, err))
			}
		})
	})
	wg.Wait()
	return done, errors.Join(errs...)
}

// waitReady waits for a link whose upgrade is being answered; false if it is
// not open.
func (l *link) waitReady() bool {
	l.mu.Lock()
	upgrading := l.upgrading
	l.mu.Unlock()
	if !upgrading || l.isGone() {
		return false
	}
	select {
	case <-l.ready:
	case <-l.gone:
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ws != nil
}

func (l *link) isGone() bool {
	select {
	case <-l.gone:
		return true
	default:
		return false
	}
}

func (l *link) writeRaw(raw []byte, last bool) error {
	ctx, cancel := context.WithTimeout(l.s.ctx, l.s.patience)
	defer cancel()
	err := l.takeTurn(ctx)
	if err == nil {
		err = l.raw.writeRaw(raw, last)
		l.giveTurn()
	}
	if err != nil && err != errClosing {
		l.drop(EndRST, "rst")
	}
	return err
}

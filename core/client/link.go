//go:build !js

package client

import (
	"errors"
	"io"
	"sync/atomic"
	"time"
)

const (
	// slowWrite is how long a write takes that had to wait for room in the
	// system's buffer, at least.
	slowWrite = 50 * time.Millisecond
	// stalledWrite is how long one takes on a network that carries nothing at
	// all. A pong behind it would not leave either, and one that has not left
	// within 5 s ends the websocket.Conn.
	stalledWrite = 3 * time.Second
)

// A link is the connection under a WebSocket.
type link struct {
	io.ReadWriteCloser
	heard   func()
	made    time.Time
	writing atomic.Int64 // since when a write has been under way, in ns after made; 0: none is
}

func newLink(heard func()) *link { return &link{heard: heard, made: time.Now()} }

// linkOf is the key, in a dial's context, of the link to be.
type linkOf struct{}

var errEnded = errors.New("the connection ended without a close frame")

// Read does not end with io.EOF: that would make websocket.Conn take the part of
// a message that has arrived for all of it.
func (l *link) Read(p []byte) (int, error) {
	n, err := l.ReadWriteCloser.Read(p)
	if err == io.EOF {
		err = errEnded
	}
	return n, err
}

// Write takes it for a sign of life that there is room again: what was written
// before has arrived. A reply may be a long time coming through a slow network
// that has much to carry.
func (l *link) Write(p []byte) (int, error) {
	l.writing.Store(int64(time.Since(l.made)) + 1)
	n, err := l.ReadWriteCloser.Write(p)
	if n > 0 && l.stuck(slowWrite) {
		l.heard()
	}
	l.writing.Store(0)
	return n, err
}

// stuck reports whether a write has been under way for so long.
func (l *link) stuck(long time.Duration) bool {
	begun := l.writing.Load()
	return begun != 0 && time.Since(l.made)-time.Duration(begun) >= long
}

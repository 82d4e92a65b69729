package faultserver

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// patience bounds how long an action waits for a client that does not read.
const patience = 10 * time.Second

// errStuck says that a client does not read.
var errStuck = errors.New("the client does not read; the link was reset")

// errClosing says that a close frame went out, so that nothing may follow.
var errClosing = errors.New("a close frame was sent before")

// frameConn is the backend's connection under the WebSocket library. It lets
// raw bytes in between the library's frames, and silences the library after a
// raw close frame.
type frameConn struct {
	net.Conn
	l *link

	mu       sync.Mutex // one write at a time
	silenced bool
	frames   scanner
}

// errCut is the end of the connection for the library: it takes io.EOF within
// a message for the message's end, and would read one that was never sent.
var errCut = errors.New("the connection ended without a close frame")

func (c *frameConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == io.EOF {
		err = errCut
	}
	return n, err
}

func (c *frameConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.silenced {
		return len(p), nil
	}
	if c.frames.scan(p) {
		c.l.markGone("closed")
	}
	return c.Conn.Write(p)
}

// writeRaw writes bytes as they are. last means that they end with a close
// frame: whatever the library writes later is discarded.
func (c *frameConn) writeRaw(p []byte, last bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.silenced {
		return errClosing
	}
	c.silenced = last
	if last {
		c.l.markGone("closed") // before the client can notice and dial again
	}
	_ = c.SetWriteDeadline(time.Now().Add(c.l.s.patience))
	_, err := c.Conn.Write(p)
	_ = c.SetWriteDeadline(time.Time{})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.silenced = true // half a frame went out
		err = errStuck
	}
	return err
}

// Close is called by the library when the link is over.
func (c *frameConn) Close() error {
	c.l.markGone("closed")
	return c.Conn.Close()
}

package faultserver

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// rawTimeout bounds how long raw bytes wait for a client that does not read.
const rawTimeout = 10 * time.Second

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
}

func (c *frameConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.silenced {
		return len(p), nil
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
	_ = c.SetWriteDeadline(time.Now().Add(rawTimeout))
	_, err := c.Conn.Write(p)
	_ = c.SetWriteDeadline(time.Time{})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.silenced = true // half a frame went out
	}
	return err
}

// Close is called by the library when the close handshake is done. The link
// is counted out before the client can notice.
func (c *frameConn) Close() error {
	c.l.markGone("closed")
	return c.Conn.Close()
}

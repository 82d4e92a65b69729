package faultserver

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// serve hands the link to whoever answers it: our own backend, or the server
// of Options.Upstream. It returns false if there is nobody.
func (l *link) serve() bool {
	if l.s.opts.Upstream == "" {
		return l.s.pipes.hand(l.front)
	}
	upstream, err := net.Dial("tcp", l.s.opts.Upstream)
	if err != nil {
		l.reject(err)
		return false
	}
	if !l.enter() {
		upstream.Close()
		return false
	}
	go func() {
		defer l.handlers.Done()
		l.relay(upstream)
	}()
	return true
}

// relay carries bytes between the link and the upstream server, until one of
// them ends.
func (l *link) relay(upstream net.Conn) {
	l.becomeReady() // nobody writes on this link but the upstream
	var wg sync.WaitGroup
	for _, carry := range []func(net.Conn) error{l.carryUp, l.carryDown} {
		wg.Go(func() {
			_ = carry(upstream) // how it ended is in the record
			upstream.Close()
			l.front.Close()
		})
	}
	wg.Wait()
}

// carryUp reads the request for the record, and passes all bytes on as they are.
func (l *link) carryUp(upstream net.Conn) error {
	var seen bytes.Buffer
	r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(l.front, &seen)))
	if err == nil {
		l.introduce(r)
		l.letOthersGo(r.URL.Query().Get("client"))
	}
	if _, err := upstream.Write(seen.Bytes()); err != nil {
		return err
	}
	_, err = io.Copy(upstream, l.front)
	return err
}

// carryDown records the upgrade before the client can hear of it.
func (l *link) carryDown(upstream net.Conn) error {
	buf := make([]byte, 4096)
	n, err := upstream.Read(buf)
	if err != nil {
		return err
	}
	if status, _, _ := strings.Cut(string(buf[:n]), "\r\n"); strings.HasPrefix(status, "HTTP/1.1 101") {
		l.mu.Lock()
		l.upgrading = true
		l.mu.Unlock()
		l.s.rec.note(l.n, "upgrade", "", func(c *Conn) { c.Did, c.Upgraded = "upgraded", true })
	} else {
		l.s.rec.note(l.n, "status", status, func(c *Conn) { c.Did = fmt.Sprintf("status %s", strings.TrimPrefix(status, "HTTP/1.1 ")) })
	}
	if _, err := l.front.Write(buf[:n]); err != nil {
		return err
	}
	_, err = io.Copy(l.front, upstream)
	return err
}

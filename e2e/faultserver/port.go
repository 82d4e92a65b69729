package faultserver

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// port is the link's TCP port, which is closed and opened again at will.
type port struct {
	addr string        // fixed at the first listen
	ln   net.Listener  // nil while closed
	done chan struct{} // closed when the accept loop has ended
	held func()        // gives back what keeps the closed port ours; may be nil
}

func (p *port) release() {
	if p.held != nil {
		p.held()
		p.held = nil
	}
}

// syncPort opens or closes the port as faults and Kill ask. The caller holds
// s.steer.
func (s *Server) syncPort() error {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	open := !closed && !s.killed && s.Faults().Dial.Mode != DialRefuse
	switch {
	case closed:
		return errors.New("faultserver: the server is closed")
	case open && s.port.ln == nil:
		return s.openPort()
	case !open && s.port.ln != nil:
		s.closePort()
	}
	return nil
}

// openPort listens. Another program's outgoing connection may have borrowed
// the port for a moment, so an address in use is tried again for two seconds.
func (s *Server) openPort() error {
	var ln net.Listener
	for end := time.Now().Add(2 * time.Second); ; {
		var err error
		ln, err = net.Listen("tcp", s.port.addr)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EADDRINUSE) || s.port.done == nil || time.Now().After(end) {
			return err
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-s.ctx.Done():
			return err
		}
	}
	s.port.release()
	done := make(chan struct{})
	s.port.addr, s.port.ln, s.port.done = ln.Addr().String(), ln, done
	s.rec.note(0, "listen", s.port.addr, nil)
	s.wg.Go(func() {
		defer close(done)
		s.accept(ln)
	})
	return nil
}

// closePort closes the listener and waits for its loop: when it returns,
// every connection that was accepted is among the links.
func (s *Server) closePort() {
	if s.port.ln == nil {
		return
	}
	s.port.ln.Close()
	<-s.port.done
	s.port.ln = nil
	s.port.held = holdPort(s.port.addr)
	s.rec.note(0, "refuse", s.port.addr, nil)
}

func (s *Server) accept(ln net.Listener) {
	for {
		c, err := ln.Accept()
		switch {
		case err == nil:
			s.newLink(c.(*net.TCPConn))
		case errors.Is(err, net.ErrClosed):
			return
		default: // out of file descriptors, say: give others time
			select {
			case <-time.After(10 * time.Millisecond):
			case <-s.ctx.Done():
				return
			}
		}
	}
}

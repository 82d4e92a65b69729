package faultserver

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"time"
)

// lane carries the bytes of one direction: read stamps each chunk with the
// time it is due, write waits for that, for the black hole and for the
// throttle. Between them is a queue of at most 64 chunks of 32 KiB; when it
// is full, TCP pushes back on the sender.
type lane struct {
	l     *link
	dir   Direction
	dice  *rand.Rand
	queue chan chunk

	head  headScanner
	free  time.Time // when the throttle lets the next byte go
	muted bool      // the other side is gone: discard
}

type chunk struct {
	data []byte
	due  time.Time
}

func newLane(l *link, dir Direction) *lane {
	stream := uint64(l.n) << 1
	if dir == DirDown {
		stream++
	}
	return &lane{l: l, dir: dir, dice: rand.New(rand.NewPCG(l.s.opts.Seed, stream)), queue: make(chan chunk, 64)}
}

func (p *lane) shape() Shape {
	if p.dir == DirUp {
		return p.l.s.Faults().Up
	}
	return p.l.s.Faults().Down
}

func (p *lane) ends() (src, dst net.Conn) {
	if p.dir == DirUp {
		return p.l.client, p.l.back
	}
	return p.l.back, p.l.client
}

func (p *lane) read() {
	defer close(p.queue)
	src, _ := p.ends()
	buf := make([]byte, 32<<10)
	var due time.Time
	var frames scanner
	for {
		n, err := src.Read(buf)
		if n > 0 {
			if p.dir == DirUp && frames.scan(buf[:n]) && p.l.passes(p.dir) {
				p.l.markGone("closed") // before a dial that follows can be answered
			}
			shape := p.shape()
			ms := shape.DelayMs
			if shape.JitterMs > 0 {
				ms += p.dice.IntN(shape.JitterMs + 1)
			}
			if t := time.Now().Add(time.Duration(ms) * time.Millisecond); t.After(due) {
				due = t // never before the chunk ahead
			}
			p.queue <- chunk{append([]byte(nil), buf[:n]...), due}
		}
		if err != nil {
			if p.dir == DirUp {
				p.l.markGone(readCause(err))
				close(p.l.tcpGone)
			}
			return
		}
	}
}

func readCause(err error) string {
	switch {
	case errors.Is(err, io.EOF):
		return "client fin"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, net.ErrClosed):
		return "closed"
	}
	return "client rst"
}

func (p *lane) write() {
	for c := range p.queue {
		if p.muted {
			continue
		}
		if !p.l.sleepUntil(c.due) || !p.forward(c.data) {
			p.muted = true
		}
	}
	if p.dir == DirUp {
		p.l.back.Close() // the backend reads the end of stream
		return
	}
	// The backend has finished. Its FIN falls into the black hole as well.
	for waiting := true; waiting; {
		in, _, changed := p.l.inHole(p.dir)
		if waiting = in; !in {
			break
		}
		select {
		case <-changed:
		case <-p.l.tcpGone:
			waiting = false
		}
	}
	p.l.finish()
}

// forward sends one chunk on, and returns false when the far side is gone.
func (p *lane) forward(data []byte) bool {
	if p.l.spareHead {
		n := p.head.scan(data)
		if !p.send(data[:n]) {
			return false
		}
		data = data[n:]
	}
	for len(data) > 0 {
		in, keep, changed := p.l.inHole(p.dir)
		if !in {
			return p.send(data)
		}
		if !keep {
			return true
		}
		select {
		case <-changed:
		case <-p.l.tcpGone:
			return false
		}
	}
	return true
}

func (p *lane) send(data []byte) bool {
	_, dst := p.ends()
	for len(data) > 0 {
		n := len(data)
		if rate := p.shape().BytesPerSecond; rate > 0 {
			n = min(n, max(1, rate/20)) // pieces of at most 50 ms
			if now := time.Now(); p.free.Before(now) {
				p.free = now
			}
			p.free = p.free.Add(time.Duration(n) * time.Second / time.Duration(rate))
			if !p.l.sleepUntil(p.free) {
				return false
			}
		}
		if _, err := dst.Write(data[:n]); err != nil {
			return false
		}
		data = data[n:]
	}
	return true
}

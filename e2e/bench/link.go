package main

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// A Network is what a link is like.
type Network struct {
	Name string
	// RoundTrip is added to what the machine itself takes; a new connection pays it once more.
	RoundTrip time.Duration
	// BytesPerSecond is shared by all connections, in each direction; 0 is no limit.
	BytesPerSecond int
	// rounds is how often it is measured for every four rounds of a run: the more
	// of the time is the link's, the less it varies.
	rounds int
	// closer is how many rounds more, for every four of a run, the contested have:
	// too little divides them to be told in so few.
	closer int
}

var networks = []Network{
	{Name: "local", rounds: 24},
	{Name: "4G", RoundTrip: 85 * time.Millisecond, BytesPerSecond: 9_000_000 / 8, rounds: 8, closer: 32},
	{Name: "slow 3G", RoundTrip: 400 * time.Millisecond, BytesPerSecond: 500_000 / 8, rounds: 2, closer: 6},
}

// quicker returns a network with a part of the delay.
func (n Network) quicker(factor int) Network {
	n.RoundTrip /= time.Duration(factor)
	n.BytesPerSecond *= factor
	return n
}

// A link is a TCP proxy that behaves like a network. Everything that a page
// loads or sends goes through the same two wires, whichever thread asks for it.
type link struct {
	network  Network
	backend  string
	listener net.Listener
	up, down wire
}

func newLink(n Network, backend string) (*link, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &link{network: n, backend: backend, listener: listener}
	l.up.perSecond, l.down.perSecond = n.BytesPerSecond, n.BytesPerSecond
	go l.serve()
	return l, nil
}

// near reports whether the work of the machine is what takes the time.
func (l *link) near() bool   { return l.network.RoundTrip == 0 }
func (l *link) Addr() string { return l.listener.Addr().String() }
func (l *link) Close() error { return l.listener.Close() }

func (l *link) serve() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", l.backend)
		if err != nil {
			_ = client.Close()
			continue
		}
		half := l.network.RoundTrip / 2
		// The loopback has shaken hands at once; a network would have taken a round trip.
		go l.up.carry(server, client, half, l.network.RoundTrip)
		go l.down.carry(client, server, half, 0)
	}
}

// chunk is what a connection sends before it lets another have the wire.
const chunk = 1460

// inFlight bounds the chunks that are under way: enough for the product of
// bandwidth and delay of each of the networks.
const inFlight = 256

// A wire is one direction of a link. It carries one chunk at a time.
type wire struct {
	perSecond int
	mu        sync.Mutex
	free      time.Time // when the wire is free again
}

type packet struct {
	data []byte
	due  time.Time
}

// carry copies from src to dst until src ends: each chunk has its turn on the
// wire, then travels for delay. first is what the first one waits in addition.
func (w *wire) carry(dst, src net.Conn, delay, first time.Duration) {
	packets := make(chan packet, inFlight)
	go func() {
		failed := false
		for p := range packets {
			time.Sleep(time.Until(p.due))
			if !failed {
				_, err := dst.Write(p.data)
				failed = err != nil
			}
		}
		if tcp, ok := dst.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
	}()
	defer close(packets)
	for {
		data := make([]byte, chunk)
		n, err := src.Read(data)
		if n > 0 {
			time.Sleep(first)
			first = 0
			packets <- packet{data[:n], w.send(n).Add(delay)}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				_ = dst.Close() // a reset passes through
			}
			return
		}
	}
}

// send occupies the wire for n bytes, and returns when the last has left.
func (w *wire) send(n int) time.Time {
	if w.perSecond == 0 {
		return time.Now()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	// A sleep that was late is made up for.
	if w.free.Before(now.Add(-10 * time.Millisecond)) {
		w.free = now
	}
	w.free = w.free.Add(time.Duration(n) * time.Second / time.Duration(w.perSecond))
	time.Sleep(time.Until(w.free))
	return w.free
}

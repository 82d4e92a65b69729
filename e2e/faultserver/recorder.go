package faultserver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// recorder is the one writer of the record. Each change is an event, and
// wakes everyone who waits.
type recorder struct {
	cap        int // entries kept in each list
	payloadCap int // bytes kept of each message

	mu        sync.Mutex
	seq       int64
	total     Count
	clients   map[string]*Count
	dials     int
	conns     []*Conn
	byConn    map[int]*Conn
	messages  []Message
	events    []Event
	forgotten int
	changed   chan struct{} // closed and replaced at each change
}

func newRecorder(limit, payloadCap int) *recorder {
	return &recorder{
		cap:        limit,
		payloadCap: payloadCap,
		clients:    map[string]*Count{},
		byConn:     map[int]*Conn{},
		messages:   []Message{},
		events:     []Event{},
		changed:    make(chan struct{}),
	}
}

// note records one event; change, if any, edits the entry of conn n first.
func (r *recorder) note(n int, kind, detail string, change func(*Conn)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noteLocked(n, kind, detail, change)
}

func (r *recorder) noteLocked(n int, kind, detail string, change func(*Conn)) {
	r.seq++
	e := Event{Seq: r.seq, At: time.Now(), Kind: kind, Conn: n, Detail: detail}
	if c := r.byConn[n]; c != nil {
		if change != nil {
			wasLive, wasOpen := c.Live, c.Open
			change(c)
			c.Live = c.Upgraded && !c.gone
			c.Open = c.Live && c.BlackHole == DirNone
			r.count(c.Client, step(wasLive, c.Live), step(wasOpen, c.Open))
		}
		e.Client = c.Client
	}
	r.events = append(r.events, e)
	r.trim()
	close(r.changed)
	r.changed = make(chan struct{})
}

func step(was, is bool) int {
	switch {
	case is && !was:
		return 1
	case was && !is:
		return -1
	}
	return 0
}

func (r *recorder) count(key string, live, open int) {
	if live == 0 && open == 0 {
		return
	}
	c := r.clients[key]
	if c == nil {
		c = &Count{}
		r.clients[key] = c
	}
	for _, c := range []*Count{c, &r.total} {
		c.Upgrades += max(live, 0)
		c.Live += live
		c.Open += open
		c.MaxLive = max(c.MaxLive, c.Live)
		c.MaxOpen = max(c.MaxOpen, c.Open)
	}
}

func (r *recorder) trim() {
	if over := len(r.events) - r.cap; over > 0 {
		r.events = r.events[over:]
		r.forgotten += over
	}
	if over := len(r.messages) - r.cap; over > 0 {
		r.messages = r.messages[over:]
		r.forgotten += over
	}
	for i := 0; len(r.conns) > r.cap && i < len(r.conns); {
		if !r.conns[i].Ended {
			i++
			continue
		}
		delete(r.byConn, r.conns[i].Conn)
		r.conns = append(r.conns[:i:i], r.conns[i+1:]...)
		r.forgotten++
	}
}

func (r *recorder) dial(n int, hole Direction) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &Conn{Conn: n, At: time.Now(), Did: "accepted", BlackHole: hole}
	r.dials++
	r.conns = append(r.conns, c)
	r.byConn[n] = c
	r.noteLocked(n, "dial", "", nil)
}

// gone records that the link is live no more; the first cause wins.
func (r *recorder) gone(n int, cause string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.byConn[n]; c != nil && !c.gone {
		r.noteLocked(n, "gone", cause, func(c *Conn) { c.gone = true })
	}
}

// ended records that nothing is left of the link. After a close frame from
// the client, it does not matter which side ended TCP first.
func (r *recorder) ended(n int, cause string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.byConn[n]; c != nil && c.Close != nil && strings.HasPrefix(cause, "client ") {
		cause = "closed"
	}
	r.noteLocked(n, "end", cause, func(c *Conn) { c.Ended, c.End = true, cause })
}

func (r *recorder) message(n int, binary bool, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := Message{Seq: r.seq + 1, At: time.Now(), Conn: n, Binary: binary, Bytes: len(payload)}
	if c := r.byConn[n]; c != nil {
		m.Client = c.Client
	}
	kept := payload[:min(len(payload), r.payloadCap)]
	detail := fmt.Sprintf("binary, %d bytes", len(payload))
	if binary {
		m.Data = append([]byte(nil), kept...)
	} else {
		m.Text = strings.ToValidUTF8(string(kept), "")
		detail = m.Text
	}
	r.messages = append(r.messages, m)
	r.noteLocked(n, "message", detail, func(c *Conn) {
		c.Messages++
		c.Bytes += len(payload)
	})
}

func (r *recorder) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	live := []*Conn{}
	for _, c := range r.conns {
		if c.Ended {
			delete(r.byConn, c.Conn)
		} else {
			live = append(live, c)
		}
	}
	r.conns, r.messages, r.events = live, []Message{}, []Event{}
	r.dials, r.forgotten = 0, 0
	r.total = Count{Live: r.total.Live, MaxLive: r.total.Live, Open: r.total.Open, MaxOpen: r.total.Open}
	for key, c := range r.clients {
		*c = Count{Live: c.Live, MaxLive: c.Live, Open: c.Open, MaxOpen: c.Open}
		if c.Live == 0 {
			delete(r.clients, key)
		}
	}
	r.noteLocked(0, "clear", "", nil)
}

// Wait returns nil as soon as ok(record) is true. It looks at once and after
// each change. ctx ends the wait with an error that sums up the record, and
// so does Close. ok must not call Wait.
func (s *Server) Wait(ctx context.Context, ok func(Record) bool) error {
	for {
		s.rec.mu.Lock()
		rec, changed := s.rec.copyLocked()
		s.rec.mu.Unlock()
		if ok(rec) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("faultserver: wait: %w; the record has %s", context.Cause(ctx), rec.summary())
		case <-s.ctx.Done():
			return errors.New("faultserver: wait: the server was closed; the record has " + rec.summary())
		}
	}
}

func (r Record) summary() string {
	var last []string
	for _, e := range r.Events[max(0, len(r.Events)-8):] {
		last = append(last, strings.TrimSpace(fmt.Sprintf("%s(%d) %.40s", e.Kind, e.Conn, e.Detail)))
	}
	return fmt.Sprintf("%d dials, %d upgrades, %d live, %d messages; last events: %s",
		r.Dials, r.Total.Upgrades, r.Total.Live, len(r.Messages), strings.Join(last, ", "))
}

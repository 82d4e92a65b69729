package faultserver

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// Record is what the server saw, at one moment. It is a copy: the server
// does not change it later.
type Record struct {
	Total   Count            `json:"total"`
	Clients map[string]Count `json:"clients"` // by client key, the URL query "client="

	Dials int `json:"dials"` // TCP connections accepted; a refused dial cannot be seen

	Conns    []Conn    `json:"conns"`    // by dial, oldest first
	Messages []Message `json:"messages"` // data messages from clients, oldest first
	Events   []Event   `json:"events"`   // everything, oldest first

	// Forgotten counts entries of the three lists that Options.RecordCap
	// pushed out.
	Forgotten int `json:"forgotten"`
}

// Count is how many links were upgraded and how many lived at once.
//
// A link is live from the moment its upgrade is answered until a close frame
// goes either way, TCP ends, or the server drops the link. It is open
// while it is live and no black hole holds it: an abandoned link in a black
// hole stays live until its client gives up TCP, and is not the client's
// fault.
type Count struct {
	Upgrades int `json:"upgrades"`
	Live     int `json:"live"`
	MaxLive  int `json:"maxLive"`
	Open     int `json:"open"`
	MaxOpen  int `json:"maxOpen"`
}

// Conn is one dial and what became of it.
type Conn struct {
	Conn   int         `json:"conn"` // 1 for the first TCP connection accepted
	At     time.Time   `json:"at"`
	Did    string      `json:"did"` // "accepted", then "reset", "hang", "status 503", "upgraded", "rejected"
	Path   string      `json:"path,omitempty"`
	Query  string      `json:"query,omitempty"`
	Client string      `json:"client,omitempty"`
	Header http.Header `json:"header,omitempty"` // Origin, User-Agent, Sec-WebSocket-Version and -Extensions, Options.RecordHeaders

	Offered  []string `json:"offered,omitempty"` // subprotocols
	Selected string   `json:"selected,omitempty"`

	Upgraded bool `json:"upgraded"`
	Live     bool `json:"live"`
	Open     bool `json:"open"` // live and not in a black hole

	Messages   int `json:"messages"`   // data messages from the client
	Bytes      int `json:"bytes"`      // their payload
	Pongs      int `json:"pongs"`      // pings answered
	MutedPings int `json:"mutedPings"` // pings not answered

	BlackHole Direction `json:"blackHole,omitempty"`
	Close     *Close    `json:"close,omitempty"` // the client's close frame; nil if none was seen

	Ended bool   `json:"ended"`         // nothing of the link is left
	End   string `json:"end,omitempty"` // why: "client fin", "client rst", "closed" (by close frames), "rst", "fin", "reset", "response sent", "server closed"

	gone bool
}

// Close is a close frame. Code 1005 means that it had no body.
type Close struct {
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}

// Message is one data message from a client. Pings are not messages.
type Message struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Conn   int       `json:"conn"`
	Client string    `json:"client,omitempty"`
	Binary bool      `json:"binary"`
	Bytes  int       `json:"bytes"`          // length of the whole payload
	Text   string    `json:"text,omitempty"` // the payload, up to Options.PayloadCap bytes
	Data   []byte    `json:"data,omitempty"` // the same of a binary message
}

// Event is one thing that happened. Seq grows by one with each event and is
// never reused, also not after the record is cleared. The kinds, in the order
// of a link's life: "dial", "reset", "hang", "request", "status", "reject",
// "upgrade", "message", "pong", "muted" (a ping not answered), "blackhole",
// "send", "closing" (the server sent a close frame), "close" (the client
// did), "drop", "gone" (live no more), "end" (nothing is left). Of the server:
// "listen", "refuse", "faults", "clear".
type Event struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Conn   int       `json:"conn,omitempty"`
	Client string    `json:"client,omitempty"`
	Detail string    `json:"detail,omitempty"`
}

// Client returns the counts of one client key; zero if it never came.
func (r Record) Client(key string) Count { return r.Clients[key] }

// ByConn returns the entry of dial n.
func (r Record) ByConn(n int) (Conn, bool) {
	for _, c := range r.Conns {
		if c.Conn == n {
			return c, true
		}
	}
	return Conn{}, false
}

// Texts returns the payloads of the text messages, oldest first, cut at
// Options.PayloadCap.
func (r Record) Texts() []string {
	var texts []string
	for _, m := range r.Messages {
		if !m.Binary {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// CountEvents returns how many events of the kind are in the record.
func (r Record) CountEvents(kind string) int {
	n := 0
	for _, e := range r.Events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// Record returns what the server saw since New or the last ClearRecord.
func (s *Server) Record() Record { return s.rec.copy() }

// ClearRecord forgets all but the links that exist. Maxima start again from
// what is live now.
func (s *Server) ClearRecord() { s.rec.clear() }

// MaxLive returns how many links with that client key were live at once, at
// most. Links without "client=" have the key "".
func (s *Server) MaxLive(key string) int { return s.Record().Client(key).MaxLive }

// MaxOpen is MaxLive without links in a black hole.
func (s *Server) MaxOpen(key string) int { return s.Record().Client(key).MaxOpen }

func (r *recorder) copy() Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec, _ := r.copyLocked()
	return rec
}

func (r *recorder) copyLocked() (Record, <-chan struct{}) {
	rec := Record{
		Total:     r.total,
		Clients:   make(map[string]Count, len(r.clients)),
		Dials:     r.dials,
		Conns:     make([]Conn, len(r.conns)),
		Messages:  slices.Clip(r.messages), // append-only: sharing is safe
		Events:    slices.Clip(r.events),
		Forgotten: r.forgotten,
	}
	for key, c := range r.clients {
		rec.Clients[key] = *c
	}
	for i, c := range r.conns {
		rec.Conns[i] = *c
		rec.Conns[i].Header = maps.Clone(c.Header)
	}
	return rec, r.changed
}

package faultserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// serveEvents streams the record's events as Server-Sent Events: id is the
// sequence number, data the Event as JSON. It starts with the events to come,
// or after ?since=SEQ or the Last-Event-ID of a browser that reconnects.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	since := r.Header.Get("Last-Event-ID")
	if since == "" {
		since = r.URL.Query().Get("since")
	}
	last := s.rec.lastSeq()
	if since != "" {
		n, err := strconv.ParseInt(since, 10, 64)
		if err != nil || n < 0 {
			http.Error(w, fmt.Sprintf("since: %q: must be a sequence number", since), http.StatusBadRequest)
			return
		}
		last = n
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w).Flush
	fmt.Fprintf(w, ": %s\nretry: 1000\n\n", s.URL())
	for {
		if flush() != nil {
			return
		}
		events, changed := s.rec.eventsAfter(last)
		for _, e := range events {
			data, err := json.Marshal(e)
			if err != nil {
				return
			}
			if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", e.Seq, data); err != nil {
				return
			}
			last = e.Seq
		}
		if len(events) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}

func (r *recorder) lastSeq() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seq
}

// eventsAfter returns the events with a higher Seq, and what to wait for if
// there are none.
func (r *recorder) eventsAfter(seq int64) ([]Event, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := len(r.events)
	for i > 0 && r.events[i-1].Seq > seq {
		i--
	}
	return append([]Event(nil), r.events[i:]...), r.changed
}

package faultserver

import "time"

// LongestOverlap is the longest time in which two links of a client were open at
// once, in a black hole or not at all aside. A client that never has two may
// still show some: the close frame of the one before is on its way.
func (r Record) LongestOverlap(client string) (longest time.Duration) {
	open := map[int]time.Time{} // since when, by link
	for _, e := range r.Events {
		switch {
		case e.Client != client || e.Conn == 0:
		case e.Kind == "upgrade":
			if conn, _ := r.ByConn(e.Conn); conn.BlackHole == DirNone {
				open[e.Conn] = e.At
			}
		case e.Kind == "gone", e.Kind == "blackhole":
			since, was := open[e.Conn]
			delete(open, e.Conn)
			for _, other := range open {
				if was {
					longest = max(longest, e.At.Sub(later(since, other)))
				}
			}
		}
	}
	return longest
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

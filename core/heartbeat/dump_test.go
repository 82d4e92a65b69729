package heartbeat_test

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	. "github.com/websocket-reconnect/websocket-reconnect/core/heartbeat"
)

// A monitor that was loaded awaits the reply that the dumped one awaits.
func TestDump(t *testing.T) {
	m := roundTrip(sec, sec)
	m.Sent(pace, pace.Timeout, at(30*sec))
	w := dump.Writer(nil)
	m.Visit(w)
	r := dump.Reader(w.Numbers)
	again := new(Monitor)
	again.Visit(r)
	if *again != *m || len(r.Numbers) != 0 {
		t.Fatalf("%+v became %+v", m, again)
	}
}

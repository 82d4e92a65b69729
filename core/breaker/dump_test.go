package breaker_test

import (
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
)

// A circuit that was loaded knows the permits of the dumped one.
func TestDump(t *testing.T) {
	b, p := *tripped(), Permit{}
	b.Failure(cfg, p, 0)
	p = permit(t, &b, 60*sec)

	w := dump.Writer(nil)
	b.Visit(w)
	p.Visit(w)
	r := dump.Reader(w.Numbers)
	var b2 Breaker
	var p2 Permit
	b2.Visit(r)
	p2.Visit(r)
	if b2 != b || p2 != p || len(r.Numbers) != 0 {
		t.Fatalf("%+v %+v became %+v %+v", b, p, b2, p2)
	}
	b2.Success(cfg, p2, at(61*sec))
	wantState(t, &b2, 61*sec, Closed, "its trial succeeded")
}

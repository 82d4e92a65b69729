//go:build !js

package client

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Three drains of a real server while numbers go both ways: "nothing is lost or
// reordered", and the new connection is open before the old one closes.
func TestDrainUnderLoad(t *testing.T) {
	const total = 1500
	server, err := faultserver.New(faultserver.Options{RecordCap: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	opts := quick()
	opts.Control = true
	c, err := New(server.Endpoint("/count?every=1&client=a"), &opts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	ctx := testCtx(t)
	go c.Connect(ctx)

	n, handovers, told := 0, 0, []Event{}
	for ev := range c.Events(ctx) {
		m, ok := ev.(Message)
		if !ok {
			told = append(told, ev)
			if _, ok := ev.(Handover); ok {
				handovers++
			}
			continue
		}
		var said struct {
			Type string
			N    int
		}
		if err := json.Unmarshal(m.Data, &said); err != nil {
			t.Fatal(err)
		}
		if said.Type != "count" {
			continue
		}
		if n++; said.N != n {
			t.Fatalf("number %d follows %d", said.N, n-1)
		}
		if n <= total {
			if err := c.Send(ctx, Text, fmt.Append(nil, "m", n)); err != nil {
				t.Fatal(err)
			}
		}
		if n%400 == 200 && n < 1200 {
			if _, err := server.Drain(5*time.Second, 30*time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
		if n >= total && handovers == 3 {
			break
		}
	}
	record := func() (texts []string) {
		for _, m := range server.Record().Messages {
			texts = append(texts, m.Text)
		}
		return texts
	}
	if err := server.Wait(ctx, func(r faultserver.Record) bool { return len(r.Messages) >= total }); err != nil {
		t.Fatalf("%v; the server has %d messages", err, len(record()))
	}
	for i, text := range record() {
		if want := fmt.Sprint("m", i+1); text != want {
			t.Fatalf("message %d is %q, want %q", i, text, want)
		}
	}
	if slices.ContainsFunc(told, func(ev Event) bool { _, lost := ev.(Closed); return lost }) || handovers != 3 {
		t.Errorf("%d handovers; told %v", handovers, told)
	}
	if got := server.Record().Client("a"); got.MaxOpen != 2 || got.Upgrades != 4 {
		t.Errorf("the server saw %+v, want 4 upgrades and never more than 2 open", got)
	}
}

//go:build !js

package client

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// TestGolden tells the golden scripts of package core to a client with fake
// sockets, in virtual time: what the script says of a socket the fake does,
// and the client's machine must do what the script has written down, at the
// same times. That shows that the driver arms the timer, reports each outcome
// with its generation, code, cleanness and reach, and answers what it is asked.
//
// A story (from one "new" to the next) is left out where it needs what no real
// driver does: a timer that does not fire (sleep), a clock that runs backwards
// (clock), a machine made of a snapshot (restore), other machines (peer), a
// question that is not answered at once or a message with a past (silent). Lines about snapshots and
// ignored events are not compared: stale events do not come this far.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("../testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	told, left := 0, 0
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range stories(string(text)) {
			base := strings.TrimSuffix(filepath.Base(name), ".txt")
			if s.needs(unreal...) || strings.Contains(string(text), "reached=hook") || slices.Contains(silent, base) {
				left++
				continue
			}
			told++
			t.Run(fmt.Sprintf("%s:%d", base, s.line), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { s.tell(t) })
			})
		}
	}
	t.Logf("%d stories told, %d left out", told, left)
	if told < 3*left {
		t.Errorf("%d stories of %d are left out: too many", left, told+left)
	}
}

// unreal verbs ask for what a real driver does not do.
var unreal = []string{"sleep", "clock", "restore", "phase", "put-off", "peer"}

// silent scripts leave a question open while time passes, or know a message's
// past; the driver never does.
var silent = []string{"jitter_unanswered", "max_retries_zero", "trip_under_live_connection", "wake_knows_round_trips", "queue_waited"}

// A story is what happens to one machine.
type story struct {
	line       int
	paragraphs []paragraph
}

type paragraph struct {
	line     int
	commands []string
	output   []string
}

func stories(text string) (all []*story) {
	var now *story
	var p *paragraph
	output := false
	for i, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			p, output = nil, false
		case line == "----":
			output = true
		case output:
			p.output = append(p.output, line)
		default:
			verb, _, _ := strings.Cut(line, " ")
			if verb == "new" || verb == "drop-in" {
				now = &story{line: i + 1}
				all = append(all, now)
				p = nil
			}
			if p == nil {
				now.paragraphs = append(now.paragraphs, paragraph{line: i + 1})
				p = &now.paragraphs[len(now.paragraphs)-1]
			}
			p.commands = append(p.commands, line)
		}
	}
	return all
}

func (s *story) needs(verbs ...string) bool {
	for _, p := range s.paragraphs {
		for _, c := range p.commands {
			if verb, _, _ := strings.Cut(c, " "); slices.Contains(verbs, verb) {
				return true
			}
		}
	}
	return false
}

func (s *story) tell(t *testing.T) {
	r := &reader{t: t}
	defer r.close()
	for _, p := range s.paragraphs {
		r.future = append(r.future, p.commands...)
	}
	for _, p := range s.paragraphs {
		for _, c := range p.commands {
			r.run(c)
		}
		want, got := comparable(p.output), comparable(r.take())
		if !slices.Equal(got, want) {
			t.Fatalf("line %d: %s\ngot:\n\t%s\nwant:\n\t%s", p.line, strings.Join(p.commands, "; "),
				strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
}

// comparable leaves out what does not come this far, and gives each message a
// line of its own: the driver's ids are not the script's.
func comparable(lines []string) (kept []string) {
	for _, line := range lines {
		fields := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "ignored:"), strings.HasPrefix(line, "  "), line == "nothing", len(fields) == 1,
			strings.HasPrefix(line, "restored"):
		case fields[1] == "flush" || fields[1] == "drop":
			var first, last int
			if n, _ := fmt.Sscanf(fields[2], "%d..%d", &first, &last); n < 2 {
				last = first
			}
			for id := first; id <= last; id++ {
				kept = append(kept, fmt.Sprintf("%s %s %d %s", fields[0], fields[1], id, strings.Join(fields[3:], " ")))
			}
		default:
			kept = append(kept, strings.Join(fields, " "))
		}
	}
	return kept
}

// TestEveryActionIsKnown fails when the machine learns an action that the
// driver does not know.
func TestEveryActionIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for kind := core.ActionKind(0); named(kind); kind++ {
			c, _ := newFake(t, Options{JitterFunc: func(JitterInfo) time.Duration { return 0 }})
			d := newDriver(c)
			d.sock = newSocket(c, 1)
			d.sock.conn = &fakeConn{ctx: d.sock.ctx}
			close(d.sock.done)
			d.spare = newSocket(c, 2)
			d.spare.held = make(chan struct{})
			d.spare.conn = &fakeConn{ctx: d.spare.ctx}
			close(d.spare.done)
			d.outbox[1] = &message{id: 1}
			d.c.count.lastError.Store(&Error{})
			func() {
				defer func() {
					if r := recover(); r != nil {
						t.Errorf("%v: %v", kind, r)
					}
				}()
				d.act(0, core.Action{Kind: kind, Gen: 1, ID: 1, N: 1})
			}()
			d.sock.cancel()
			if d.spare != nil {
				d.spare.cancel()
			}
			c.wg.Wait()
			if want := kind == core.OpenSocket; d.sock.conn == nil != want {
				t.Errorf("%v: socket %+v", kind, d.sock)
			}
		}
	})
}

// named reports whether there is such a kind.
func named(kind core.ActionKind) (ok bool) {
	defer func() { ok = recover() == nil }()
	return kind.String() != ""
}

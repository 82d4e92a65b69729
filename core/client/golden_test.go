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
// A story goes from one "new" to the next. One that tells of what no Go program's
// client meets is left out; why is written down below, and logged. Lines about
// snapshots and ignored events are not compared: stale events do not come this
// far.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("../testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	told, left := 0, map[string]int{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range stories(string(text)) {
			s.name = fmt.Sprintf("%s:%d", strings.TrimSuffix(filepath.Base(name), ".txt"), s.line)
			if key, why := s.unreal(); why != "" {
				left[key]++
				t.Logf("%s is left out: %s", s.name, why)
				continue
			}
			told++
			t.Run(s.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { s.tell(t) })
			})
		}
	}
	for _, reasons := range []map[string]string{unrealVerbs, unrealStories} {
		for key := range reasons {
			if left[key] == 0 {
				t.Errorf("there is no story to leave out because of %q", key)
			}
		}
	}
	t.Logf("%d stories told", told)
}

// unrealVerbs, and the stories in which they come, have no meaning for a Go
// program.
var unrealVerbs = map[string]string{
	"clock":   "Go's clock is monotonic: it does not run backwards",
	"restore": "a machine lives and dies with its program; there is no page that outlives it",
	"peer":    "each client has a circuit and a retry budget of its own",
}

// unrealStories have none either, by the script or by the first words of the
// comment above the story.
var unrealStories = map[string]string{
	"jitter_unanswered":              "JitterFunc answers within the step",
	"Known round trips say":          "the driver answers an Ask within the step, and here it stays open",
	"queue_waited":                   "what comes back to the outbox has been in a socket's hands first; TestUnwrittenGoesBackToTheOutbox tells of that",
	"Without a heartbeat nothing ha": "a pong without a ping is nothing that the driver tells",
}

// unreal says why a story is left out; "" where it is not.
func (s *story) unreal() (key, why string) {
	for verb, why := range unrealVerbs {
		if s.needs(verb) {
			return verb, why
		}
	}
	for title, why := range unrealStories {
		if script, _, _ := strings.Cut(s.name, ":"); script == title || strings.HasPrefix(s.title, title) {
			return title, why
		}
	}
	return "", ""
}

// A story is what happens to one machine.
type story struct {
	name       string // the script and the line
	title      string // the comment above it
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
	output, title := false, ""
	for i, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
			title += strings.TrimPrefix(line, "#")
		case line == "":
			p, output, title = nil, false, ""
		case line == "----":
			output = true
		case output:
			p.output = append(p.output, line)
		default:
			verb, _, _ := strings.Cut(line, " ")
			if verb == "new" || verb == "drop-in" {
				now = &story{line: i + 1, title: strings.TrimSpace(title)}
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

// says reports whether a command of the story has such an argument.
func (s *story) says(argument string) bool {
	for _, p := range s.paragraphs {
		for _, c := range p.commands {
			if slices.Contains(strings.Fields(c), argument) {
				return true
			}
		}
	}
	return false
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
	r := &reader{t: t, story: s}
	defer r.close()
	for _, p := range s.paragraphs {
		r.future = append(r.future, p.commands...)
	}
	var early []string
	for _, p := range s.paragraphs {
		for _, c := range p.commands {
			r.run(c)
		}
		want, got := comparable(p.output), append(early, comparable(r.take())...)
		if len(got) > len(want) { // a timer that is due at once fires at once; scripts say when
			got, early = got[:len(want)], got[len(want):]
			r.early = true
		} else {
			early = nil
		}
		if !slices.Equal(got, want) {
			t.Fatalf("line %d: %s\ngot:\n\t%s\nwant:\n\t%s", p.line, strings.Join(p.commands, "; "),
				strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
	if len(early) > 0 {
		t.Errorf("of which the script says nothing:\n\t%s", strings.Join(early, "\n\t"))
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

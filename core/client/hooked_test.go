//go:build !js

package client

import (
	"context"
	"errors"
	"strings"
	"testing/synctest"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// hooks are the functions of a story whose dials have phases: URL, and then
// OnOpen. Each waits until the script says how it goes on.
type hooks struct {
	provider, gate chan error // where the newest dial's function waits; nil: it does not
}

var (
	errHook   = errors.New("as the script says")
	errListen = errors.New("listen to what the server says")
)

// hooked reports whether a story speaks of the parts of a dial.
func (s *story) hooked() bool {
	return s.needs("phase", "put-off") || s.says("reached=hook")
}

// newHooks gives a client the functions, and the time that the story says they
// may take.
func newHooks(s *story, c *Client) *hooks {
	h := &hooks{}
	limits := map[string]*time.Duration{
		core.ProviderFailed.String(): &c.opts.ProviderTimeout, core.OnOpenFailed.String(): &c.opts.OnOpenTimeout}
	for _, p := range s.paragraphs {
		for _, line := range p.commands {
			fields := strings.Fields(line)
			if fields[0] != "phase" {
				continue
			}
			_, class, _ := strings.Cut(fields[2], "=")
			if limit := limits[class]; limit != nil && *limit == 0 {
				*limit, _ = time.ParseDuration(fields[1])
			}
		}
	}
	c.opts.URL = func(ctx context.Context, _ DialInfo) (string, error) {
		return "ws://fake/", waitIn(ctx, &h.provider)
	}
	c.opts.OnOpen = func(ctx context.Context, shake *Handshake) error {
		err := waitIn(ctx, &h.gate)
		if errors.Is(err, errListen) {
			_, err = shake.Receive()
		}
		return err
	}
	return h
}

func waitIn(ctx context.Context, room *chan error) error {
	answer := make(chan error)
	*room = answer
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		if *room == answer {
			*room = nil
		}
		return ctx.Err()
	}
}

// tell ends the wait of a function that waits.
func tell(room *chan error, err error) {
	if answer := *room; answer != nil {
		*room = nil
		answer <- err
		synctest.Wait()
	}
}

// take does what a command says of a dial's parts; it returns false where it
// says nothing of them.
func (h *hooks) take(r *reader, verb string, args map[string]string) bool {
	if h == nil || h.provider == nil && h.gate == nil && verb != "phase" && verb != "put-off" {
		return false
	}
	if gen, ok := args["gen"]; ok && r.net.gen(r.number(gen)).opened { // it speaks of another socket than the one that is dialled
		return false
	}
	open := func() { // up to the gate
		tell(&h.provider, nil)
		r.net.gen(r.net.count()).open()
		synctest.Wait()
	}
	switch {
	case h.provider == nil && r.c.State() == StateOpen && (verb == "phase" || verb == "put-off"): // it has no parts any more
	case verb == "phase" && args["class"] == core.ProviderFailed.String():
		if h.provider == nil {
			r.t.Fatal("no provider is asked")
		}
	case verb == "phase" && args["class"] == core.TimedOut.String():
		tell(&h.provider, nil)
	case verb == "phase":
		open()
		if h.gate == nil {
			r.t.Fatal("no gate is asked")
		}
	case verb == "put-off":
		for text := range args {
			tell(&h.provider, Pause(duration(r.t, text)))
		}
	case verb == "opened":
		open()
		tell(&h.gate, nil)
	case verb == "closed" && args["reached"] == "hook":
		err := errHook
		if args["verdict"] == "stop" {
			err = ErrStop
		}
		tell(&h.provider, err)
		tell(&h.gate, err)
	case verb == "closed" && h.provider != nil && r.ending(args).code == codeAbnormal: // nobody answers
		tell(&h.provider, nil)
		r.net.gen(r.net.count()).end(r.ending(args))
		synctest.Wait()
	case verb == "closed":
		open()
		tell(&h.gate, errListen)
		r.net.gen(r.net.count()).end(r.ending(args))
		synctest.Wait()
	default:
		return false
	}
	return true
}

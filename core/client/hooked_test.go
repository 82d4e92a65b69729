//go:build !js

package client

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing/synctest"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// hooks are the functions of a story whose dials have phases: URL, and then
// OnOpen. Each waits until the script says how it goes on.
type hooks struct {
	provider, gate room // where the newest dial's function waits
}

// A room is where a function waits for what the script says.
type room struct{ answer atomic.Pointer[chan error] }

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
		return "ws://fake/", h.provider.wait(ctx)
	}
	c.opts.OnOpen = func(ctx context.Context, shake *Handshake) error {
		err := h.gate.wait(ctx)
		if errors.Is(err, errListen) {
			_, err = shake.Receive()
		}
		return err
	}
	return h
}

func (r *room) wait(ctx context.Context) error {
	answer := make(chan error)
	r.answer.Store(&answer)
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		r.answer.CompareAndSwap(&answer, nil)
		return ctx.Err()
	}
}

func (r *room) empty() bool { return r.answer.Load() == nil }

// tell ends the wait of a function that waits.
func (r *room) tell(err error) {
	if answer := r.answer.Swap(nil); answer != nil {
		*answer <- err
		synctest.Wait()
	}
}

// take does what a command says of a dial's parts; it returns false where it
// says nothing of them.
func (h *hooks) take(r *reader, verb string, args map[string]string) bool {
	if h == nil || h.provider.empty() && h.gate.empty() && verb != "phase" && verb != "put-off" {
		return false
	}
	if gen, ok := args["gen"]; ok && r.net.gen(r.number(gen)).opened { // it speaks of another socket than the one that is dialled
		return false
	}
	open := func() { // up to the gate
		h.provider.tell(nil)
		r.net.gen(r.net.count()).open()
		synctest.Wait()
	}
	switch {
	case h.provider.empty() && r.c.State() == StateOpen && (verb == "phase" || verb == "put-off"): // it has no parts any more
	case verb == "phase" && args["class"] == core.ProviderFailed.String():
		if h.provider.empty() {
			r.t.Fatal("no provider is asked")
		}
	case verb == "phase" && args["class"] == core.TimedOut.String():
		h.provider.tell(nil)
	case verb == "phase":
		open()
		if h.gate.empty() {
			r.t.Fatal("no gate is asked")
		}
	case verb == "put-off":
		for text := range args {
			h.provider.tell(Pause(duration(r.t, text)))
		}
	case verb == "opened":
		open()
		h.gate.tell(nil)
	case verb == "closed" && args["reached"] == "hook":
		err := errHook
		if args["verdict"] == "stop" {
			err = ErrStop
		}
		h.provider.tell(err)
		h.gate.tell(err)
	case verb == "closed" && !h.provider.empty() && r.ending(args).code == codeAbnormal: // nobody answers
		h.provider.tell(nil)
		r.net.gen(r.net.count()).end(r.ending(args))
		synctest.Wait()
	case verb == "closed":
		open()
		h.gate.tell(errListen)
		r.net.gen(r.net.count()).end(r.ending(args))
		synctest.Wait()
	default:
		return false
	}
	return true
}

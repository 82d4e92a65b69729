//go:build !js

package client

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A reader carries out the commands of a golden script; they are explained in
// package core's script_test.go.
type reader struct {
	t     *testing.T
	c     *Client
	d     *driver
	net   *fakeNet
	early bool   // the deadline that is to come has been: it was at once
	hooks *hooks // nil where the story has none
	story *story

	mu     sync.Mutex // the driver's goroutine draws and asks
	future []string   // the commands still to come
	out    []string
	ids    []int             // the script's, by the driver's
	keys   map[string]string // of messages, by the script's id
	reply  tick.Duration     // the newest reply's
	state  core.State
	circ   breaker.State
}

func (r *reader) take() (lines []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines, r.out = r.out, nil
	return lines
}

func (r *reader) close() {
	if r.c != nil {
		r.c.CloseNow()
	}
}

func (r *reader) run(line string) {
	fields := strings.Fields(line)
	args := map[string]string{}
	for _, f := range fields[1:] {
		key, value, _ := strings.Cut(f, "=")
		args[key] = value
	}
	verb := fields[0]
	r.mu.Lock()
	r.future = r.future[1:]
	r.mu.Unlock()
	var sock *fakeConn
	if r.hooks.take(r, verb, args) {
		return
	}
	if r.net != nil {
		gen := r.net.count()
		if text, ok := args["gen"]; ok {
			gen = r.number(text)
		}
		sock = r.net.gen(gen)
	}
	if kind, ok := userEvents[verb]; ok {
		r.c.post(input{event: core.Event{Kind: kind, Code: r.number(args["code"])}, bye: farewell{code: r.number(args["code"])}, wait: make(chan struct{})})
		synctest.Wait()
		return
	}
	switch verb {
	case "drain":
		e := core.Event{Kind: core.Drain, Within: r.span(args["within"])}
		if text, ok := args["spread"]; ok {
			e.Spread = r.span(text)
		}
		r.c.post(input{event: e, wait: make(chan struct{})})
	case "hint":
		r.c.post(input{event: core.Event{Kind: core.Hint, Gen: uint32(r.net.count()), RetryAfter: r.span(args["retry"]), Spread: r.span(args["spread"])}, wait: make(chan struct{})})
	case "new", "drop-in":
		r.create(args, verb == "drop-in")
	case "advance":
		time.Sleep(duration(r.t, fields[1]))
	case "sleep":
		r.d.timer.Stop()
		time.Sleep(duration(r.t, fields[1]))
	case "deadline":
		r.toDeadline()
	case "state":
		r.mu.Lock()
		r.printf(r.c.now(), "%v, circuit %v, deadline %s", r.c.State(), r.c.Circuit(), drawTime(r.deadline()))
		r.mu.Unlock()
	case "snapshot":
	case "enqueue":
		first, count, bytes := r.number(args["id"]), max(r.number(args["count"]), 1), 1
		if text, ok := args["bytes"]; ok {
			bytes = r.number(text)
		}
		for i := range count {
			r.mu.Lock()
			r.ids = append(r.ids, first+i)
			r.mu.Unlock()
			_ = r.c.SendWith(r.t.Context(), Binary, make([]byte, bytes), r.how(first+i, args)) // the script says what becomes of it
		}
	case "refuse":
		reach := reaches[args["reached"]]
		for i := range max(r.number(args["times"]), 1) {
			for n := r.net.count(); i > 0 && n == r.net.count(); {
				r.toDeadline()
			}
			r.net.gen(r.net.count()).end(ending{code: 1006, reached: reach})
			synctest.Wait()
		}
	case "take-back":
		r.c.Drain()
	case "heard", "delayed": // answered already: see measured and jitter
	default:
		if sock != nil {
			r.socket(verb, args, sock)
		}
	}
	synctest.Wait()
}

// how is what the script says of a message. Each has a key of its own, or the
// key of the message that it replaces.
func (r *reader) how(id int, args map[string]string) SendOptions {
	o := SendOptions{Priority: r.number(args["priority"]), Key: strconv.Itoa(id)}
	if text, ok := args["ttl"]; ok {
		o.TTL = duration(r.t, text)
	}
	if text, ok := args["replaces"]; ok {
		o.Key = r.keys[text]
	}
	r.keys[strconv.Itoa(id)] = o.Key
	return o
}

// socket does what the script says of one socket.
func (r *reader) socket(verb string, args map[string]string, f *fakeConn) {
	switch verb {
	case "opened":
		f.open()
	case "closed":
		f.end(r.ending(args))
	case "replied":
		r.mu.Lock()
		r.reply = tick.FromMillis(float64(r.number(args["ms"])))
		r.mu.Unlock()
		f.pong()
	default:
		r.t.Fatalf("no such verb: %s", verb)
	}
}

func (r *reader) ending(args map[string]string) ending {
	_, clean := args["clean"]
	code := 1006
	if text, ok := args["code"]; ok {
		code = r.number(text)
	}
	return ending{code: code, clean: clean, reached: reaches[args["reached"]], advice: r.advice(args)}
}

func (r *reader) advice(args map[string]string) (a advice) {
	for v := Verdict(0); v <= Stop; v++ {
		if v.String() == args["verdict"] {
			a.verdict = v
		}
	}
	for key, to := range map[string]*tick.Duration{"retry": &a.retryAfter, "spread": &a.spread} {
		if text, ok := args[key]; ok {
			*to = ticks(duration(r.t, text))
		}
	}
	return a
}

var userEvents = map[string]core.EventKind{
	"timer": core.Timer, "connect": core.Connect, "close": core.Close, "reconnect": core.Reconnect, "handover": core.Handover,
	"trip": core.TripCircuit, "reset": core.ResetCircuit, "dispose": core.Dispose, "online": core.Online,
	"offline": core.Offline, "mark-healthy": core.MarkHealthy, "wake": core.Wake, "hidden": core.Hidden, "visible": core.Visible,
}

var reaches = map[string]core.Reach{"somebody": core.SomebodyThere, "nobody": core.NobodyThere}

func (r *reader) deadline() tick.Time {
	r.c.view.mu.Lock()
	defer r.c.view.mu.Unlock()
	return r.c.view.deadline
}

func (r *reader) toDeadline() {
	if r.early {
		r.early = false
		return
	}
	time.Sleep(span(r.deadline().Sub(r.c.now())))
	synctest.Wait()
}

func (r *reader) number(text string) int {
	if text == "" {
		return 0
	}
	if text == "Infinity" {
		return Unlimited
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func duration(t *testing.T, text string) time.Duration {
	if text == "Infinity" || text == "false" {
		return Forever
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (r *reader) span(text string) tick.Duration {
	d := duration(r.t, text)
	if d == Forever {
		return tick.Forever
	}
	return ticks(d)
}

func (r *reader) create(args map[string]string, dropIn bool) {
	r.close()
	c, net := newFake(r.t, Options{})
	cfg := core.DefaultConfig()
	cfg.Jitter, cfg.DropIn = 0, dropIn
	if dropIn {
		cfg.MaxRetries, cfg.HeartbeatInterval = core.Unlimited, tick.Forever
	}
	roll := 0.5
	float := func(text string) float64 {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			r.t.Fatal(err)
		}
		return f
	}
	counts := map[string]*int{"maxRetries": &cfg.MaxRetries, "failureThreshold": &cfg.FailureThreshold,
		"halfOpenMaxRequests": &cfg.HalfOpenMaxRequests, "volumeThreshold": &cfg.VolumeThreshold, "tokens": &cfg.RetryTokens, "maxMessages": &cfg.QueueMessages, "maxBytes": &cfg.QueueBytes}
	spans := map[string]*tick.Duration{"baseDelay": &cfg.BaseDelay, "maxDelay": &cfg.MaxDelay,
		"connectionTimeout": &cfg.ConnectionTimeout, "closeTimeout": &cfg.CloseTimeout, "minUptime": &cfg.MinUptime,
		"heartbeatInterval": &cfg.HeartbeatInterval, "heartbeatTimeout": &cfg.HeartbeatTimeout,
		"heartbeatMinTimeout": &cfg.HeartbeatMinTimeout, "resetTimeout": &cfg.ResetTimeout, "window": &cfg.ErrorWindow, "maxAge": &cfg.QueueAge}
	for key, text := range args {
		switch {
		case counts[key] != nil:
			*counts[key] = r.number(text)
		case spans[key] != nil:
			*spans[key] = r.span(text)
		case key == "roll":
			roll = float(text)
		case key == "errorRate":
			cfg.ErrorRate = float(text)
		case key == "perSecond":
			cfg.RetriesPerSecond = float(text)
		case key == "exclude":
			for c := core.Unreachable; c <= core.ClosedByUser; c++ {
				if slices.Contains(strings.Split(text, ","), c.String()) {
					cfg.CircuitExclude |= core.ClassesOf(c)
				}
			}
		case key == "multiplier":
			cfg.Multiplier = float(text)
		case key == "jitter":
			cfg.JitterMode = map[string]backoff.Mode{"full": Full, "equal": Equal, "decorrelated": Decorrelated, "own": backoff.Custom}[text]
			if cfg.JitterMode == Proportional {
				cfg.Jitter = float(text)
			}
		case key == "overflow":
			cfg.Overflow = map[string]queue.Overflow{"drop-oldest": DropOldest, "drop-newest": DropNewest, "reject": Reject}[text]
		case key == "hiddenPolicy":
			cfg.HiddenPolicy = map[string]core.HiddenPolicy{"normal": core.HiddenNormal, "lazy": core.HiddenLazy, "park": core.HiddenPark}[text]
		default:
			r.t.Fatalf("no such option: %s", key)
		}
	}
	c.config, c.roll = cfg, func() float64 { return roll }
	c.opts.JitterFunc = r.jitter
	c.acted = r.draw
	c.measured = r.measured
	r.c, r.net, r.ids, r.state, r.circ = c, net, nil, 0, 0
	r.keys = map[string]string{}
	r.hooks = nil
	if r.story.hooked() {
		r.hooks = newHooks(r.story, c)
	}
	r.d = newDriver(c) // as start does
	r.d.publish(0)
	go r.d.run()
}

// measured says what the script says, or is going to say, was measured.
func (r *reader) measured(kind core.EventKind, seen tick.Duration) tick.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if kind == core.Replied {
		return r.reply
	}
	for _, line := range r.future {
		rest, ok := strings.CutPrefix(line, "heard ")
		switch ms, _, _ := strings.Cut(strings.TrimPrefix(rest, "ms="), " "); {
		case !ok || strings.Contains(line, "gen="):
		case rest == "never":
			return tick.Forever
		default:
			return tick.FromMillis(float64(r.number(ms)))
		}
	}
	return seen
}

// jitter says what the script is going to say.
func (r *reader) jitter(JitterInfo) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, line := range r.future {
		if rest, ok := strings.CutPrefix(line, "delayed "); ok && rest != "none" {
			return duration(r.t, rest)
		} else if ok {
			break
		}
	}
	return -1
}

func (r *reader) printf(at tick.Time, format string, args ...any) {
	r.out = append(r.out, fmt.Sprintf("%s %s", drawTime(at), fmt.Sprintf(format, args...)))
}

func drawTime(t tick.Time) string {
	if t == tick.Never {
		return "never"
	}
	return drawSpan(tick.Duration(t))
}

func drawSpan(d tick.Duration) string {
	if d == tick.Forever {
		return "for ever"
	}
	return span(d).String()
}

// draw writes an action as a script does.
func (r *reader) draw(at tick.Time, a core.Action) {
	r.mu.Lock()
	defer r.mu.Unlock()
	put := func(format string, args ...any) { r.printf(at, format, args...) }
	switch a.Kind {
	case core.OpenSocket:
		put("open-socket gen=%d", a.Gen)
	case core.OpenSpare:
		put("open-spare gen=%d", a.Gen)
	case core.Farewell:
		put("farewell gen=%d", a.Gen)
	case core.TakeOver:
		if a.Told {
			put("take-over gen=%d told", a.Gen)
		} else {
			put("take-over gen=%d", a.Gen)
		}
	case core.CloseSocket:
		if a.Code == 0 {
			put("close-socket gen=%d", a.Gen)
		} else {
			put("close-socket gen=%d code=%d", a.Gen, a.Code)
		}
	case core.Abandon:
		put("abandon gen=%d", a.Gen)
	case core.Probe:
		put("probe gen=%d", a.Gen)
	case core.Ask:
		put("ask gen=%d", a.Gen)
	case core.AskDelay:
		put("ask-delay gen=%d of retry %d: %s after %s?", a.Gen, a.Attempt, drawSpan(a.Delay), drawSpan(a.Before))
	case core.Flush, core.Drop:
		for _, id := range r.ids[a.ID-1 : a.ID-1+a.N] {
			if a.Kind == core.Flush {
				put("flush %d", id)
			} else {
				put("drop %d (%v)", id, a.Reason)
			}
		}
	case core.EmitStateChange:
		put("state %v -> %v", r.state, a.State)
		r.state = a.State
	case core.EmitCircuitChange:
		put("circuit %v -> %v", r.circ, a.Circuit)
		r.circ = a.Circuit
	case core.EmitOpen:
		put("open gen=%d", a.Gen)
	case core.EmitError:
		put("error %v gen=%d", a.Class, a.Gen)
	case core.EmitClose:
		line := fmt.Sprintf("close gen=%d", a.Gen)
		if a.Code != 0 {
			line += fmt.Sprintf(" code=%d", a.Code)
		}
		if a.Clean {
			line += " clean"
		}
		put("%s", line)
	case core.EmitRetry:
		most := strconv.Itoa(r.c.config.MaxRetries)
		if r.c.config.MaxRetries == Unlimited {
			most = "∞"
		}
		put("retry %d/%s in %s (%v)", a.Attempt, most, drawSpan(a.Delay), a.Why)
	case core.EmitFailed:
		put("failed after %d dials: %v", a.Attempt, a.Class)
	}
}

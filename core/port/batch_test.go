package port_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/core/dump"
	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

var inf = math.Inf(1)

// A message to the core, by the contract's name of its op. age is in
// milliseconds.
type message struct {
	op     string
	client int
	age    float64
	args   []float64
}

// msg is a message of the contract. What is not said of a Closed is 0.
func msg(op string, client int, args ...float64) message {
	for op == "Closed" && len(args) < 7 {
		args = append(args, 0)
	}
	return message{op: op, client: client, args: args}
}

// enqueue is a message that waits, of the plain sort.
func enqueue(client int, id, bytes float64) message {
	return msg("Enqueue", client, id, bytes, 0, 0, 0, 0)
}

// timer is what the host says when the hub's delay has passed.
func timer() message { return msg("Timer", 0, 0) }

// ago is the same message about something that happened so many ms earlier.
func (m message) ago(ms float64) message {
	m.age = ms
	return m
}

// batch writes messages down as the page does.
func batch(now float64, messages ...message) []float64 {
	numbers := []float64{now}
	for _, m := range messages {
		numbers = append(numbers, float64(3+len(m.args)), float64(opNumber(m.op)), float64(m.client), m.age)
		numbers = append(numbers, m.args...)
	}
	return numbers
}

func opNumber(name string) int {
	i := slices.IndexFunc(contract.ToCore, func(o contract.Op) bool { return o.Name == name })
	if i < 0 {
		panic("the contract has no message " + name + " to the core")
	}
	return i
}

// A said is one message of an answer.
type said struct {
	op     string
	client int
	args   []float64
}

func (s said) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %d %s", s.op, s.client, strings.Trim(fmt.Sprint(s.args), "[]")))
}

// An answer is what Step returned, taken apart.
type answer struct {
	taken    int
	delay    float64
	messages []said
}

// failer is what a test of either kind, ours and rapid's, can do.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// parse takes an answer apart, and fails if it is not as the contract says.
func parse(t failer, numbers []float64) answer {
	t.Helper()
	if len(numbers) < 2 {
		t.Fatalf("answer %v: no head", numbers)
	}
	a := answer{taken: int(numbers[0]), delay: numbers[1]}
	if !(a.delay >= 0) {
		t.Fatalf("answer %v: the delay is not a time from now", numbers)
	}
	for rest := numbers[2:]; len(rest) > 0; {
		n := int(rest[0])
		if n < 2 || n > len(rest)-1 {
			t.Fatalf("answer %v: a message of length %d, %d numbers left", numbers, n, len(rest)-1)
		}
		op := int(rest[1])
		if op < 0 || op >= len(contract.ToPage) {
			t.Fatalf("answer %v: unknown op %d", numbers, op)
		}
		s := said{contract.ToPage[op].Name, int(rest[2]), slices.Clone(rest[3 : 1+n])}
		if want := argCount(contract.ToPage[op].Args); s.op != "Dump" && s.op != "Told" && len(s.args) != want {
			t.Fatalf("%v: %d arguments; the contract lists %d (%s)", s, len(s.args), want, contract.ToPage[op].Args)
		}
		a.messages = append(a.messages, s)
		rest = rest[1+n:]
	}
	return a
}

// argCount is how many numbers an op's arguments are.
func argCount(args string) (n int) {
	for _, word := range strings.Fields(args) {
		switch word {
		case "snapshot…":
			n += len(contract.Snapshot)
		case "config…":
			n += len(coreOptions())
		case "circuit…":
			n += len(circuitNumbers(breaker.New()))
		default:
			n++
		}
	}
	return n
}

// circuitNumbers are those of a circuit, as machines are told of it.
func circuitNumbers(c breaker.Breaker) []float64 {
	w := dump.Writer(nil)
	c.Visit(w)
	return w.Numbers
}

// acts are the messages of an answer without snapshots, one a line.
func (a answer) acts() string {
	var lines []string
	for _, s := range a.messages {
		if s.op != "Snapshot" {
			lines = append(lines, s.String())
		}
	}
	return strings.Join(lines, "\n")
}

// snapshot is what the answer says of a client, by field; nil for nothing.
func (a answer) snapshot(client int) map[string]float64 {
	for _, s := range a.messages {
		if s.op == "Snapshot" && s.client == client {
			fields := map[string]float64{}
			for i, name := range contract.Snapshot {
				fields[name] = s.args[i]
			}
			return fields
		}
	}
	return nil
}

// step sends one batch.
func step(t testing.TB, h *Hub, now float64, messages ...message) answer {
	t.Helper()
	return parse(t, h.Step(batch(now, messages...)))
}

func coreOptions() (known []contract.Option) {
	for _, o := range contract.Options {
		if o.Field != "" {
			known = append(known, o)
		}
	}
	return known
}

// create is the Create message of a client with the contract's defaults,
// without jitter, changed by name=value pairs: "baseDelay=50".
func create(client int, changes ...string) message {
	const seed, dropIn = 1, 0
	args := []float64{seed, dropIn}
	for _, o := range coreOptions() {
		value := o.Default
		if o.Kind == contract.Jitter {
			value = "0"
		}
		for _, c := range changes {
			if name, v, _ := strings.Cut(c, "="); name == o.Name[strings.LastIndex(o.Name, ".")+1:] {
				value = v
			}
		}
		args = append(args, optionNumber(o, value))
	}
	return msg("Create", client, args...)
}

func optionNumber(o contract.Option, value string) float64 {
	if i := slices.Index(o.Values, strings.Trim(value, `"`)); i >= 0 {
		if o.Kind == contract.Jitter {
			return float64(-1 - i)
		}
		return float64(i)
	}
	if value == "own" { // a function
		return float64(-1 - len(o.Values))
	}
	if value == "" || value == "[]" { // no name, no codes
		return 0
	}
	if value == "false" {
		return inf
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		panic(fmt.Sprintf("option %s: %v", o.Name, err))
	}
	return n
}

// opened makes a hub with one client that has just opened, at time 10.
func opened(t testing.TB, changes ...string) *Hub {
	t.Helper()
	h := new(Hub)
	step(t, h, 0, create(1, changes...), msg("Connect", 1))
	step(t, h, 10, msg("Opened", 1, 1))
	return h
}

// last is the last action of an answer.
func (a answer) last() string {
	lines := strings.Split(a.acts(), "\n")
	return lines[len(lines)-1]
}

// delay is when the hub wants to be woken, in milliseconds from now.
func delay(a answer) string { return strconv.FormatFloat(a.delay, 'g', -1, 64) }

package replay

import (
	"fmt"
	"math"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// A Message is one message of the port, by name.
type Message struct {
	At   float64 // milliseconds since the core's start
	In   bool    // to the core; otherwise to the page
	Op   string
	Args []float64
}

// Run replays the trace. It returns all messages in the order in which they
// were, and an error that names the first answer that is not the recorded one.
func (t *Trace) Run() (messages []Message, err error) {
	// The batches come from a file: those that no page would send are an error.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("replay: the trace is not one of this contract: %v", r)
		}
	}()
	var hub port.Hub
	if len(t.Dump) > 0 && len(t.Steps) > 0 {
		create, load := t.fromDump()
		hub.Step(append(append([]float64{t.Steps[0].Now}, create...), load...))
	}
	for i, s := range t.Steps {
		for op, args := range split(s.Batch) {
			messages = append(messages, Message{s.Now - args[1], true, name(contract.ToCore, op), args[2:]})
		}
		got := t.mine(hub.Step(append(append([]float64{s.Now}, told(s.Want)...), s.Batch...))[2:])
		for op, args := range split(got) {
			messages = append(messages, Message{s.Now, false, name(contract.ToPage, op), args[1:]})
		}
		if !equal(got, s.Want) {
			return messages, fmt.Errorf("replay: step %d of %d, at %.0f ms, does not give the recorded answer\nbatch    %v\ngot      %v\nrecorded %v",
				i+1, len(t.Steps), s.Now, s.Batch, got, s.Want)
		}
	}
	return messages, nil
}

// fromDump makes the messages that put the client where the trace begins.
func (t *Trace) fromDump() (create, load []float64) {
	n := 2 + port.ConfigLen
	message := func(name string, args []float64) []float64 {
		return append([]float64{float64(3 + len(args)), number(contract.ToCore, name), float64(t.Client), 0}, args...)
	}
	return message("Create", t.Dump[:n]), message("Load", t.Dump[n:])
}

// told makes messages of what the client was told of others, which are not in the
// trace.
func told(answer []float64) (batch []float64) {
	for op, args := range split(answer) {
		if name(contract.ToPage, op) == "Told" {
			client, kind, rest := args[0], args[1], args[2:]
			batch = append(append(batch, float64(3+len(rest)), kind, client, 0), rest...)
		}
	}
	return batch
}

// mine leaves the messages that concern the client.
func (t *Trace) mine(answer []float64) (mine []float64) {
	for at := 0; at < len(answer); {
		end := at + 1 + int(answer[at])
		if int(answer[at+2]) == t.Client {
			mine = append(mine, answer[at:end]...)
		}
		at = end
	}
	return mine
}

// split walks through messages: op, and what follows it.
func split(numbers []float64) func(yield func(int, []float64) bool) {
	return func(yield func(int, []float64) bool) {
		for at := 0; at < len(numbers); {
			end := at + 1 + int(numbers[at])
			if !yield(int(numbers[at+1]), numbers[at+2:end]) {
				return
			}
			at = end
		}
	}
}

func equal(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return false
		}
	}
	return true
}

func name(ops []contract.Op, op int) string {
	if op < 0 || op >= len(ops) {
		return fmt.Sprintf("op %d", op)
	}
	return ops[op].Name
}

func number(ops []contract.Op, name string) float64 {
	for i, op := range ops {
		if op.Name == name {
			return float64(i)
		}
	}
	panic("no op " + name)
}

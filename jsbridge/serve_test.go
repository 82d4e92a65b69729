//go:build js && wasm

package jsbridge

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"syscall/js"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/core/port"
)

func TestServeWithoutHost(t *testing.T) {
	for name, value := range map[string]any{"missing": js.Undefined(), "null": nil, "not a function": map[string]any{"a": 1}} {
		js.Global().Set(slot, value)
		if name == "missing" {
			js.Global().Delete(slot)
		}
		err := Serve()
		if err == nil || !strings.Contains(err.Error(), slot+" is not a function") {
			t.Errorf("%s: error %v, want one that names the slot", name, err)
		}
	}
	js.Global().Delete(slot)
}

func TestServeGivesHashAndStep(t *testing.T) {
	h := serve(t)
	if h.hash != port.Hash {
		t.Errorf("hash %q, want %q", h.hash, port.Hash)
	}
	if got := js.Global().Get(slot); !got.IsUndefined() {
		t.Errorf("the slot still holds %v", got)
	}
}

// "An error that the host throws": Serve hands it on, and does not die of it.
func TestHostThrows(t *testing.T) {
	thrower := js.Global().Get("Function").New("throw new RangeError('the host is out of sorts')")
	js.Global().Set(slot, thrower)
	err := Serve()
	if err == nil || !strings.Contains(err.Error(), "the host is out of sorts") {
		t.Fatalf("error %v, want the host's own words", err)
	}
	if got := js.Global().Get(slot); !got.IsUndefined() {
		t.Errorf("the slot still holds %v", got)
	}
	serve(t) // the module is none the worse for it
}

// Two modules on one page have nothing in common.
func TestBridgesAreIndependent(t *testing.T) {
	a, b := serve(t), serve(t)
	a.send(t, create(1)...)
	a.send(t, message(10, core.Connect, 1)...)
	if got := b.send(t, message(10, core.Connect, 1)...); len(got) != 2 || got[0] != 1 {
		t.Errorf("the other bridge answers %v, want one message acknowledged and nothing else", got)
	}
}

func TestNumbersPassUnchanged(t *testing.T) {
	h := serve(t)
	want := new(port.Hub)
	for i, batch := range [][]float64{
		create(1),
		message(0.125, core.Connect, 1),
		message(1e9/3, core.Closed, 1, 1, 1006, 0, 2, 0, 0, 0),
		message(1e12, core.Timer, 0, 0),
		{math.Inf(1)},
		{0},
	} {
		got, want := h.send(t, batch...), want.Step(batch)
		if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			t.Errorf("batch %d: %v through the bridge, %v without it", i, got, want)
		}
	}
}

// A large batch after a small one, and the other way round.
func TestBatchesOfManySizes(t *testing.T) {
	h := serve(t)
	h.send(t, create(1)...)
	h.send(t, message(0, core.Connect, 1)...)
	taken := 2.0
	for _, n := range []int{1, 5000, 3, 20_000, 0, 1} {
		batch := []float64{1}
		for i := range n {
			batch = append(batch, message(1, core.Enqueue, 1, taken+float64(i), 1, 0, 0, 0, 0)[1:]...)
		}
		taken += float64(n)
		if got := h.send(t, batch...); got[0] != taken {
			t.Fatalf("a batch of %d: %v acknowledged, want %v", n, got[0], taken)
		}
	}
}

// An answer takes the place of the batch, however much longer the array is than
// that; only one that is longer than the array comes by itself.
func TestAnswerTakesTheBatchsPlace(t *testing.T) {
	for room := range 40 {
		h, want := serve(t), new(port.Hub)
		for i, batch := range [][]float64{create(1), message(0, core.Connect, 1), {1}} {
			array := bytesIn(append(slices.Clone(batch), make([]float64, room)...))
			if got, want := h.sendIn(t, array, len(batch)), want.Step(batch); !slices.Equal(got, want) {
				t.Errorf("batch %d, with room for %d more: %v through the bridge, %v without it", i, room, got, want)
			}
		}
	}
}

// "A Go panic inside step is not silence. It is caught, and step returns a
// string that says what happened, from then on."
func TestPanicIsSaidEverAfter(t *testing.T) {
	batch := func(numbers ...float64) []any { return []any{bytesIn(numbers), len(numbers) * floatSize} }
	for name, c := range map[string]struct {
		args []any
		want string
	}{
		"length beyond the batch": {batch(0, 9, 1, 1, 0), "slice bounds out of range"},
		"length of zero":          {batch(0, 0), "out of range"},
		"length not a number":     {batch(0, math.NaN(), 1, 1, 0), "out of range"},
		"too few arguments":       {batch(message(0, core.Closed, 1, 1)...), "out of range"},
		"an empty batch":          {batch(), "index out of range"},
		"no arguments":            {nil, "two arguments"},
		"one argument":            {[]any{bytesIn([]float64{0})}, "two arguments"},
		"three arguments":         {[]any{bytesIn([]float64{0}), 8, 1}, "two arguments"},
		"more than there is":      {[]any{bytesIn([]float64{0}), 16}, "shorter than its length"},
		"less than nothing":       {[]any{bytesIn([]float64{0}), -80}, "out of range"},
		"no length":               {[]any{bytesIn([]float64{0}), "8"}, ""},
		"null":                    {[]any{nil, 8}, ""},
		"undefined":               {[]any{js.Undefined(), 8}, ""},
		"a number":                {[]any{7, 8}, ""},
		"a string":                {[]any{"12345678", 8}, "string"},
		"an object":               {[]any{map[string]any{"length": 8}, 8}, "Uint8Array"},
		"a Float64Array":          {[]any{js.Global().Get("Float64Array").New(8), 8}, "Uint8Array"},
	} {
		t.Run(name, func(t *testing.T) {
			h := serve(t)
			h.send(t, create(1)...)
			said := h.sendBad(t, c.args...)
			if !strings.HasPrefix(said, "core panicked: ") || !strings.Contains(said, c.want) || said == "core panicked: " {
				t.Errorf("step says %q, want %q in it", said, c.want)
			}
			for range 3 { // a good batch does not bring it back
				if again := h.sendBad(t, batch(0)...); again != said {
					t.Errorf("later it says %q, want %q", again, said)
				}
			}
			serve(t).send(t, 0) // another one is not concerned
		})
	}
}

// The machine itself may panic too: whatever value it panics with is told.
func TestDescribe(t *testing.T) {
	for want, value := range map[string]any{
		"plain words":                           "plain words",
		"an error":                              fmt.Errorf("an error"),
		"a value of an unexpected type":         struct{ int }{3},
		"runtime error: integer divide by zero": divide(),
	} {
		if got := describe(value); got != want {
			t.Errorf("describe(%v): %q, want %q", value, got, want)
		}
	}
}

func divide() (r any) {
	defer func() { r = recover() }()
	zero := 0
	return 1 / zero
}

// JavaScript that runs within a step, here the constructor of the answer's
// array, may not step again: it would write over the answer under way.
func TestReentrancyIsRefused(t *testing.T) {
	global := js.Global()
	real := global.Get("Uint8Array")
	t.Cleanup(func() { global.Set("Uint8Array", real) })
	global.Get("Function").New("Real", `
		globalThis.Uint8Array = class Uint8Array extends Real {
			constructor(...args) { super(...args); globalThis.__meddle?.() }
		}`).Invoke(real)
	h := serve(t)
	global.Set("Uint8Array", real)
	h.send(t, create(1)...)

	meddle := global.Get("Function").New("step", "inner", `
		globalThis.__meddle = () => { delete globalThis.__meddle; globalThis.__said = step(inner, inner.length) }`)
	meddle.Invoke(h.step, bytesIn(message(9, core.Dispose, 1)))
	outer := h.send(t, message(1, core.Connect, 1)...)
	said := global.Get("__said").String()
	global.Delete("__said")
	if want := "core panicked: step was called within step"; said != want {
		t.Errorf("the inner call is answered %q, want %q", said, want)
	}
	native := new(port.Hub)
	native.Step(create(1))
	if want := native.Step(message(1, core.Connect, 1)); !slices.Equal(outer, want) {
		t.Errorf("the outer call is answered %v, want %v", outer, want)
	}
	if later := h.sendBad(t, bytesIn([]float64{2}), floatSize); later != said {
		t.Errorf("later it says %q, want %q", later, said)
	}
}

// create is a batch that makes a client without limits, timeouts or jitter.
func create(id float64) []float64 {
	args := []float64{1, 0} // seed, dropIn
	for _, o := range contract.Options {
		switch {
		case o.Field == "":
		case o.Kind == contract.Jitter || o.Kind == contract.Choice:
			args = append(args, 0)
		case o.Kind == contract.Factor:
			args = append(args, 2)
		default:
			args = append(args, math.Inf(1))
		}
	}
	return message(0, opOf("Create"), id, args...)
}

// opOf is a message of the contract that is no event of the core's.
func opOf(name string) core.EventKind {
	return core.EventKind(slices.IndexFunc(contract.ToCore, func(o contract.Op) bool { return o.Name == name }))
}

// message is a batch of one.
func message(now float64, op core.EventKind, client float64, args ...float64) []float64 {
	return append([]float64{now, float64(3 + len(args)), float64(op), client, 0}, args...)
}

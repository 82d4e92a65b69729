//go:build js && wasm

package jsbridge

import (
	"encoding/binary"
	"math"
	"syscall/js"
	"testing"
	"unsafe"
)

// A host is what web/src/host.ts is to the module: it takes the step function.
type host struct {
	hash string
	step js.Value
	call js.Func
}

// serve starts a bridge with a host of its own.
func serve(t testing.TB) *host {
	t.Helper()
	h := &host{}
	h.call = js.FuncOf(func(_ js.Value, args []js.Value) any {
		h.hash, h.step = args[0].String(), args[1]
		return nil
	})
	t.Cleanup(h.call.Release)
	js.Global().Set(slot, h.call)
	if err := Serve(); err != nil {
		t.Fatal(err)
	}
	if h.step.Type() != js.TypeFunction {
		t.Fatalf("the host was given %v as step", h.step.Type())
	}
	return h
}

// send takes a batch through the bridge.
func (h *host) send(t testing.TB, batch ...float64) []float64 {
	t.Helper()
	return h.sendIn(t, bytesIn(batch), len(batch))
}

// sendIn takes a batch, so many numbers at the start of an array, through the bridge.
func (h *host) sendIn(t testing.TB, array js.Value, length int) []float64 {
	t.Helper()
	answer := h.step.Invoke(array, length*floatSize)
	switch answer.Type() {
	case js.TypeString:
		t.Fatalf("step: %s", answer.String())
	case js.TypeNumber:
		return numbersOf(t, array.Call("slice", 0, answer))
	}
	if size := answer.Length(); size <= array.Length() {
		t.Errorf("an answer of %d bytes, for which there was room, came by itself", size)
	}
	return numbersOf(t, answer)
}

// sendBad expects step to say what is wrong.
func (h *host) sendBad(t testing.TB, args ...any) string {
	t.Helper()
	answer := h.step.Invoke(args...)
	if answer.Type() != js.TypeString {
		t.Fatalf("step%v answered with a %v, want words", args, answer.Type())
	}
	return answer.String()
}

// bytesIn is a Uint8Array with the numbers in it.
func bytesIn(numbers []float64) js.Value {
	var bytes []byte
	for _, n := range numbers {
		bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(n))
	}
	array := js.Global().Get("Uint8Array").New(len(bytes))
	js.CopyBytesToJS(array, bytes)
	return array
}

// numbersOf reads a Uint8Array as the page does: as the Float64Array of a whole
// ArrayBuffer.
func numbersOf(t testing.TB, array js.Value) []float64 {
	t.Helper()
	if !array.InstanceOf(js.Global().Get("Uint8Array")) {
		t.Fatalf("the answer is no Uint8Array")
	}
	if array.Get("byteOffset").Int() != 0 || array.Get("buffer").Get("byteLength").Int() != array.Length() {
		t.Fatalf("the answer is a part of a larger buffer")
	}
	view := js.Global().Get("Float64Array").New(array.Get("buffer"))
	numbers := make([]float64, view.Length())
	for i := range numbers {
		numbers[i] = view.Index(i).Float()
	}
	return numbers
}

// runtimeObject is wasm_exec.js's instance of Go. syscall/js keeps it to
// itself, as value number 6, an object.
func runtimeObject(t testing.TB) js.Value {
	t.Helper()
	const object, id = 0x7FF80000 | 1, 6
	var v js.Value
	*(*uint64)(unsafe.Pointer(&v)) = object<<32 | id
	if v.Get("_values").Type() != js.TypeObject {
		t.Fatal("value number 6 is not wasm_exec.js's Go: look at its _values, and at predefValue in syscall/js")
	}
	return v
}

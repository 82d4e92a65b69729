//go:build js && wasm

package jsbridge

import (
	"errors"
	"unsafe"

	"github.com/hack-pad/safejs"

	"github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// slot is where the host leaves its callback.
const slot = "__websocketReconnectReady"

// Serve hands step to the host. The module must go on running afterwards.
func Serve() error {
	global := safejs.Global()
	ready, err := global.Get(slot)
	if err != nil {
		return err
	}
	if ready.Type() != safejs.TypeFunction {
		return errors.New("jsbridge: no host has called: globalThis." + slot + " is not a function")
	}
	if err := global.Delete(slot); err != nil {
		return err
	}
	newArray, err := global.Get("Uint8Array")
	if err != nil {
		return err
	}
	b := &bridge{newArray: newArray}
	step, err := safejs.FuncOf(b.step)
	if err != nil {
		return err
	}
	_, err = ready.Invoke(port.Hash, step)
	return err
}

// A bridge copies batches in and out of the hub.
type bridge struct {
	hub      port.Hub
	newArray safejs.Value
	in       []float64
	stepping bool
	dead     string
}

// step is called by the host with a Uint8Array; it returns another, or a string
// when the module is dead.
func (b *bridge) step(_ safejs.Value, args []safejs.Value) (answer any) {
	defer func() {
		if r := recover(); r != nil {
			b.dead = "core panicked: " + describe(r)
			answer = b.dead
		}
	}()
	if b.dead != "" {
		return b.dead
	}
	if b.stepping {
		panic("step was called within step")
	}
	b.stepping = true
	defer func() { b.stepping = false }()
	if err := b.read(args); err != nil {
		panic(err)
	}
	out, err := b.write(b.hub.Step(b.in))
	if err != nil {
		panic(err)
	}
	return safejs.Unsafe(out)
}

// read copies a batch from JavaScript.
func (b *bridge) read(args []safejs.Value) error {
	if len(args) != 1 {
		return errors.New("step takes one argument")
	}
	size, err := args[0].Length()
	if err != nil {
		return err
	}
	if n := size / floatSize; n <= cap(b.in) {
		b.in = b.in[:n]
	} else {
		b.in = make([]float64, n)
	}
	_, err = safejs.CopyBytesToGo(bytesOf(b.in), args[0])
	return err
}

// write copies an answer to JavaScript.
func (b *bridge) write(out []float64) (safejs.Value, error) {
	array, err := b.newArray.New(len(out) * floatSize)
	if err != nil {
		return safejs.Value{}, err
	}
	_, err = safejs.CopyBytesToJS(array, bytesOf(out))
	return array, err
}

const floatSize = 8

// bytesOf views numbers as bytes. WebAssembly is little-endian, and so is every
// Float64Array on the platforms that run it.
func bytesOf(n []float64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(n))), len(n)*floatSize)
}

// describe puts a panic's value into words.
func describe(r any) string {
	switch r := r.(type) {
	case error:
		return r.Error()
	case string:
		return r
	}
	return "a value of an unexpected type"
}

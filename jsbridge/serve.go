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

// step is called by the host with a Uint8Array, and how many of its bytes are a
// batch. The answer takes their place, and its length in bytes is returned; one
// that is too long for that is returned as an array of its own. When the module
// is dead it is a string.
//
// Each JavaScript value that Go comes to know is kept for it until its next
// collection, which is long in coming where there are many clients; new arrays for
// each step would gather by the thousand. This one it knows already.
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
	room, err := b.read(args)
	if err != nil {
		panic(err)
	}
	answer, err = b.write(args[0], room, b.hub.Step(b.in))
	if err != nil {
		panic(err)
	}
	return answer
}

// read copies a batch from JavaScript. room is how many bytes the array has.
func (b *bridge) read(args []safejs.Value) (room int, err error) {
	if len(args) != 2 {
		return 0, errors.New("step takes two arguments")
	}
	if room, err = args[0].Length(); err != nil {
		return 0, err
	}
	size, err := args[1].Int()
	if err != nil {
		return 0, err
	}
	if size > room {
		return 0, errors.New("the batch is shorter than its length")
	}
	if n := size / floatSize; n <= cap(b.in) {
		b.in = b.in[:n]
	} else {
		b.in = make([]float64, n)
	}
	_, err = safejs.CopyBytesToGo(bytesOf(b.in), args[0])
	return room, err
}

// write copies an answer to JavaScript, into the batch's array if there is room.
func (b *bridge) write(array safejs.Value, room int, out []float64) (answer any, err error) {
	size := len(out) * floatSize
	answer = size
	if size > room {
		if array, err = b.newArray.New(size); err != nil {
			return nil, err
		}
		answer = safejs.Unsafe(array)
	}
	_, err = safejs.CopyBytesToJS(array, bytesOf(out))
	return answer, err
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
